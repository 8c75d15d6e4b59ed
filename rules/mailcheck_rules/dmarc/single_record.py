"""Several DMARC records stand at one name, so that none counts.

## What it checks
Two or more different TXT records at one `_dmarc` name begin with `v=DMARC1`. Other text there does no
harm, and at `_report._dmarc` names several records are fine.

## Why it matters
Receivers discard all of them and go on as if the name had no record: a strict policy is gone the
moment somebody adds a second one.

## Example
    _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:old@example.com"
    _dmarc.example.com. TXT "v=DMARC1; p=reject; rua=mailto:new@example.com"

## How to fix
Keep one record. To send reports to several addresses, list them in one `rua`, separated by commas.

## References
RFC 9989 section 4.10, steps 2 and 6
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_records import DmarcRecord, distinct, dmarc_records
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, master


def check(record: DmarcRecord, ask: Context) -> Iterator[Problem]:
    together = distinct(ask.zone.at_name(record.name, "TXT"))
    if len(together) < 2 or together[1] is not record.record:
        return
    count = "two" if len(together) == 2 else str(len(together))
    yield Problem(
        f"{count} DMARC records stand at this name, and receivers discard them all",
        record.version_at,
        help="keep one record; several report addresses go into one `rua`, separated by commas",
        related=tuple(Label(other.at, "another one") for other in together if other is not record.record),
    )


_POLICY = '_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.net"\n'

RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_records,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 9989 section 4.10",
    good=(
        master(_POLICY + '_dmarc TXT "verification=abc"'),
        master(_POLICY + _POLICY),
        master(
            'example.net._report._dmarc TXT "v=DMARC1"\n'
            'example.net._report._dmarc TXT "v=DMARC1; rua=mailto:dmarc@example.net"\n' + _POLICY
        ),
    ),
    bad=(
        master(_POLICY + '_dmarc TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.net"', caret="v=DMARC1"),
        master(_POLICY + _POLICY.replace("v=", "v = ") + _POLICY.replace("reject", "none"), caret="v = DMARC1"),
    ),
)
