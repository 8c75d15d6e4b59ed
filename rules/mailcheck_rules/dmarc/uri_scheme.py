"""A report address lacks `mailto:`.

## What it checks
An address in `rua` or `ruf` that is written without a scheme, and lists in which no URI is a
`mailto:`. Another scheme beside a `mailto:` does no harm.

## Why it matters
Receivers must ignore what is no URI, and schemes that they do not support; `mailto:` is the only one
that every reporter supports. The record looks complete, and no report arrives.

## Example
    _dmarc.example.com. TXT "v=DMARC1; p=none; rua=dmarc@example.com"

## How to fix
Write `rua=mailto:dmarc@example.com`, and `mailto:` before each further address.

## References
RFC 9989 sections 4.6 and 4.7
"""

from collections.abc import Iterator, Sequence

from mailcheck.analysis.dmarc_records import DmarcRecord, dmarc_records
from mailcheck.grammar.report_uri import ReportUri
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master
from mailcheck.model.text import shorten


def check(record: DmarcRecord, _: Context) -> Iterator[Problem]:
    yield from _check_list(record, "rua", record.tree.rua)
    yield from _check_list(record, "ruf", record.tree.ruf)


def _check_list(record: DmarcRecord, name: str, uris: Sequence[ReportUri]) -> Iterator[Problem]:
    bare = [uri for uri in uris if uri.problem is not None and uri.problem.kind == "bare-address"]
    for uri in bare:
        yield Problem(
            f"`{shorten(uri.text)}` in `{name}` lacks `mailto:`, and receivers ignore it",
            record.at.within(uri.start, uri.end),
            help=f"write `mailto:{shorten(uri.text)}`",
            token=shorten(uri.text),
        )
    usable = [uri for uri in uris if uri.problem is None]
    if usable and not bare and not any(uri.scheme == "mailto" for uri in usable):
        first = usable[0]
        yield Problem(
            f"`{name}` holds no `mailto:` address, and receivers need not support `{shorten(first.scheme)}:`",
            record.at.within(first.start, first.start + len(first.scheme)),
            help="add a `mailto:` address",
            token=name,
        )


RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_records,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 9989 section 4.7",
    good=(
        master('_dmarc TXT "v=DMARC1; p=none; rua=https://example.com/r,mailto:dmarc@example.net"'),
        master('_dmarc TXT "v=DMARC1; p=none"'),
    ),
    bad=(
        master('_dmarc TXT "v=DMARC1; p=none; rua=dmarc@example.net"', caret="dmarc@example.net"),
        master('_dmarc TXT "v=DMARC1; p=none; rua=mailto:a@example.net, b@example.net"', caret="b@example.net"),
        master('_dmarc TXT "v=DMARC1; p=none; rua=mailto:a@example.net; ruf=https://example.com/"', caret="https"),
        master('_dmarc TXT "v=DMARC1; p=none; rua=mailtto:a@example.net"', caret="mailtto"),
    ),
)
