"""A domain has several TLS reporting records.

## What it checks
Two or more different TXT records at `_smtp._tls` that begin with `v=TLSRPTv1;`.

## Why it matters
Whoever finds more than one sends no reports at all.

## Example
    _smtp._tls.example.com. TXT "v=TLSRPTv1; rua=mailto:a@example.com"
    _smtp._tls.example.com. TXT "v=TLSRPTv1; rua=mailto:b@example.net"

## How to fix
Join the addresses in one record: `rua=mailto:a@example.com,mailto:b@example.net`.

## References
RFC 8460 section 3
"""

from collections.abc import Iterator

from mailcheck.analysis.transport import tls_rpt_texts
from mailcheck.grammar.tls_rpt import is_tls_rpt
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, master
from mailcheck.model.record import RecordSet


def check(texts: RecordSet, _: Context) -> Iterator[Problem]:
    read = [record for record in texts.records if is_tls_rpt(record.text)]
    second = next((record for record in read if record.text != read[0].text), None)
    if second is not None:
        yield Problem(
            "a second TLS reporting record, so no reports are sent",
            second.at,
            help="join the addresses in one record, separated by commas",
            related=(Label(read[0].at, "the first one"),),
        )


RULE = Rule(
    __name__,
    __doc__,
    over=tls_rpt_texts,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 8460 section 3",
    good=(
        master('_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"\n_smtp._tls TXT "a note"'),
        master('_smtp._tls TXT "nothing"'),
    ),
    bad=(
        master(
            '_smtp._tls TXT "v=TLSRPTv1; rua=mailto:a@example.com"\n'
            '_smtp._tls TXT "v=TLSRPTv1; rua=mailto:b@example.com"',
            caret="v=TLSRPTv1; rua=mailto:b@example.com",
        ),
    ),
)
