"""What a domain says that takes no part in mail: null MX, nobody in SPF, refusal by DMARC, no DKIM key."""

from __future__ import annotations

from typing import NamedTuple

from mailcheck.analysis.dmarc_policy import discover_policy
from mailcheck.analysis.spec_keys import key_state
from mailcheck.analysis.spec_places import place_of, set_place, spf_record
from mailcheck.grammar.spf import is_spf, parse_spf
from mailcheck.model.dns import Answer, Evaluation, Present, Question, Unknown
from mailcheck.model.location import Location
from mailcheck.model.zone import Zone

_ANY_SELECTOR = "*._domainkey"


class Wanted(NamedTuple):
    """One thing that must be published, and what was found: whether it is there, or that this is not known."""

    question: Question
    what: str
    found: bool | Unknown


def parked_records(domain: str) -> Evaluation[tuple[Wanted, ...]]:
    """The null MX (RFC 7505), `v=spf1 -all`, and the empty key for every selector (RFC 6376 section 3.6.1)."""
    mx, txt = Question(domain, "MX"), Question(domain, "TXT")
    keys = Question(f"{_ANY_SELECTOR}.{domain}", "TXT")
    answers = yield {mx, txt, keys}
    return (
        Wanted(mx, "a null MX, `0 .`", _known(answers[mx], _is_null(answers[mx]))),
        Wanted(txt, "`v=spf1 -all`", _known(answers[txt], _sends_nothing(answers[txt]))),
        Wanted(
            keys,
            f"a revoked key, `v=DKIM1; p=`, at `{_ANY_SELECTOR}`",
            _known(answers[keys], key_state(answers[keys]) == "revoked"),
        ),
    )


def parked_policy(domain: str) -> Evaluation[Wanted]:
    """The DMARC policy that refuses all mail, be it from a domain above."""
    policy = yield from discover_policy(domain)
    question, found = Question(f"_dmarc.{domain}", "TXT"), policy.requested == "reject"
    if policy.open is not None:
        return Wanted(policy.open[0], "", policy.open[1])
    return Wanted(question, "the DMARC policy `p=reject`", found)


def parked_place(zone: Zone, question: Question) -> Location | None:
    """Where the zone says something else, or would have to say it; None where it does not hold the name."""
    if question.type == "MX" or question.name.startswith("_dmarc."):
        return set_place(zone, *question)
    record = spf_record(zone, question.name)
    return record.at if record else place_of(zone, question.name)


def _known(answer: Answer, found: bool) -> bool | Unknown:
    return answer if isinstance(answer, Unknown) else found


def _is_null(answer: Answer) -> bool:
    return isinstance(answer, Present) and all(record.text.endswith(" .") for record in answer.records)


def _sends_nothing(answer: Answer) -> bool:
    records = [record for record in answer.records if is_spf(record.text)] if isinstance(answer, Present) else []
    if len(records) != 1:
        return False
    tree = parse_spf(records[0].text)
    return not tree.invalid and [(term.mechanism, term.qualifier) for term in tree.directives] == [("all", "-")]
