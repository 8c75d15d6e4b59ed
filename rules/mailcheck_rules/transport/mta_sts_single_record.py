"""A domain has several MTA-STS records.

## What it checks
Two or more different TXT records at `_mta-sts` that begin with `v=STSv1;`.

## Why it matters
Senders that find more than one treat the domain as one without MTA-STS.

## Example
    _mta-sts.example.com. TXT "v=STSv1; id=20260101"
    _mta-sts.example.com. TXT "v=STSv1; id=20260131"

## How to fix
Keep the record with the `id` of the current policy.

## References
RFC 8461 section 3.1
"""

from collections.abc import Iterator

from mailcheck.analysis.transport import sts_texts
from mailcheck.grammar.mta_sts import is_sts
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, master
from mailcheck.model.record import RecordSet


def check(texts: RecordSet, _: Context) -> Iterator[Problem]:
    read = [record for record in texts.records if is_sts(record.text)]
    second = next((record for record in read if record.text != read[0].text), None)
    if second is not None:
        yield Problem(
            "a second MTA-STS record, so senders take the domain for one without MTA-STS",
            second.at,
            help="keep one record",
            related=(Label(read[0].at, "the first one"),),
        )


_HOST = 'mta-sts A 192.0.2.80\n_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"\n'

RULE = Rule(
    __name__,
    __doc__,
    over=sts_texts,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 8461 section 3.1",
    good=(
        master(_HOST + '_mta-sts TXT "v=STSv1; id=1"\n_mta-sts TXT "a note"'),
        master(_HOST + '_mta-sts TXT "v=STSv1; id=1"\n_mta-sts TXT "v=STSv1; id=1"'),
        master(_HOST + '_mta-sts TXT "nothing"'),
    ),
    bad=(
        master(
            _HOST + '_mta-sts TXT "v=STSv1; id=1"\n_mta-sts TXT "v=STSv1; id=2"',
            caret="v=STSv1; id=2",
        ),
    ),
)
