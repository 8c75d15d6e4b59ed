"""No PTR name of a mail address leads back to it.

## What it checks
An address of a mail host (see `ptr-present`) has PTR records, and none of the names they give has an A
or AAAA record with that address. One name that leads back is enough.

## Why it matters
Anyone can write any name into a PTR record of their own network. Only a name that leads back to the
address proves who runs it, and Gmail asks every sender for that proof; many servers treat an address
that fails like one without PTR.

## Example
    mail.example.com.         A   192.0.2.25
    25.2.0.192.in-addr.arpa.  PTR old.example.com.
    old.example.com.          A   192.0.2.99

## How to fix
Let the PTR record name the host that has the address, or add the address to the name that the PTR
record gives. In a master file end that name in a dot: otherwise the reverse zone's name is added to it.

## References
RFC 1912 section 2.1; RFC 8601 section 3 (`iprev`); <https://support.google.com/a/answer/81126>
"""

from collections.abc import Iterator

from mailcheck.analysis.fcrdns import ReverseDns, reverse_of
from mailcheck.analysis.mail_hosts import mail_addresses
from mailcheck.analysis.zone_doubling import meant_names
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Case, Context, Label, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    addresses = ask.once(mail_addresses).get(zone.name, ())
    for found, looked_up in ask.evaluate(reverse_of, addresses):
        if looked_up.open is not None:
            yield unanswered(*looked_up.open)
        elif looked_up.names and not looked_up.confirming and not _is_misplaced(looked_up, ask):
            yield Problem(
                f"the reverse DNS of {found.address} is not confirmed: {_leads(looked_up)}",
                found.at,
                help=_help(looked_up),
                related=_labels(looked_up),
                token=str(found.address),
                name=found.name,
                type=found.type,
            )


def _is_misplaced(looked_up: ReverseDns, ask: Context) -> bool:
    """Whether a name would lead back if its record stood where it was meant to: zone-doubled-origin tells that."""
    meant = ask.once(meant_names)
    return any(name.name in meant for name in looked_up.names)


def _leads(looked_up: ReverseDns) -> str:
    first = looked_up.names[0]
    if len(looked_up.names) > 1:
        return f"none of its {len(looked_up.names)} PTR names leads back"
    if not first.forward.found:
        return f"`{first.shown}` has no address"
    return f"`{first.shown}` leads to {first.forward.found[0].address}"


def _help(looked_up: ReverseDns) -> str:
    if any(name.name.endswith(".arpa.") for name in looked_up.names):
        return "end the name in the PTR record in a dot, so that the reverse zone's own name is not added to it"
    return "let the PTR record name a host that has this address"


def _labels(looked_up: ReverseDns) -> tuple[Label, ...]:
    if not looked_up.declared:
        return ()
    return tuple(Label(name.record.at, "this name does not lead back") for name in looked_up.names)


_FORWARD = "@ MX 10 mail\nmail A 192.0.2.25\nold A 192.0.2.99\n"
_REVERSE = "$ORIGIN 2.0.192.in-addr.arpa.\n$TTL 3600\n@ SOA ns1.example.com. hostmaster.example.com. 1 2 3 4 5\n"


def _case(reverse: str, caret: str | None = None) -> Case:
    return master(_FORWARD, caret=caret, **{"2.0.192.in-addr.arpa.zone": _REVERSE + reverse})


RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 1912 section 2.1",
    yields_to=("spec-host-address",),
    indexes=(
        mail_addresses,
        meant_names,
    ),
    needs=frozenset({"dns"}),
    good=(
        _case("25 PTR mail.example.com."),
        _case("25 PTR old.example.com.\n25 PTR MAIL.example.com."),
        _case("25 CNAME 25.0-63\n25.0-63 PTR mail.example.com."),
        _case("25 PTR mail.provider.example."),
        _case("26 PTR mail.example.com."),
        master(_FORWARD),
    ),
    bad=(
        _case("25 PTR old.example.com.", caret="192.0.2.25"),
        _case("25 PTR gone.example.com.", caret="192.0.2.25"),
        _case("25 PTR mail.example.com", caret="192.0.2.25"),
        _case("25 PTR gone.example.com.\n25 PTR old.example.com.", caret="192.0.2.25"),
    ),
)
