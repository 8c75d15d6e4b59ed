"""A mail address has no PTR record.

## What it checks
Each address of a mail host in the declared zones has a PTR record. Mail hosts are the exchanges of MX
records, the hosts of `a` terms and the single addresses of `ip4` and `ip6` terms in SPF records.
Where the reverse zone is declared, what it does not hold does not exist; where it is not, the lock or
the live DNS is asked, and without an answer the check is skipped.

## Why it matters
Gmail and Yahoo require a PTR record of every address that sends them mail, and many servers refuse a
connection without one.

## Example
    mail.example.com. A 192.0.2.25
    ; and nothing at 25.2.0.192.in-addr.arpa.

## How to fix
Add the PTR record to the reverse zone, pointing to the host's name. Where the provider of the network
holds the reverse zone, ask the provider.

## References
RFC 1912 section 2.1; <https://support.google.com/a/answer/81126>;
<https://senders.yahooinc.com/best-practices/>
"""

from collections.abc import Iterator

from mailcheck.analysis.fcrdns import reverse_of
from mailcheck.analysis.mail_hosts import mail_addresses
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Absent, Unknown
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    addresses = ask.once(mail_addresses).get(zone.name, ())
    for found, looked_up in ask.evaluate(reverse_of, addresses):
        if isinstance(looked_up.answer, Unknown):
            yield unanswered(looked_up.question, looked_up.answer)
        elif isinstance(looked_up.answer, Absent):
            yield Problem(
                f"{found.address} carries mail and has no PTR record",
                found.at,
                help=f"add `{looked_up.question.name} PTR {_host(found.name, found.type)}` to its reverse zone",
                token=str(found.address),
                name=found.name,
                type=found.type,
            )


def _host(name: str, rtype: str) -> str:
    return "<name of the host>" if rtype == "TXT" else name


_REVERSE = "$ORIGIN 2.0.192.in-addr.arpa.\n$TTL 3600\n@ SOA ns1.example.com. hostmaster.example.com. 1 2 3 4 5\n"

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 1912 section 2.1",
    yields_to=("spec-host-address",),
    indexes=(mail_addresses,),
    needs=frozenset({"dns"}),
    good=(
        master(
            "@ MX 10 mail\nmail A 192.0.2.25",
            **{"2.0.192.in-addr.arpa.zone": _REVERSE + "25 PTR mail.example.com."},
        ),
        master("@ MX 10 mail\nmail A 192.0.2.25"),
        master("www A 192.0.2.80", **{"2.0.192.in-addr.arpa.zone": _REVERSE}),
        master("@ MX 10 mail\nmail A 10.0.0.25", **{"10.in-addr.arpa.zone": _REVERSE.replace("2.0.192", "10")}),
        master('@ TXT "v=spf1 ip4:192.0.2.0/24 -all"', **{"2.0.192.in-addr.arpa.zone": _REVERSE}),
    ),
    bad=(
        master(
            "@ MX 10 mail\nmail A 192.0.2.25",
            caret="192.0.2.25",
            **{"2.0.192.in-addr.arpa.zone": _REVERSE + "26 PTR mail.example.com."},
        ),
        master(
            '@ TXT "v=spf1 ip4:192.0.2.25 -all"',
            caret="ip4:192.0.2.25",
            **{"2.0.192.in-addr.arpa.zone": _REVERSE},
        ),
        Case(
            {
                "example.com.yaml": "'':\n  type: MX\n  value: {exchange: mail.example.net., preference: 10}\n",
                "example.net.yaml": "mail:\n  type: AAAA\n  value: 2001:db8::25\n",
                "8.b.d.0.1.0.0.2.ip6.arpa.yaml": "'':\n  type: NS\n  value: ns1.example.com.\n",
            },
            caret="2001:db8::25",
        ),
    ),
)
