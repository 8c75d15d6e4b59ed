"""Who may relay through an smtpd service: its lists of restrictions (postconf(5) smtpd_relay_restrictions)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mailcheck.analysis.postfix import Postfix, Service
from mailcheck.analysis.postfix_settings import Item
from mailcheck.model.location import Location

LISTS = ("smtpd_relay_restrictions", "smtpd_recipient_restrictions")
_EARLIER_LISTS = ("smtpd_client_restrictions", "smtpd_helo_restrictions", "smtpd_sender_restrictions")
_ALL = frozenset(("reject", "defer"))
STOPS = frozenset(
    ("reject_unauth_destination", "defer_unauth_destination", "defer_if_permit", "check_relay_domains")
)
_WITH_ARGUMENT = ("reject_rbl_client", "reject_rhsbl_", "permit_dnswl_client", "permit_rhswl_client", "sleep")


class Restriction(NamedTuple):
    """One restriction in lower case, with what it looks up, if anything; `only_warns` after `warn_if_reject`."""

    name: str
    at: Location
    argument: Item | None = None
    only_warns: bool = False

    @property
    def stops(self) -> bool:
        """Whether mail of strangers to other domains ends here."""
        return not self.only_warns and (self.name in STOPS or self.name in _ALL)


class Guard(NamedTuple):
    """What a list does with mail of strangers to other domains.

    `stop` rejects it, or `permit` lets all of it pass before; neither where the list just ends. `before` is what
    may permit some of it first.
    """

    stop: Restriction | None
    permit: Restriction | None
    before: tuple[Restriction, ...]


def listeners(postfix: Postfix) -> tuple[Service | None, ...]:
    """The smtpd services; None alone, for main.cf as it stands, where master.cf was not read."""
    return (None,) if postfix.master_why else postfix.smtpd_services


def restrictions(postfix: Postfix, name: str, service: Service | None) -> tuple[Restriction, ...]:
    """The list of that name, with restriction classes replaced by what they stand for."""
    return read_restrictions(postfix, postfix.items(name, service), service)


def read_restrictions(postfix: Postfix, items: Iterable[Item], service: Service | None) -> tuple[Restriction, ...]:
    """The restrictions that items name, as `restrictions` does for a setting."""
    classes = {item.text for item in postfix.items("smtpd_restriction_classes", service)}
    return tuple(_read(postfix, items, service, classes))


def guard(listed: Iterable[Restriction]) -> Guard:
    """How a list treats strangers."""
    before: list[Restriction] = []
    for restriction in listed:
        if restriction.name == "permit":
            return Guard(None, restriction, tuple(before))
        if restriction.stops:
            return Guard(restriction, None, tuple(before))
        before.append(restriction)
    return Guard(None, None, tuple(before))


def guards(postfix: Postfix, service: Service | None) -> tuple[Guard, ...]:
    """One for each of `LISTS`: to be relayed, mail has to pass them all."""
    return tuple([guard(restrictions(postfix, name, service)) for name in LISTS])


def is_closed(postfix: Postfix, service: Service | None) -> bool:
    """Whether strangers can send nothing at all."""
    found = [guard(restrictions(postfix, name, service)) for name in (*_EARLIER_LISTS, *LISTS)]
    return any([one.stop is not None and one.stop.name in _ALL for one in found])


def starts(postfix: Postfix, service: Service | None) -> bool:
    """Whether smtpd finds something that rejects strangers, without which it ends.

    Behind a `permit` it looks no further; but one that ends a class does not keep it from what follows the class.
    """
    classes = {item.text for item in postfix.items("smtpd_restriction_classes", service)}
    return any([_has_stop(postfix, postfix.items(name, service), service, set(classes)) for name in LISTS])


def _has_stop(postfix: Postfix, items: Iterable[Item], service: Service | None, classes: set[str]) -> bool:
    remaining = iter(items)
    for item in remaining:
        name = item.text.lower()
        if name == "permit":
            return False
        if name == "warn_if_reject":
            next(remaining, None)
        elif name in STOPS or name in _ALL:
            return True
        elif item.text in classes:
            classes.remove(item.text)
            if _has_stop(postfix, postfix.items(item.text, service), service, classes):
                return True
    return False


def _read(
    postfix: Postfix, items: Iterable[Item], service: Service | None, classes: set[str]
) -> Iterator[Restriction]:
    """What a class stands for is given once: where it comes again, it changes nothing."""
    remaining = iter(items)
    only_warns = False
    for item in remaining:
        name = item.text.lower()
        if name == "warn_if_reject":
            only_warns = True
            continue
        if item.text in classes:
            classes.remove(item.text)
            for inner in _read(postfix, postfix.items(item.text, service), service, classes):
                yield inner._replace(at=item.at, only_warns=inner.only_warns or only_warns)
        else:
            takes = name.startswith(_WITH_ARGUMENT) or (name.startswith("check_") and name not in STOPS)
            yield Restriction(name, item.at, next(remaining, None) if takes else None, only_warns)
        only_warns = False
