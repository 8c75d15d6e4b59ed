"""A zone has TLSA records and is not signed, so nobody uses them.

## What it checks
A zone that holds TLSA records for port 25 has a DS record in its parent zone. The parent is taken from
the declared zones, the lock, or with `--live` the resolver; what is not answered is skipped.

## Why it matters
TLSA records count only where DNSSEC proves them. Without a DS record in the parent the zone counts as
unsigned, and the records protect nothing.

## Example
    _25._tcp.mail.example.com. TLSA 3 1 1 ...
    (no DS for example.com)

## How to fix
Sign the zone, and give its DS record to the registrar or to whoever runs the parent zone.

## References
RFC 7672 sections 2.1 and 2.2; RFC 6698 section 4.1
"""

from collections.abc import Iterator

from mailcheck.analysis.transport import smtp_tlsa_sets
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Skip, unanswered
from mailcheck.model.dns import Absent, Question, Unknown
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    records = smtp_tlsa_sets(zone)
    if not records:
        return
    answer = ask.ask(zone.name, "DS")
    if isinstance(answer, Unknown):
        yield unanswered(Question(zone.name, "DS"), answer)
    elif isinstance(answer, Absent):
        yield Problem(
            f"`{zone.name.removesuffix('.')}` has no DS record, so senders ignore its TLSA records",
            records[0].at,
            help="sign the zone and have its DS record published in the parent zone",
            name=records[0].name,
            type="TLSA",
        )


_APEX = (
    "$TTL 3600\n@ SOA ns1.example.com. hostmaster.example.com. 1 7200 3600 1209600 3600\n@ NS ns1.example.com.\n"
)
_CHILD = (
    f"$ORIGIN mail.example.com.\n{_APEX}@ MX 10 @\n@ A 192.0.2.25\n"
    f'_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"\n_25._tcp TLSA 3 1 1 {"ab" * 32}\n'
)
_PARENT = f"$ORIGIN example.com.\n{_APEX}ns1 A 192.0.2.53\nmail NS ns1\n"
_DS = f"mail DS 12345 13 2 {'cd' * 32}\n"

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7672 section 2.2",
    needs=frozenset({"dns"}),
    good=(
        Case({"mail.example.com.zone": _CHILD, "example.com.zone": _PARENT + _DS}),
        Case({"mail.example.com.zone": _CHILD}),
        Case({"example.com.zone": _PARENT}),
    ),
    bad=(Case({"mail.example.com.zone": _CHILD, "example.com.zone": _PARENT}, caret="3 1 1 " + "ab" * 32),),
)
