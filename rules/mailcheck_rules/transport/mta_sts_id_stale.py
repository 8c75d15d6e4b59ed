"""The MTA-STS policy changes and the `id` of its record does not.

## What it checks
The policy file `mta-sts.<domain>.txt` beside the zone says something else than the policy that is served
now, by the lock or with `--live`, while the `id` of the declared record at `_mta-sts` is still the one that
stands in DNS now. Without a lock, and without `--live`, there is nothing to compare with.

## Why it matters
Senders that remember a policy look at the `id` alone and fetch the policy again only when it has changed.
Until `max_age` runs out, weeks later, they hold on to the old list of exchanges: under `mode: enforce`
they do not deliver to a new one.

## Example
    mta-sts.example.com.txt:  mx: mx2.example.com       (served now: mx: mx1.example.com)
    _mta-sts.example.com. TXT "v=STSv1; id=20260131"    (the same id as now)

## How to fix
Write another `id`, such as the date and time of the change, and publish the policy before the record.

## References
RFC 8461 sections 3.1 and 3.3
"""

from collections.abc import Iterator

from mailcheck.analysis.transport import STS_LABEL, StsPolicy, sts_policies
from mailcheck.grammar.mta_sts import is_sts, parse_policy, parse_record
from mailcheck.grammar.tags import parse_tags
from mailcheck.lint.rule import Case, Context, Label, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import POLICY, STS_RECORD, Present, Question, Unknown
from mailcheck.model.location import NOWHERE
from mailcheck.model.record import Record


def check(beside: StsPolicy, ask: Context) -> Iterator[Problem | Skip]:
    declared = _one_record(ask.zone.at_name(STS_LABEL + beside.name, "TXT"))
    if declared is None:
        return
    policy, record = Question(beside.name, POLICY), Question(beside.name, STS_RECORD)
    answers = ask.ask_all({policy, record})
    unknown = [
        (question, found) for question in (policy, record) if isinstance(found := answers[question], Unknown)
    ]
    if unknown:
        if all(found.reason != "not_asked" for _, found in unknown):
            yield unanswered(*unknown[0])
        return
    served, present = answers[policy], answers[record]
    if not (isinstance(served, Present) and isinstance(present, Present)):
        return
    before = _one_record(present.records)
    if before is None or _id(before) != _id(declared) or _says(served.records[0].text) == _says(beside.file.text):
        return
    tag = parse_tags(declared.text).get("id")
    assert tag is not None
    related = [Label(beside.file.at, "the policy that differs")]
    if served.records[0].at != NOWHERE:
        related.append(Label(served.records[0].at, "from the one recorded here"))
    yield Problem(
        f"the policy differs from the one that is served, and the `id` is still `{tag.value}`",
        declared.at.within(tag.value_start, tag.end),
        help="write another `id`, or senders keep to the policy that they remember",
        related=tuple(related),
        name=declared.name,
        type="TXT",
    )


def _one_record(records: tuple[Record, ...]) -> Record | None:
    """The record that senders read: with several there is no MTA-STS (section 3.1)."""
    read = {record.text: record for record in records if is_sts(record.text) and _id(record)}
    return next(iter(read.values())) if len(read) == 1 else None


def _id(record: Record) -> str:
    return parse_record(record.text).id


def _says(text: str) -> set[tuple[str, str]]:
    """What a policy says, however its lines are ended and ordered."""
    return {(field.name, field.value) for field in parse_policy(text).fields}


_ZONE = """\
_mta-sts TXT "v=STSv1; id=20260131"
mta-sts A 192.0.2.80
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"
@ MX 10 mx1
mx1 A 192.0.2.25
"""
_NOW = "version: STSv1\nmode: enforce\nmx: mx1.example.com\nmax_age: 604800\n"


def _case(
    policy: str, record: str = "v=STSv1; id=20260131", caret: str | None = None, served: tuple[str, ...] = (_NOW,)
) -> Case:
    case = master(_ZONE, caret, **{"mta-sts.example.com.txt": policy})
    return case._replace(outside={f"example.com. {POLICY}": served, f"example.com. {STS_RECORD}": (record,)})


RULE = Rule(
    __name__,
    __doc__,
    over=sts_policies,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 8461 section 3.1",
    needs=frozenset({"dns"}),
    good=(
        _case(_NOW),
        _case(_NOW.replace("\n", "\r\n")),
        _case(_NOW + "mx: mx2.example.com\n", "v=STSv1; id=20251231"),
        _case(_NOW + "mx: mx2.example.com\n", served=()),
        master(_ZONE, **{"mta-sts.example.com.txt": _NOW}),
    ),
    bad=(
        _case(_NOW + "mx: mx2.example.com\n", caret="20260131"),
        _case(_NOW.replace("enforce", "testing"), caret="20260131"),
    ),
)
