"""TLSA records for mail stand at a name that is no exchange.

## What it checks
`_25._tcp.<host>` where no MX of the declared zones names the host, though the zone's own mail is known:
the host has an MX itself that names others, or other hosts of the zone are exchanges. A host that an
exchange is a CNAME to, or whose TLSA records others point to by CNAME, is fine.

## Why it matters
Senders look below the name of the exchange, not below the mail domain. Records elsewhere protect
nothing; after a change of the exchange they are left behind.

## Example
    example.com.          MX   10 mail.example.com.
    _25._tcp.example.com. TLSA 3 1 1 ...

## How to fix
Move the records to `_25._tcp.` and the name that the MX record gives.

## References
RFC 7672 section 2.2.3
"""

from collections.abc import Iterator

from mailcheck.analysis.mx_records import mx_sets
from mailcheck.analysis.transport import SMTP_LABEL, exchange_hosts, smtp_tlsa_sets
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master
from mailcheck.model.names import is_at_or_below
from mailcheck.model.record import RecordSet


def check(records: RecordSet, ask: Context) -> Iterator[Problem]:
    host = records.name.removeprefix(SMTP_LABEL)
    exchanges = ask.once(exchange_hosts)
    if host in exchanges:
        return
    own = [exchange for mx in mx_sets(ask.zone) if mx.name == host for exchange in mx.hosts]
    if own:
        advice = f"move them to `{SMTP_LABEL}{own[0].shown}`, which its MX record names"
    elif any(is_at_or_below(exchange, ask.zone.name) for exchange in exchanges):
        advice = "move them below the name of an exchange, or remove them"
    else:
        return
    yield Problem(
        f"no MX record names `{host.removesuffix('.')}`, so senders never look at these TLSA records",
        records.records[0].owner_at,
        help=advice,
    )


_REPORTS = '_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"\n'
_EXCHANGE = "@ MX 10 mail\nmail A 192.0.2.25\n" + _REPORTS
_TLSA = "TLSA 3 1 1 " + "ab" * 32

RULE = Rule(
    __name__,
    __doc__,
    over=smtp_tlsa_sets,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7672 section 2.2.3",
    indexes=(exchange_hosts,),
    good=(
        master(f"{_EXCHANGE}_25._tcp.mail {_TLSA}"),
        master(f"{_EXCHANGE}_443._tcp.www {_TLSA}"),
        master(f"mail A 192.0.2.25\n_25._tcp.mail {_TLSA}"),
        master(f"{_EXCHANGE}_25._tcp.mail CNAME _25._tcp.keys\n_25._tcp.keys {_TLSA}"),
        master(f"@ MX 10 mail\nmail CNAME host\nhost A 192.0.2.25\n{_REPORTS}_25._tcp.host {_TLSA}"),
    ),
    bad=(
        master(f"{_EXCHANGE}_25._tcp {_TLSA}", caret="_25._tcp"),
        master(f"@ MX 10 mx.example.net.\n{_REPORTS}_25._tcp {_TLSA}", caret="_25._tcp"),
        master(f"{_EXCHANGE}_25._tcp.old {_TLSA}\nold A 192.0.2.26", caret="_25._tcp.old"),
    ),
)
