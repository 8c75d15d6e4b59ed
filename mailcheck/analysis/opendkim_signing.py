"""With which key OpenDKIM signs which mail: SigningTable and KeyTable, or Domain, Selector and KeyFile."""

from __future__ import annotations

from typing import NamedTuple

from mailcheck.analysis.host_fact import Fact
from mailcheck.analysis.host_paths import absolute
from mailcheck.analysis.opendkim_tables import Members
from mailcheck.grammar.config_lines import Word
from mailcheck.grammar.opendkim_data_set import Entry, KeyRow, matches
from mailcheck.model.location import Location

_ANY_USER = "\x00"
"""A local part that no row names, so that only rows for all local parts match."""


class Signer(NamedTuple):
    """One way to sign.

    `pattern` is what the From address is held against (of a SigningTable, or a domain of `Domain`), `is_wildcard`
    whether `*` in it stands for any text, `in_table` whether it stands in a SigningTable. `domain` (the `d=`)
    may be `%`: the domain of From. `key_file` is an absolute path; empty where the key stands in the table or
    its path depends on the message. `key_name` is empty without tables.
    """

    pattern: Word
    is_wildcard: bool
    in_table: bool
    key_name: str
    domain: str
    selector: str
    key_file: str
    domain_at: Location
    selector_at: Location
    key_at: Location


class Dangling(NamedTuple):
    """A row of the SigningTable that names no key of the KeyTable (or an incomplete one)."""

    pattern: Word
    key_name: Word


class Signing(NamedTuple):
    """All ways to sign, and the rows that name no key."""

    signers: tuple[Signer, ...]
    dangling: tuple[Dangling, ...] = ()


def signers_of(table: Members, keys: tuple[KeyRow, ...] | None, single: tuple[Fact, Fact], folder: str) -> Signing:
    """All ways to sign, and the rows that name no key.

    `table` is the SigningTable where there are `keys`, else the set of domains, which are signed with the selector
    and key file of `single`.
    """
    entries = table.entries or ()
    if keys is None:
        return Signing(tuple([_single(entry, single, folder) for entry in entries if entry.key.text]))
    by_name: dict[str, KeyRow] = {}
    for row in keys:
        by_name.setdefault(row.name.text, row)
    signers, dangling = [], []
    for entry in entries:
        name = _key_name(entry)
        found = by_name.get(_literal_domain(entry.key.text) if name.text == "%" else name.text)
        if found is None:
            dangling.append(Dangling(entry.key, name))
        else:
            signers.append(_signer(entry, found, folder, is_wildcard=table.kind == "refile"))
    return Signing(tuple(signers), tuple(dangling))


def signer_for(domain: str, signers: tuple[Signer, ...], subdomains: bool) -> Signer | None:
    """The signer of mail from any local part at `domain`, which is put in for `%`; None where there is none."""
    keys = _looked_up(domain)
    found = [signer for signer in signers if signer.in_table and signer.is_wildcard]
    first = next((one for one in found if matches(one.pattern.text, f"{_ANY_USER}@{domain}")), None)
    for key in keys:
        first = first or next(
            (one for one in signers if _is_literal(one) and one.pattern.text.lower() == key), None
        )
    first = first or next((one for one in signers if not one.in_table and _covers(one, domain, subdomains)), None)
    if first is None or first.domain != "%":
        return first
    return first._replace(domain=domain)


def _looked_up(domain: str) -> list[str]:
    """Keys of a table without wildcards that hold for all local parts, in the order they are looked up."""
    labels = domain.lower().split(".")
    return [domain.lower(), *["." + ".".join(labels[number:]) for number in range(1, len(labels))], "*"]


def _is_literal(signer: Signer) -> bool:
    return signer.in_table and not signer.is_wildcard


def _covers(signer: Signer, domain: str, subdomains: bool) -> bool:
    own = signer.pattern.text.lower()
    domain = domain.lower()
    return own in {"*", domain} or (subdomains and domain.endswith("." + own))


def _key_name(entry: Entry) -> Word:
    return entry.fields(2)[0] if entry.value else Word("", entry.key.at)


def _single(entry: Entry, single: tuple[Fact, Fact], folder: str) -> Signer:
    selector, key = single
    domain = "%" if entry.key.text == "*" else entry.key.text
    path = absolute(key.value, folder) if key.value else ""
    at = entry.key.at
    return Signer(entry.key, False, False, "", domain, selector.value or "", path, at, selector.at, key.at)


def _signer(entry: Entry, row: KeyRow, folder: str, *, is_wildcard: bool) -> Signer:
    path = row.key_file.text
    if "%" in path:
        domain = _literal_domain(entry.key.text)
        path = path.replace("%", domain) if domain else ""
    return Signer(
        entry.key,
        is_wildcard,
        True,
        row.name.text,
        row.domain.text,
        row.selector.text,
        absolute(path, folder) if path else "",
        row.domain.at,
        row.selector.at,
        row.key_file.at,
    )


def _literal_domain(pattern: str) -> str:
    """The domain of a pattern that is for one domain alone (`*@example.com`, `example.com`), else empty."""
    domain = pattern.rpartition("@")[2].lower()
    return "" if "*" in domain or domain.startswith(".") else domain
