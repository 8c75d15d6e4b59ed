"""Which SPF records decide about a domain's own mail, and which only serve others as an include."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain

from mailcheck.analysis.mail_role import signing_domains
from mailcheck.analysis.spf_records import spf_records
from mailcheck.grammar.spf import SpfTree
from mailcheck.model.index import Index
from mailcheck.model.names import absolute, split_labels
from mailcheck.model.zone import Zone

_MAIL_OR_HOST = ("MX", "A", "AAAA")


SpfUse = tuple[str, bool, tuple[str, ...], tuple[str, ...]]
"""One SPF record: its owner name, whether that is a mail domain, and where its includes and redirects lead."""


def _spf_uses(zone: Zone) -> tuple[SpfUse, ...]:
    """The SPF records of a zone, as far as they decide about each other."""
    found: list[SpfUse] = []
    for record in spf_records(zone):
        types = zone.names[record.name]
        is_domain = (
            record.name == zone.name
            or not types.keys().isdisjoint(_MAIL_OR_HOST)
            or f"_dmarc.{record.name}" in zone.names
            or record.name in signing_domains(zone)
        )
        includes = _targets(record.tree, "include") if "include" in record.tree.kinds else ()
        redirects = _targets(record.tree, "redirect") if "redirect" in record.tree.kinds else ()
        found.append((record.name, is_domain and not _has_underscore(record.name), includes, redirects))
    return tuple(found)


def _only_serving(_: Sequence[Zone], uses: Iterable[tuple[SpfUse, ...]]) -> frozenset[str]:
    """The owner names that `only_included` is about, of the SPF records of all zones."""
    included: set[str] = set()
    redirects: dict[str, set[str]] = defaultdict(set)
    owners: dict[str, bool] = {}
    for name, is_domain, includes, redirected in chain.from_iterable(uses):
        owners[name] = is_domain
        included.update(includes)
        if redirected:
            redirects[name].update(redirected)
    decides = {name for name, is_domain in owners.items() if is_domain or not _serves(name, included)}
    _follow(redirects, decides)
    return frozenset(owners.keys() - decides)


only_included = Index(_spf_uses, _only_serving)
"""Owner names of SPF records that receivers reach by include alone (RFC 7208 section 5.2).

Such a record answers whether a client matches; what it says of all others is not looked at.
A name counts where a declared record includes it, or where it has a label with an underscore, which
no mail domain has; not the apex of a zone, a name with an MX, an address, a DKIM key or a DMARC record, or
the target of a redirect from a record that counts itself as a domain's own.
"""


def _serves(name: str, included: set[str]) -> bool:
    return name in included or _has_underscore(name)


def _has_underscore(name: str) -> bool:
    return "_" in name and any(label.startswith("_") for label in split_labels(name))


def _targets(tree: SpfTree, word: str) -> tuple[str, ...]:
    """The names that `include` or `redirect` lead to, where no macro stands in them."""
    found = (
        [modifier.value for modifier in tree.modifiers if modifier.name == word]
        if word == "redirect"
        else [term.domain for term in tree.directives if term.mechanism == word and term.domain]
    )
    return tuple([absolute(value.literal) for value in found if value.literal])


def _follow(redirects: dict[str, set[str]], decides: set[str]) -> None:
    """Add to `decides` every name that its members redirect to, over any number of steps."""
    open_names = list(decides)
    while open_names:
        new = redirects.get(open_names.pop(), set()) - decides
        decides |= new
        open_names.extend(new)
