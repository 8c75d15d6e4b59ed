"""Aggregate reports go to a domain that receives no mail.

## What it checks
The domain of each `mailto:` address in `rua`: it has a null MX, or neither an MX nor an address
record. Ten hosts are looked at.

## Why it matters
The reports bounce, or are never sent. Whoever reads the record believes that somebody watches.

## Example
    _dmarc.example.com.  TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
    example.com.         MX  0 .

## How to fix
Name a mailbox at a domain that receives mail. A parked domain sends its reports to another domain of
yours, which agrees by a `_report._dmarc` record.

## References
RFC 5321 section 5.1; RFC 7505 section 3; RFC 9989 section 5.1.3
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_records import DmarcRecord, dmarc_records
from mailcheck.analysis.dmarc_reports import MOST_HOSTS, mail_receivers
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.text import shorten

_WHY = {"null": "its null MX says so", "nothing": "it has neither an MX nor an address record"}


def check(record: DmarcRecord, ask: Context) -> Iterator[Problem | Skip]:
    mailboxes = record.mailbox_hosts
    if not mailboxes:
        return
    for host, receives in ask.evaluate(mail_receivers, tuple(mailboxes)[:MOST_HOSTS]).items():
        if isinstance(receives, tuple):
            yield unanswered(*receives)
        elif receives != "mail":
            uri = mailboxes[host]
            shown = shorten(host.removesuffix("."))
            yield Problem(
                f"reports to {shown} go nowhere, since it receives no mail: {_WHY[receives]}",
                record.at.within(uri.host_start, uri.host_end),
                help="name a mailbox at a domain that receives mail",
                token=shorten(host),
            )
    if len(mailboxes) > MOST_HOSTS:
        more = len(mailboxes) - MOST_HOSTS
        yield Skip(f"not checked: {more} more report hosts after the first {MOST_HOSTS}", over_limit=True)


_POLICY = '_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"\n'
_MANY = ",".join(f"mailto:a@h{number}.example.net" for number in range(12))

RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_records,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 5321 section 5.1",
    needs=frozenset({"dns"}),
    good=(
        master(_POLICY + "@ MX 10 mail\nmail A 192.0.2.1"),
        master(_POLICY + "@ AAAA 2001:db8::1"),
        master('_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@reports.example.net"'),
        master('_dmarc TXT "v=DMARC1; p=reject; rua=https://example.com/, dmarc@example.com"'),
        Case({"example.com.yaml": f"_dmarc:\n  type: TXT\n  value: v=DMARC1\\; p=none\\; rua={_MANY}\n"}),
    ),
    bad=(
        master(_POLICY + "@ MX 0 .", caret="example.com"),
        master('_dmarc TXT "v=DMARC1; p=none; rua=mailto:dmarc@reports.example.com"', caret="reports.example.com"),
        master(
            '_dmarc TXT "v=DMARC1; p=none; rua=mailto:a@gone.example.com"\ngone TXT "x"', caret="gone.example.com"
        ),
    ),
)
