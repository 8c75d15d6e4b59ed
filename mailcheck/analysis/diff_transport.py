"""What a domain says of TLS to those who send to it, MTA-STS and TLS reporting, and what changes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from mailcheck.analysis.addresses import ADDRESS_TYPES
from mailcheck.analysis.transport import POLICY_HOST_LABEL, STS_LABEL, TLS_RPT_LABEL
from mailcheck.grammar.mta_sts import is_sts, parse_record
from mailcheck.grammar.tls_rpt import is_tls_rpt, parse_tls_rpt
from mailcheck.model.diff import OtherChange
from mailcheck.model.dns import Answer, Evaluation, Present, Question, Unknown
from mailcheck.model.finding import Severity
from mailcheck.model.text import shown_name

_State = Literal["none", "valid", "invalid", "open"]


class Said(NamedTuple):
    """What one name says; `content` is what senders act on, empty where the record is not valid."""

    state: _State = "none"
    content: frozenset[str] = frozenset()


class TransportState(NamedTuple):
    """`host`: the addresses that the MTA-STS policy is fetched from, None where they are not determined."""

    sts: Said = Said()
    reports: Said = Said()
    host: frozenset[str] | None = frozenset()


def transport_state(domain: str) -> Evaluation[TransportState]:
    """What stands at `_mta-sts`, `_smtp._tls` and `mta-sts` of a domain (RFC 8461 and RFC 8460, section 3)."""
    sts_question, reports_question = Question(STS_LABEL + domain, "TXT"), Question(TLS_RPT_LABEL + domain, "TXT")
    answers = yield {sts_question, reports_question}
    sts, reports = _sts(answers[sts_question]), _reports(answers[reports_question])
    if sts.state != "valid":
        return TransportState(sts, reports)
    asked = {Question(POLICY_HOST_LABEL + domain, rtype) for rtype in ADDRESS_TYPES}
    answers = yield asked
    found = [answers[question] for question in asked]
    addresses = frozenset(
        record.text for answer in found if isinstance(answer, Present) for record in answer.records
    )
    is_open = any(isinstance(answer, Unknown) for answer in found)
    return TransportState(sts, reports, None if is_open else addresses)


def _sts(answer: Answer) -> Said:
    texts = _texts(answer)
    if texts is None:
        return Said("open")
    read = [text for text in texts if is_sts(text)]
    found = parse_record(read[0]).id if len(read) == 1 else ""
    return Said("valid", frozenset((found,))) if found else Said("invalid" if texts else "none")


def _reports(answer: Answer) -> Said:
    texts = _texts(answer)
    if texts is None:
        return Said("open")
    read = [text for text in texts if is_tls_rpt(text)]
    found = (
        frozenset(each.uri for each in parse_tls_rpt(read[0]).destinations if each.uri) if len(read) == 1 else None
    )
    return Said("valid", found) if found else Said("invalid" if texts else "none")


def _texts(answer: Answer) -> list[str] | None:
    if isinstance(answer, Unknown):
        return None
    return sorted({record.text for record in answer.records}) if isinstance(answer, Present) else []


def transport_changes(domain: str, before: TransportState, after: TransportState) -> Iterator[OtherChange]:
    """One sentence for each thing that changes for senders; what is open before is held against nothing."""
    shown = shown_name(domain)
    yield from _changes("MTA-STS", shown, before.sts, after.sts)
    if before.sts.state == after.sts.state == "valid":
        yield from _fetched(domain, before.host, after.host)
    yield from _changes("TLS reporting", shown, before.reports, after.reports)


def _changes(what: str, domain: str, before: Said, after: Said) -> Iterator[OtherChange]:
    was_valid = before.state == "valid"
    if before == after or before.state == "open" or not (was_valid or after.state == "valid"):
        return
    if after.state == "none":
        yield OtherChange(Severity.WARNING, f"removes the {what} record of {domain}")
    elif after.state == "invalid":
        yield OtherChange(Severity.WARNING, f"the {what} record of {domain} is invalid, so that senders ignore it")
    elif after.state == "open":
        yield OtherChange(Severity.WARNING, f"the {what} record of {domain} is not determined any more")
    elif not was_valid:
        yield OtherChange(Severity.INFO, f"publishes the {what} record of {domain}")
    else:
        fewer = what != "MTA-STS" and not before.content <= after.content
        yield OtherChange(Severity.WARNING if fewer else Severity.INFO, f"{what} of {domain}: changed")


def _fetched(domain: str, before: frozenset[str] | None, after: frozenset[str] | None) -> Iterator[OtherChange]:
    if before == after or before is None:
        return
    policy, host = f"the MTA-STS policy of {shown_name(domain)}", shown_name(POLICY_HOST_LABEL + domain)
    if after is None:
        yield OtherChange(Severity.WARNING, f"where {policy} is fetched is not determined any more")
    elif not after:
        yield OtherChange(Severity.WARNING, f"senders cannot fetch {policy}: {host} has no address any more")
    else:
        yield OtherChange(Severity.INFO, f"senders fetch {policy} from other addresses")
