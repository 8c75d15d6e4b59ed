"""Whether mail to an address of a Postfix ends with somebody: aliases, accounts and mailboxes followed.

ADDRESS_CLASS_README for the classes; virtual(5), aliases(5) and local(8) for what is looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.host_paths import text_of
from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_domains import CLASSES, DomainList, domain_list
from mailcheck.analysis.postfix_lookup import account_exists, address_keys, alias_of, local_keys, value_of
from mailcheck.grammar.aliases import Destination
from mailcheck.grammar.postfix_values import parse_table
from mailcheck.model.names import absolute

_DEEPEST = 100
"""Levels of aliases after which local(8) gives up."""
_TRANSPORTS = ("mailbox_transport", "mailbox_transport_maps", "fallback_transport", "fallback_transport_maps")

Verdict = bool | NotDetermined


def has_recipient(facts: HostFacts, postfix: Postfix, local: str, domain: str) -> Verdict:
    """Whether Postfix takes mail to `local@domain` and it ends with somebody; the domain must be in a class."""
    return _Message(facts, postfix).sent_to(local, domain)


def alias_has_reader(facts: HostFacts, postfix: Postfix, name: str) -> Verdict:
    """Whether mail to a local name ends with somebody, the account of that name not counted."""
    return _Message(facts, postfix, ignored=name).at_local(name)


class _Message:
    """A message on its way. An alias is followed once; where it names itself, its account is meant."""

    def __init__(self, facts: HostFacts, postfix: Postfix, ignored: str = "") -> None:
        self._facts = facts
        self._files = facts.machine.files
        self._postfix = postfix
        self._ignored = ignored
        self._path: list[str] = []
        self._followed: set[str] = set()

    def sent_to(self, local: str, domain: str) -> Verdict:
        classes = self._classes(domain)
        if isinstance(classes, NotDetermined):
            return classes
        if not classes:
            return NotDetermined(f"{domain} is in no class of this host")
        return self._at_address(local, domain, from_outside=True)

    def at_local(self, name: str) -> Verdict:
        """What local(8) does with a local part: aliases, then the account."""
        unknown = None
        for key in local_keys(self._postfix, name):
            alias = alias_of(self._postfix, self._files, key)
            unknown = unknown or (alias if isinstance(alias, NotDetermined) else None)
            step = f"alias {key.lower()}"
            if alias is not None and not isinstance(alias, NotDetermined) and step not in self._path[-1:]:
                return self._follow(step, partial(self._at_destinations, alias.destinations))
        account = self._account(name)
        if account is True or self._postfix.of("luser_relay").value:
            return True
        delivered_by = next((one for one in _TRANSPORTS if self._postfix.of(one).value), "")
        elsewhere = NotDetermined(f"`{delivered_by}` knows who is there") if delivered_by else False
        return _any([account, elsewhere, unknown or False])

    def _at_address(self, local: str, domain: str, *, from_outside: bool = False) -> Verdict:
        classes = self._classes(domain)
        if isinstance(classes, NotDetermined):
            return classes
        if not classes:
            return True
        keys = address_keys(self._postfix, local, domain, is_local="mydestination" in classes)
        step = f"address {local}@{domain}".lower()
        aliased = None
        if step not in self._path:
            aliased = value_of(self._postfix, self._files, "virtual_alias_maps", keys)
        if isinstance(aliased, str):
            targets = aliased.replace(",", " ").split()
            return self._follow(step, lambda: _first(self._at_target(target, local) for target in targets))
        found = self._in_class(local, keys, classes, from_outside=from_outside)
        return _any([_in_one_class(found, domain, classes), aliased or False])

    def _in_class(
        self, local: str, keys: Sequence[str], classes: frozenset[str], *, from_outside: bool
    ) -> Verdict:
        """What happens to an address that no virtual alias changes; of several classes the first counts."""
        if "mydestination" in classes:
            taken = self._is_taken(local, keys) if from_outside else True
            is_local = self._postfix.of("local_transport").value.partition(":")[0] == "local"
            return _both(taken, self.at_local(local) if is_local and taken is not False else taken)
        if "virtual_alias_domains" in classes:
            return False
        if "virtual_mailbox_domains" in classes:
            return self._at_virtual_mailbox(keys)
        return self._is_in("relay_recipient_maps", keys)

    def _is_taken(self, local: str, keys: Sequence[str]) -> Verdict:
        """Whether smtpd(8) takes mail for the local part, by `local_recipient_maps`."""
        items = self._postfix.items("local_recipient_maps")
        if not self._postfix.of("local_recipient_maps").is_determined:
            return NotDetermined("`local_recipient_maps` cannot be expanded")
        aliases = {(use.type, use.path) for use in self._postfix.maps_of("alias_maps")}
        found: list[Verdict] = [] if items else [True]
        for table in [parse_table(item.text) for item in items]:
            if (table.type, table.name) == ("unix", "passwd.byname"):
                found.append(_any([account_exists(self._facts, key) for key in local_keys(self._postfix, local)]))
            elif (table.type, table.name) in aliases:
                named = [alias_of(self._postfix, self._files, key) for key in local_keys(self._postfix, local)]
                found.append(_any([one if isinstance(one, NotDetermined) else one is not None for one in named]))
            else:
                found.append(NotDetermined(f"`local_recipient_maps` asks {table.type}:{table.name}"))
        listed = value_of(self._postfix, self._files, "local_recipient_maps", keys)
        return True if isinstance(listed, str) else _any(found)

    def _at_virtual_mailbox(self, keys: Sequence[str]) -> Verdict:
        if self._postfix.of("virtual_mailbox_maps").value:
            return self._is_in("virtual_mailbox_maps", keys)
        transport = self._postfix.of("virtual_transport").value
        return False if transport == "virtual" else NotDetermined(f"`{transport}` knows who is there")

    def _is_in(self, setting: str, keys: Sequence[str]) -> Verdict:
        """Whether the tables of a setting have a key; without tables every address is taken."""
        if not self._postfix.of(setting).value:
            return True
        found = value_of(self._postfix, self._files, setting, keys)
        return found if isinstance(found, NotDetermined) else found is not None

    def _at_destinations(self, destinations: Sequence[Destination]) -> Verdict:
        return _first(self._at_destination(one) for one in destinations)

    def _at_destination(self, destination: Destination) -> Verdict:
        """What local(8) does with a destination that stands in an alias."""
        text = destination.target.text
        if destination.kind == "include":
            return NotDetermined(f"{text}, a list that an alias includes, was not read")
        if destination.kind in ("command", "file"):
            allowed = [item.text for item in self._postfix.items(f"allow_mail_to_{destination.kind}s")]
            return "alias" in allowed and text != "/dev/null"
        if text.startswith("\\"):
            return self._account(text[1:])
        local, domain = self._split(text)
        if isinstance(domain, NotDetermined):
            return domain
        classes = self._classes(domain)
        if not isinstance(classes, NotDetermined) and "mydestination" in classes:
            return _in_one_class(self.at_local(local), domain, classes)
        return self._at_address(local, domain)

    def _at_target(self, text: str, original: str) -> Verdict:
        """A target of virtual(5); one without local part keeps that of the address."""
        local, domain = self._split(text)
        if isinstance(domain, NotDetermined):
            return domain
        return self._at_address(local or original, domain)

    def _split(self, text: str) -> tuple[str, str | NotDetermined]:
        """Local part and domain of an address; `myorigin` where it has none."""
        address = text.rpartition("<")[2].partition(">")[0].strip()
        local, at, domain = address.rpartition("@")
        return (local, domain.lower().removesuffix(".")) if at else (domain, self._origin)

    def _account(self, name: str) -> Verdict:
        names = [one for one in local_keys(self._postfix, name) if one.lower() != self._ignored]
        return _any([account_exists(self._facts, one) for one in names])

    def _follow(self, step: str, further: Callable[[], Verdict]) -> Verdict:
        if len(self._path) >= _DEEPEST or step in self._followed:
            return False
        self._followed.add(step)
        self._path.append(step)
        found = further()
        self._path.pop()
        return found

    def _classes(self, domain: str) -> frozenset[str] | NotDetermined:
        """The classes that a domain is in; none: mail to it leaves the host."""
        held = [(one, one.holds(absolute(domain))) for one in self._lists]
        found = frozenset([one.setting for one, holds in held if holds])
        why = "; ".join([one.why for one, holds in held if holds is None])
        return NotDetermined(why) if why and not found else found

    @cached_property
    def _lists(self) -> tuple[DomainList, ...]:
        return tuple([domain_list(self._postfix, setting, self._files) for setting in CLASSES])

    @cached_property
    def _origin(self) -> str | NotDetermined:
        setting = self._postfix.of("myorigin")
        value = setting.value
        if value.startswith("/"):
            value = next(iter((text_of(self._files, value) or "").split()), "")
        if not value or not setting.is_determined:
            return NotDetermined("`myorigin` is not known")
        return value.lower().removesuffix(".")


def _in_one_class(found: Verdict, domain: str, classes: frozenset[str]) -> Verdict:
    """A domain in two classes is at fault itself; whom it is meant to reach is not known before it is in one.

    Local domains may be in `relay_domains` too, as Postfix had it by default (postconf(5) relay_domains).
    """
    if found is not False or len(classes) < 2 or classes == {"mydestination", "relay_domains"}:
        return found
    return NotDetermined(f"{domain} is in {' and in '.join(sorted(classes))}")


def _first(found: Iterator[Verdict]) -> Verdict:
    """As `_any`, and nothing is asked behind the first that is true."""
    unknown: Verdict = False
    for one in found:
        if one is True:
            return True
        unknown = unknown or one
    return unknown


def _any(found: Sequence[Verdict]) -> Verdict:
    return _first(iter(found))


def _both(one: Verdict, other: Verdict) -> Verdict:
    if one is False or other is False:
        return False
    return other if one is True else one
