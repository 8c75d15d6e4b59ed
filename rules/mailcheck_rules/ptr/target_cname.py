"""The PTR name of a mail address is an alias.

## What it checks
The name that a PTR record gives for the address of a mail host (see `ptr-present`) has a CNAME record
instead of addresses of its own. A CNAME at the reverse name itself is how parts of a network are delegated
(RFC 2317), and fine.

## Why it matters
RFC 2181 says that a PTR record must not point to an alias. The name that a receiver sees is then not
the host's own name, and software that compares the two finds a difference.

## Example
    25.2.0.192.in-addr.arpa. PTR   smtp.example.com.
    smtp.example.com.        CNAME mail.example.com.

## How to fix
Let the PTR record name the host at the end of the alias.

## References
RFC 2181 section 10.2; RFC 1912 section 2.4; RFC 2317 section 4
"""

from collections.abc import Iterator

from mailcheck.analysis.fcrdns import reverse_of
from mailcheck.analysis.mail_hosts import mail_addresses
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Present, Question, Unknown
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    addresses = ask.once(mail_addresses).get(zone.name, ())
    for found, looked_up in ask.evaluate(reverse_of, addresses):
        if looked_up.open is not None:
            yield unanswered(*looked_up.open)
        for ptr in looked_up.names:
            if ptr.forward.silent and not ptr.forward.chain:
                yield unanswered(*ptr.forward.unanswered[0])
            question = Question(ptr.name, "CNAME")
            alias = ask.ask(*question) if ptr.forward.chain else None
            if isinstance(alias, Unknown):
                yield unanswered(question, alias)
            elif isinstance(alias, Present):
                yield Problem(
                    f"the PTR name `{ptr.shown}` of {found.address} is an alias",
                    ptr.record.at if looked_up.declared else found.at,
                    help="let the PTR record name the host itself",
                    related=(Label(alias.records[0].at, "the alias"),) if alias.source == "zones" else (),
                    token=str(found.address),
                    name=found.name,
                    type=found.type,
                )


_FORWARD = "@ MX 10 mail\nmail A 192.0.2.25\nsmtp CNAME mail\nother CNAME gone\n"
_REVERSE = "$ORIGIN 2.0.192.in-addr.arpa.\n$TTL 3600\n@ SOA ns1.example.com. hostmaster.example.com. 1 2 3 4 5\n"

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 2181 section 10.2",
    indexes=(mail_addresses,),
    needs=frozenset({"dns"}),
    yields_to=("ptr-forward-confirmed",),
    good=(
        master(_FORWARD, **{"2.0.192.in-addr.arpa.zone": _REVERSE + "25 PTR mail.example.com."}),
        master(
            _FORWARD,
            **{"2.0.192.in-addr.arpa.zone": _REVERSE + "25 CNAME 25.0-63\n25.0-63 PTR mail.example.com."},
        ),
        master(_FORWARD, **{"2.0.192.in-addr.arpa.zone": _REVERSE + "25 PTR other.example.com."}),
        master(_FORWARD),
    ),
    bad=(
        master(
            _FORWARD,
            caret="smtp.example.com.",
            **{"2.0.192.in-addr.arpa.zone": _REVERSE + "25 PTR smtp.example.com."},
        ),
    ),
)
