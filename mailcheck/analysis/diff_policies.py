"""What changes of MTA-STS policies, and to which exchanges senders that keep to one do not deliver (RFC 8461)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mailcheck.analysis.mail_statements import exchanges
from mailcheck.analysis.together import Ask
from mailcheck.analysis.transport import announces_sts
from mailcheck.grammar.mta_sts import Policy, matches, parse_policy
from mailcheck.model.diff import OtherChange
from mailcheck.model.dns import POLICY, Present, Question
from mailcheck.model.finding import Severity
from mailcheck.model.text import shown_name
from mailcheck.model.zone import PolicyFile, Zone

_MODES = ("", "none", "testing", "enforce")


class _Exchanges(NamedTuple):
    """The hosts that take a domain's mail, and those of them that its policy does not let senders deliver to."""

    hosts: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()

    @property
    def takes_mail(self) -> bool:
        return self.hosts > self.refused


def policy_changes(
    before: Sequence[Zone], after: Sequence[Zone], asks: tuple[Ask, Ask]
) -> Mapping[str, list[OtherChange]]:
    """By domain; a policy that lies beside its zone counts, else the one that the side answers with."""
    old, new = (dict(_exchanges(zones, ask)) for zones, ask in zip((before, after), asks, strict=True))
    files_before, files_after = _files(before), _files(after)
    found: dict[str, list[OtherChange]] = {}
    for domain in sorted({*new, *files_before, *files_after}):
        refusal = _refusal(domain, old.get(domain, _Exchanges()), new.get(domain, _Exchanges()))
        change = refusal or _file_change(domain, files_before.get(domain), files_after.get(domain))
        if change is not None:
            found[domain] = [change]
    return found


def _files(zones: Sequence[Zone]) -> Mapping[str, PolicyFile]:
    return {domain: policy for zone in zones for domain, policy in zone.policies.items()}


def _exchanges(zones: Sequence[Zone], ask: Ask) -> Iterator[tuple[str, _Exchanges]]:
    announced = {
        found.name: (
            zone.policies.get(found.name),
            frozenset(exchanges([record.text for record in found.records])),
        )
        for zone in zones
        for found in zone.record_sets("MX")
        if announces_sts(zone, found.name)
    }
    questions = {name: Question(name, POLICY) for name, (file, _) in announced.items() if file is None}
    answers = ask(frozenset(questions.values()))
    for name, (file, hosts) in announced.items():
        if file is not None:
            text = file.text
        else:
            answer = answers[questions[name]]
            text = answer.records[0].text if isinstance(answer, Present) else ""
        yield name, _Exchanges(hosts, frozenset(_refused(parse_policy(text), hosts)))


def _refused(policy: Policy, hosts: frozenset[str]) -> Iterator[str]:
    """The hosts that no `mx` line of an enforced policy covers (section 4.1)."""
    if policy.mode == "enforce" and not policy.faults:
        lines = [line.value for line in policy.patterns]
        yield from (host for host in hosts if not any(matches(line, host) for line in lines))


def _refusal(domain: str, before: _Exchanges, after: _Exchanges) -> OtherChange | None:
    more = after.refused - before.refused
    if not more:
        return None
    shown = ", ".join(shown_name(host) for host in sorted(more))
    sentence = f"the enforced MTA-STS policy of {shown_name(domain)} does not list {shown}: senders"
    if after.takes_mail:
        return OtherChange(Severity.WARNING, f"{sentence} that keep to it do not deliver there")
    lost = Severity.ERROR if before.takes_mail else Severity.WARNING
    return OtherChange(lost, f"{sentence} that keep to it deliver nowhere")


def _file_change(domain: str, before: PolicyFile | None, after: PolicyFile | None) -> OtherChange | None:
    if _content(before) == _content(after):
        return None
    sentence = f"the MTA-STS policy of {shown_name(domain)}: "
    if after is None:
        return OtherChange(Severity.WARNING, sentence + "removed")
    old, new = (parse_policy(policy.text).mode if policy else "" for policy in (before, after))
    if _MODES.index(new) < _MODES.index(old):
        return OtherChange(Severity.WARNING, f"{sentence}mode {old} -> {new or 'none that is valid'}")
    faults = parse_policy(after.text).faults
    if faults and before is not None and not parse_policy(before.text).faults:
        return OtherChange(Severity.WARNING, f"{sentence}{faults[0].message}")
    return OtherChange(Severity.INFO, sentence + ("changed" if before else "added"))


def _content(file: PolicyFile | None) -> tuple[object, ...]:
    """What senders act on; fields that they do not know are left out (RFC 8461 section 3.2)."""
    if file is None:
        return ()
    policy = parse_policy(file.text)
    patterns = frozenset(field.value.lower() for field in policy.patterns)
    return policy.mode, policy.max_age, patterns, bool(policy.faults)
