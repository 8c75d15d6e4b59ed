"""Which domains a Postfix takes mail for, in which class, and whether an address there has a recipient.

ADDRESS_CLASS_README: a domain belongs to the local class (mydestination), to virtual aliases, to virtual mailboxes
or to relay domains.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.host_paths import Files
from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_domains import CLASSES, domain_list
from mailcheck.analysis.postfix_maps import COMPILED, PLAIN, MapUse
from mailcheck.grammar.aliases import parse_aliases
from mailcheck.grammar.table import PATTERN_TYPES, parse_table
from mailcheck.model.location import Location


class ClassMember(NamedTuple):
    """A domain, lower case and without final dot, as one of a class; `at` is where it is written."""

    domain: str
    domain_class: str
    at: Location


def class_members(postfix: Postfix, files: Files) -> tuple[tuple[ClassMember, ...], str]:
    """The domains of all classes, and why there may be more of them ("" where all are known)."""
    lists = [domain_list(postfix, setting, files) for setting in CLASSES]
    members = [
        ClassMember(name.removesuffix("."), one.setting, at) for one in lists for name, at in one.names.items()
    ]
    return tuple(members), "; ".join([one.why for one in lists if one.why])


def has_recipient(facts: HostFacts, postfix: Postfix, local: str, domain: str) -> bool | NotDetermined:
    """Whether mail to `local@domain` finds somebody here; the domain must be in one of the classes."""
    files = facts.machine.files
    members, why = class_members(postfix, files)
    classes = {member.domain_class for member in members if member.domain == domain}
    if not classes:
        return NotDetermined(why or f"{domain} is in no class of this host")
    keys = _keys(local, domain, postfix, is_local="mydestination" in classes)
    found = [_finds(postfix, files, "virtual_alias_maps", keys)]
    if "virtual_mailbox_domains" in classes:
        found.append(_finds(postfix, files, "virtual_mailbox_maps", keys))
    if "relay_domains" in classes:
        maps = postfix.of("relay_recipient_maps")
        found.append(_finds(postfix, files, "relay_recipient_maps", keys) if maps.value else True)
    if "mydestination" in classes:
        found.append(_local(facts, postfix, local))
    return _any(found)


def _local(facts: HostFacts, postfix: Postfix, local: str) -> bool | NotDetermined:
    maps = postfix.of("local_recipient_maps")
    if not maps.value or postfix.of("luser_relay").value:
        return True
    accounts = facts.system.accounts
    if isinstance(accounts, NotDetermined):
        has_account: bool | NotDetermined = accounts
    else:
        has_account = any(account.name == local for account in accounts)
    return _any([has_account, _finds(postfix, facts.machine.files, "alias_maps", [local])])


def _any(found: Sequence[bool | NotDetermined]) -> bool | NotDetermined:
    if any([one is True for one in found]):
        return True
    return next((one for one in found if isinstance(one, NotDetermined)), False)


def _keys(local: str, domain: str, postfix: Postfix, *, is_local: bool) -> list[str]:
    """What Postfix looks up for an address, in virtual(5)'s order, with the extension cut off."""
    delimiters = postfix.of("recipient_delimiter").value
    bare = next((local.partition(mark)[0] for mark in delimiters if mark in local[1:]), local)
    users = dict.fromkeys((local, bare))
    with_domain = [f"{user}@{domain}" for user in users]
    return [*with_domain, *(users if is_local else ()), f"@{domain}"]


def _finds(postfix: Postfix, files: Files, setting: str, keys: Sequence[str]) -> bool | NotDetermined:
    uses = [use for use in postfix.maps if use.setting == setting]
    return _any([_table_has(use, files, keys) for use in uses])


def _table_has(use: MapUse, files: Files, keys: Sequence[str]) -> bool | NotDetermined:
    if use.type == "static":
        return True
    file = files.get(use.path)
    if use.type in PATTERN_TYPES or use.type not in {*COMPILED, *PLAIN} or file is None or file.text is None:
        why = (file.why or file.state) if file is not None else "its entries are not in a file"
        return NotDetermined(f"{use.type}:{use.path}: {why}")
    if use.setting == "alias_maps":
        aliases = parse_aliases(file.text, use.path)
        return any(aliases.named(key) for key in keys)
    rows = {row.key.text.lower() for row in parse_table(file.text, use.path, use.type)}
    return any(key.lower() in rows for key in keys)
