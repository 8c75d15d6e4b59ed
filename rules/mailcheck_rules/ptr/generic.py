"""The PTR name of a mail address looks like that of a dial-up line.

## What it checks
The PTR name of a mail host's address carries the address itself (its four numbers in either order, or
its digits in one piece), or has one of these words as a part of a label before the last two labels:
adsl, broadband, dhcp, dial, dialup, dsl, dyn, dynamic, pool, ppp, pppoe, sdsl, vdsl, xdsl.
`carpool` and `dynamics` are ordinary words and pass.

## Why it matters
Providers give such names to addresses that nobody has claimed, and most mail from them is spam. Yahoo
asks for a PTR name that is not generic, and many filters score generic names or refuse them outright.

## Example
    25.2.0.192.in-addr.arpa. PTR host-192-0-2-25.dyn.provider.example.

## How to fix
Ask whoever holds the reverse zone to name the mail host there: `25.2.0.192.in-addr.arpa. PTR
mail.example.com.`

## References
<https://senders.yahooinc.com/best-practices/>; RFC 1912 section 2.1
"""

import re
from collections.abc import Iterator

from mailcheck.analysis.fcrdns import PtrName, reverse_of
from mailcheck.analysis.mail_hosts import mail_addresses
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Case, Context, Label, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Unknown
from mailcheck.model.names import IPAddress
from mailcheck.model.patterns import late
from mailcheck.model.zone import Zone

_GENERIC = late(r"(?<![a-z])(?:[asvx]?dsl|broadband|dhcp|dial(?:up)?|dyn(?:amic)?|pool|ppp(?:oe)?)(?![a-z])")
_NUMBER = late(r"[0-9]+")


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    addresses = ask.once(mail_addresses).get(zone.name, ())
    for found, looked_up in ask.evaluate(reverse_of, addresses):
        if isinstance(looked_up.answer, Unknown):
            yield unanswered(looked_up.question, looked_up.answer)
        for ptr in looked_up.names:
            sign = _sign(ptr, found.address)
            if sign:
                yield Problem(
                    f"the PTR name `{ptr.shown}` of {found.address} looks generic: it carries {sign}",
                    ptr.record.at if looked_up.declared else found.at,
                    help="name the mail host in the PTR record",
                    related=(Label(found.at, "the mail host's address"),) if looked_up.declared else (),
                    token=str(found.address),
                    name=found.name,
                    type=found.type,
                )


def _sign(ptr: PtrName, address: IPAddress) -> str:
    """What makes the name generic, in words; empty where nothing does."""
    if _carries(ptr.name, address):
        return "the address"
    word = _GENERIC.search(".".join(ptr.name.split(".")[:-3]))
    return f"the word `{word[0]}`" if word else ""


def _carries(name: str, address: IPAddress) -> bool:
    if address.version == 6:
        digits = address.exploded.replace(":", "")
        plain = re.sub(r"[-.]", "", name)
        return digits in plain or digits[::-1] in plain or address.compressed.replace(":", "-") in name
    octets = [int(octet) for octet in str(address).split(".")]
    numbers = [int(number) for number in _NUMBER.findall(name) if len(number) <= 3]
    in_a_row = (numbers[at : at + 4] for at in range(len(numbers) - 3))
    if any(four in (octets, octets[::-1]) for four in in_a_row):
        return True
    return address.packed.hex() in name or "".join(f"{octet:03d}" for octet in octets) in name


_FORWARD = "@ MX 10 mail\nmail A 192.0.2.25\n"
_REVERSE = "$ORIGIN 2.0.192.in-addr.arpa.\n$TTL 3600\n@ SOA ns1.example.com. hostmaster.example.com. 1 2 3 4 5\n"
_REVERSE6 = _REVERSE.replace("2.0.192.in-addr", "8.b.d.0.1.0.0.2.ip6")
_HOST6 = ".".join("52" + "0" * 22)


def _case(ptr: str, caret: str | None = None) -> Case:
    return master(_FORWARD, caret=caret, **{"2.0.192.in-addr.arpa.zone": f"{_REVERSE}25 PTR {ptr}"})


RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 1912 section 2.1",
    indexes=(mail_addresses,),
    needs=frozenset({"dns"}),
    yields_to=("ptr-forward-confirmed",),
    good=(
        _case("mail.example.com."),
        _case("mx-25.carpool.provider.example."),
        _case("mail.dsl.example."),
        master(_FORWARD),
        master(
            "@ MX 10 mail\nmail AAAA 2001:db8::25",
            **{"8.b.d.0.1.0.0.2.ip6.arpa.zone": f"{_REVERSE6}{_HOST6} PTR mail.example.com."},
        ),
    ),
    bad=(
        _case("host-192-0-2-25.provider.example.", caret="host-192-0-2-25.provider.example."),
        _case("25.2.0.192.rev.provider.example.", caret="25.2.0.192.rev.provider.example."),
        _case("ip192000002025.provider.example.", caret="ip192000002025.provider.example."),
        _case("c0000219.provider.example.", caret="c0000219.provider.example."),
        _case("a1.dsl-pool3.provider.example.", caret="a1.dsl-pool3.provider.example."),
        master(
            "@ MX 10 mail\nmail AAAA 2001:db8::25",
            caret="2001-db8--25.provider.example.",
            **{"8.b.d.0.1.0.0.2.ip6.arpa.zone": f"{_REVERSE6}{_HOST6} PTR 2001-db8--25.provider.example."},
        ),
    ),
)
