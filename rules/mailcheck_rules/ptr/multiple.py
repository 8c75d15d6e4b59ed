"""A mail address has several PTR records.

## What it checks
The address of a mail host (see `ptr-present`) has more than one PTR record.

## Why it matters
Receivers that look at one name only see a different one each time, in no fixed order. One of them
will sooner or later be the name that does not lead back to the address or does not match the HELO
name. Nothing is gained: a PTR record names the host, it does not list the domains it serves.

## Example
    25.2.0.192.in-addr.arpa. PTR mail.example.com.
    25.2.0.192.in-addr.arpa. PTR www.example.com.

## How to fix
Keep the name with which the server introduces itself (HELO) and remove the others.

## References
RFC 1912 section 2.1; RFC 2181 section 10.2 allows several PTR records
"""

from collections.abc import Iterator

from mailcheck.analysis.fcrdns import reverse_of
from mailcheck.analysis.mail_hosts import mail_addresses
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Unknown
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    addresses = ask.once(mail_addresses).get(zone.name, ())
    for found, looked_up in ask.evaluate(reverse_of, addresses):
        if isinstance(looked_up.answer, Unknown):
            yield unanswered(looked_up.question, looked_up.answer)
        elif looked_up.total > 1:
            records = [ptr.record for ptr in looked_up.names]
            yield Problem(
                f"{found.address} has {looked_up.total} PTR records: receivers see one of them by chance",
                records[1].at if looked_up.declared else found.at,
                help="keep the name that the server gives in HELO",
                related=(Label(records[0].at, "the first one"),) if looked_up.declared else (),
                token=str(found.address),
                name=found.name,
                type=found.type,
            )


_FORWARD = "@ MX 10 mail\nmail A 192.0.2.25\nwww A 192.0.2.25\n"
_REVERSE = "$ORIGIN 2.0.192.in-addr.arpa.\n$TTL 3600\n@ SOA ns1.example.com. hostmaster.example.com. 1 2 3 4 5\n"

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.INFO,
    standard="RFC 1912 section 2.1",
    indexes=(mail_addresses,),
    needs=frozenset({"dns"}),
    yields_to=("ptr-forward-confirmed",),
    good=(
        master(_FORWARD, **{"2.0.192.in-addr.arpa.zone": _REVERSE + "25 PTR mail.example.com."}),
        master(_FORWARD, **{"2.0.192.in-addr.arpa.zone": _REVERSE}),
        master(_FORWARD),
    ),
    bad=(
        master(
            _FORWARD,
            caret="www.example.com.",
            **{"2.0.192.in-addr.arpa.zone": _REVERSE + "25 PTR mail.example.com.\n25 PTR www.example.com."},
        ),
    ),
)
