"""A zone whose mail relies on DNSSEC has no DS record in its parent.

## What it checks
A zone needs a DS record where it holds DNSKEY records, that is, where it is signed, or where its MX records
name hosts with TLSA records in another declared zone. The parent is taken from the declared zones, the
lock, or with `--live` the resolver; what is not answered is skipped. TLSA records in the zone itself are
`tlsa-unsigned`.

## Why it matters
DANE needs a secure answer for the MX records too: without a DS record the domain counts as unsigned, and
senders do not even look for the exchange's TLSA records.

## Example
    example.com.              MX   10 mx.example.net.
    _25._tcp.mx.example.net.  TLSA 3 1 1 ...
    (no DS for example.com)

## How to fix
Sign the zone, and give its DS record to the registrar or to whoever runs the parent zone.

## References
RFC 7672 section 2.2.1; RFC 4035 section 5.2
"""

from collections.abc import Iterator

from mailcheck.analysis.mx_records import mx_sets
from mailcheck.analysis.transport import smtp_tlsa_sets, tlsa_hosts
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Skip, unanswered
from mailcheck.model.dns import Absent, Question, Unknown
from mailcheck.model.location import Location
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    need = None if smtp_tlsa_sets(zone) else _need(zone, ask)
    if need is None:
        return
    why, at = need
    answer = ask.ask(zone.name, "DS")
    if isinstance(answer, Unknown):
        yield unanswered(Question(zone.name, "DS"), answer)
    elif isinstance(answer, Absent):
        yield Problem(
            f"`{zone.name.removesuffix('.')}` has no DS record in its parent zone, though {why}",
            at,
            help="sign the zone and have its DS record published in the parent zone",
        )


def _need(zone: Zone, ask: Context) -> tuple[str, Location] | None:
    """Why the zone needs a DS record, and where that is seen."""
    keys = zone.at_name(zone.name, "DNSKEY")
    if keys:
        return "it is signed", keys[0].at
    secured = ask.once(tlsa_hosts)
    for mx in mx_sets(zone) if secured else ():
        for exchange in mx.hosts:
            if exchange.name in secured:
                return f"its exchange `{exchange.shown}` has TLSA records", exchange.at
    return None


_APEX = (
    "$TTL 3600\n@ SOA ns1.example.com. hostmaster.example.com. 1 7200 3600 1209600 3600\n@ NS ns1.example.com.\n"
)
_REPORTS = '_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"\n'
_KEY = f"@ DNSKEY 257 3 13 {'q6ur' * 21}qw==\n"
_SIGNED = f"$ORIGIN news.example.com.\n{_APEX}{_KEY}"
_MAIL = f"$ORIGIN news.example.com.\n{_APEX}{_REPORTS}@ MX 10 mx.example.net.\n"
_PARENT = f"$ORIGIN example.com.\n{_APEX}ns1 A 192.0.2.53\nnews NS ns1\n"
_DS = f"news DS 12345 13 2 {'cd' * 32}\n"
_EXCHANGE = f"$ORIGIN example.net.\n{_APEX}mx A 192.0.2.25\n_25._tcp.mx TLSA 3 1 1 {'ab' * 32}\n"
_OTHER = _EXCHANGE.replace("mx", "other")

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.INFO,
    standard="RFC 7672 section 2.2.1",
    indexes=(tlsa_hosts,),
    needs=frozenset({"dns"}),
    good=(
        Case({"news.example.com.zone": _SIGNED, "example.com.zone": _PARENT + _DS}),
        Case({"news.example.com.zone": _SIGNED}),
        Case({"news.example.com.zone": _MAIL, "example.com.zone": _PARENT}),
        Case({"news.example.com.zone": _MAIL, "example.com.zone": _PARENT, "example.net.zone": _OTHER}),
        Case({"example.net.zone": _EXCHANGE}),
    ),
    bad=(
        Case({"news.example.com.zone": _SIGNED, "example.com.zone": _PARENT}),
        Case(
            {"news.example.com.zone": _MAIL, "example.com.zone": _PARENT, "example.net.zone": _EXCHANGE},
            caret="mx.example.net.",
        ),
    ),
)
