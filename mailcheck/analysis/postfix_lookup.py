"""What Postfix finds for an address in its tables and in the accounts of the host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.host_paths import Files, is_missing, text_of
from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_maps import COMPILED, PLAIN, MapUse
from mailcheck.analysis.postfix_tables import table_rows
from mailcheck.grammar.aliases import Alias, parse_aliases
from mailcheck.grammar.table import PATTERN_TYPES
from mailcheck.model.text import shorten

_LOCAL_SOURCES = frozenset(("files", "compat", "systemd", "mymachines"))
"""Services of nsswitch.conf(5) that know no account of a person beside those of /etc/passwd."""
_NSSWITCH = "/etc/nsswitch.conf"
_NEVER_CUT = ("postmaster", "mailer-daemon", "double-bounce")


def without_extension(postfix: Postfix, local: str) -> str:
    """The local part cut at the first of the characters of `recipient_delimiter` (postconf(5))."""
    delimiters = postfix.of("recipient_delimiter").value
    name = local.lower()
    if name in _NEVER_CUT:
        return local
    is_list = name.startswith("owner-") or (name.endswith("-request") and len(name) > len("-request"))
    if "-" in delimiters and is_list and postfix.of("owner_request_special").value == "yes":
        return local
    cut = next((index for index, letter in enumerate(local) if letter in delimiters), 0)
    return local[:cut] if cut else local


def local_keys(postfix: Postfix, local: str) -> tuple[str, ...]:
    """The local part as it stands, and without its extension."""
    return tuple(dict.fromkeys((local, without_extension(postfix, local))))


def address_keys(postfix: Postfix, local: str, domain: str, *, is_local: bool) -> list[str]:
    """What Postfix looks up for an address, in virtual(5)'s order."""
    users = local_keys(postfix, local)
    return [*[f"{user}@{domain}" for user in users], *(users if is_local else ()), f"@{domain}"]


def value_of(postfix: Postfix, files: Files, setting: str, keys: Sequence[str]) -> str | NotDetermined | None:
    """What the tables of a setting give for the first key that one of them has."""
    if not postfix.of(setting).is_determined:
        return NotDetermined(f"`{setting}` cannot be expanded")
    unknown = None
    for use in postfix.maps_of(setting):
        found = _in_table(use, files, keys)
        if isinstance(found, str):
            return found
        unknown = unknown or found
    return unknown


def alias_of(postfix: Postfix, files: Files, name: str) -> Alias | NotDetermined | None:
    """The alias of a local name in `alias_maps`."""
    unknown = None if postfix.of("alias_maps").is_determined else NotDetermined("`alias_maps` cannot be expanded")
    for use in postfix.maps_of("alias_maps"):
        text = text_of(files, use.path)
        if use.type not in {*COMPILED, *PLAIN} - PATTERN_TYPES or text is None:
            unknown = unknown or _not_read(use, files)
        elif found := _aliases(text, use.path).get(name.lower()):
            return found
    return unknown


def account_exists(facts: HostFacts, name: str) -> bool | NotDetermined:
    """Whether the host has the account, as far as /etc/passwd and /etc/nsswitch.conf tell; root is everywhere."""
    if name.lower() == "root":
        return True
    accounts = facts.system.accounts
    if isinstance(accounts, NotDetermined):
        return accounts
    if any([account.name == name.lower() for account in accounts]):
        return True
    files = facts.machine.files
    text = text_of(files, _NSSWITCH)
    if text is None:
        return False if is_missing(files, _NSSWITCH) else NotDetermined(f"{_NSSWITCH} was not read")
    sources = [line.partition("#")[0].split()[1:] for line in text.split("\n") if line.startswith("passwd:")]
    others = [word for words in sources for word in words if word.isalnum() and word not in _LOCAL_SOURCES]
    return NotDetermined(f"accounts are also looked up in {others[0]}") if others else False


def _in_table(use: MapUse, files: Files, keys: Sequence[str]) -> str | NotDetermined | None:
    tables = table_rows(f"{use.type}:{use.path}", use.at, files)
    if isinstance(tables, NotDetermined):
        return tables
    for table in tables:
        if table.kind == "any":
            return table.rows[0].value.text if table.rows else None
        if table.kind != "keys":
            return NotDetermined(f"{shorten(f'{use.type}:{use.path}')} holds patterns")
        if found := next((key.lower() for key in keys if key.lower() in table.values), None):
            return table.values[found]
    return None


def _not_read(use: MapUse, files: Files) -> NotDetermined:
    file = files.get(use.path)
    why = (file.why or file.state) if file is not None else "its entries are not in a file"
    return NotDetermined(f"{use.type}:{use.path}: {why}")


@lru_cache(maxsize=8)  # asked for each address of each domain
def _aliases(text: str, path: str) -> Mapping[str, Alias]:
    found: dict[str, Alias] = {}
    for alias in parse_aliases(text, path).aliases:
        found.setdefault(alias.key, alias)
    return found
