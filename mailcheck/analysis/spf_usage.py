"""Which SPF records decide about a domain's own mail, and which only serve others as an include."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from mailcheck.analysis.spf_records import spf_records
from mailcheck.grammar.spf import SpfTree
from mailcheck.model.names import absolute, split_labels
from mailcheck.model.zone import Zone

_MAIL_OR_HOST = ("MX", "A", "AAAA")


def only_included(zones: Sequence[Zone]) -> frozenset[str]:
    """Owner names of SPF records that receivers reach by include alone (RFC 7208 section 5.2).

    Such a record answers whether a client matches; what it says of all others is not looked at.
    A name counts where a declared record includes it, or where it has a label with an underscore, which
    no mail domain has; not the apex of a zone, a name with an MX or an address, or the target of a
    redirect from a record that counts itself as a domain's own.
    """
    included: set[str] = set()
    redirects: dict[str, set[str]] = defaultdict(set)
    owners: dict[str, bool] = {}
    for zone in zones:
        for record in spf_records(zone):
            types = zone.names[record.name]
            is_domain = record.name == zone.name or not types.keys().isdisjoint(_MAIL_OR_HOST)
            owners[record.name] = is_domain and not _has_underscore(record.name)
            if "include" in record.tree.kinds:
                included.update(_targets(record.tree, "include"))
            if "redirect" in record.tree.kinds:
                redirects[record.name].update(_targets(record.tree, "redirect"))
    decides = {name for name, is_domain in owners.items() if is_domain or not _serves(name, included)}
    _follow(redirects, decides)
    return frozenset(owners.keys() - decides)


def _serves(name: str, included: set[str]) -> bool:
    return name in included or _has_underscore(name)


def _has_underscore(name: str) -> bool:
    return "_" in name and any(label.startswith("_") for label in split_labels(name))


def _targets(tree: SpfTree, word: str) -> Iterable[str]:
    """The names that `include` or `redirect` lead to, where no macro stands in them."""
    found = (
        [modifier.value for modifier in tree.modifiers if modifier.name == word]
        if word == "redirect"
        else [term.domain for term in tree.directives if term.mechanism == word and term.domain]
    )
    return [absolute(value.literal) for value in found if value.literal]


def _follow(redirects: dict[str, set[str]], decides: set[str]) -> None:
    """Add to `decides` every name that its members redirect to, over any number of steps."""
    open_names = list(decides)
    while open_names:
        new = redirects.get(open_names.pop(), set()) - decides
        decides |= new
        open_names.extend(new)
