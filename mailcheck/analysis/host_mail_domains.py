"""The domains that a mail host works for, as its Postfix and OpenDKIM tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_classes import class_members
from mailcheck.errors import UsageError
from mailcheck.grammar.mail_domain import full_domain
from mailcheck.model.names import is_at_or_below
from mailcheck.model.spec import HostSpec

_LOCAL = ("localhost", "localdomain", "local")


class MailDomains(NamedTuple):
    """Absolute names in the order in which the configuration has them.

    `taken`: mail for them ends here; `sent`: the host writes or signs mail from them. `notes` tell what is open.
    """

    taken: tuple[str, ...]
    sent: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Each domain once."""
        return tuple(dict.fromkeys((*self.taken, *self.sent)))

    def own_first(self, host: str) -> tuple[str, ...]:
        """Each domain once, the one that the host's name lies in first."""
        return tuple(sorted(self.all, key=lambda name: not is_at_or_below(host, name)))


def mail_domains_of(facts: HostFacts, host: HostSpec, given: Sequence[str]) -> MailDomains:
    """The domains, of which those that were `given` are kept and added where there are any.

    The host's own name counts only where mail is written from it. Raises UsageError where there is no domain.
    """
    assert facts.postfix is not None
    members, why = class_members(facts.postfix, facts.machine.files)
    notes = [f"There may be more domains: {why}."] if why else []
    relayed = dict.fromkeys(member.domain for member in members if member.domain_class == "relay_domains")
    if relayed:
        notes.append(
            f"It relays mail for {', '.join(relayed)}: name those whose first exchange it is on the command line."
        )
    sent = list(_sent(facts, facts.postfix))
    taken = [
        name
        for member in members
        if member.domain_class != "relay_domains" and (name := _domain(member.domain, host)) is not None
    ]
    taken = [name for name in taken if name != host.name or name in sent]
    if given:
        taken = [name for name in given if name in taken or name.removesuffix(".") in relayed]
        sent = [name for name in given if name in sent or name not in taken]
    found = MailDomains(tuple(dict.fromkeys(taken)), tuple(dict.fromkeys(sent)), tuple(notes))
    if not found.all:
        raise UsageError(
            "the configuration names no mail domain besides the host itself",
            hint="name your domains: mailcheck init --from-host example.com",
        )
    return found


def _sent(facts: HostFacts, postfix: Postfix) -> Iterator[str]:
    """What `myorigin` puts behind local users, and what OpenDKIM signs as."""
    origin = postfix.of("myorigin")
    text = facts.system.mailname.value if origin.value == "/etc/mailname" else origin.value
    names = [text or "" if origin.is_determined else ""]
    if facts.opendkim is not None and not isinstance(facts.opendkim.signers, NotDetermined):
        names += [signer.domain for signer in facts.opendkim.signers]
    for name in names:
        if (found := _mail_name(name)) is not None:
            yield found


def _domain(text: str, host: HostSpec) -> str | None:
    name = _mail_name(text)
    return None if name == host.srs_domain else name


def _mail_name(text: str) -> str | None:
    """An absolute domain that others can send to; None for `localhost`, `localhost.example.com` and the like."""
    name = full_domain(text)
    labels = (name or "").removesuffix(".").split(".")
    return None if labels[0] == "localhost" or labels[-1] in _LOCAL else name
