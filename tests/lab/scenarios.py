"""Domains that cost a careless checker dearly; the server makes them up as they are asked for.

| domain | what it does |
| --- | --- |
| `endless.example.` | each SPF record includes a new one |
| `tree.example.` | each SPF record includes two new ones, until names are full |
| `voids.example.` | one SPF record of 300 `a:` terms whose names do not exist |
| `below.example.` | an include whose record is fine, below it one whose server fails |
| `reports.example.` | a DMARC policy that sends reports to 500 hosts, all of which consent |
| `loop.example.` | an include that includes it again |
| `eleven.example.` | eleven MX records |
| `escape.example.` | an SPF record with escape sequences and a line feed in it |
| `large.example.` | TXT records of 64 KB together, one of them SPF |
| `thousand.example.` | 1,000 TXT records |
| `alias.example.` | CNAMEs in a circle |
| `chain.example.` | a new CNAME at each name |
| `wild.example.` | every name below it exists and answers every question in the same way |
| `slow.example.` | nothing at or below it is ever answered |
| `garbage.example.` | random octets, a cut reply, and no more |
| `forged.example.` | replies with another id and for another question, and no more |
| `drip.example.` | truncated; over TCP an octet now and then |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mailcheck.model.names import is_at_or_below
from tests.lab.hostile import SOA, Asked, Drip, absent, reply, texts, truncated

VOIDS = 300
REPORT_HOSTS = 500
_LONGEST = 200


def scenarios(asked: Asked) -> list[bytes] | Drip:
    """A server's behaviour for all of the domains; every other name does not exist."""
    for domain, behave in _BEHAVIOURS.items():
        if is_at_or_below(asked.name, domain):
            return behave(asked)
    text = _text(asked.name)
    if text is None:
        return [absent(asked)]
    if asked.type == "MX" and asked.name.count(".") == 2:
        return [reply(asked, f"{asked.name} MX 10 mail.{asked.name}")]
    if asked.type != "TXT":
        return [reply(asked, authority=(SOA,))]
    return _whole(asked, text.encode())


def _whole(asked: Asked, *values: bytes) -> list[bytes]:
    """TXT records, over TCP where they are long."""
    return [truncated(asked)] if sum(map(len, values)) > 1_000 and not asked.tcp else [texts(asked, *values)]


def _eleven(asked: Asked) -> list[bytes]:
    if asked.type == "MX":
        return [reply(asked, *[f"{asked.name} MX {number} m{number}.{asked.name}" for number in range(11)])]
    return [reply(asked, f"{asked.name} A 192.0.2.1")] if asked.type == "A" else [reply(asked, authority=(SOA,))]


def _wild(asked: Asked) -> list[bytes]:
    value = {
        "A": "192.0.2.1",
        "AAAA": "2001:db8::1",
        "MX": "10 mx.wild.example.",
        "TXT": '"v=spf1 ip4:192.0.2.1 -all"',
    }
    if asked.type in value:
        return [reply(asked, f"{asked.name} {asked.type} {value[asked.type]}")]
    return [reply(asked, authority=(SOA,))]


def _forged(asked: Asked) -> list[bytes]:
    true = texts(asked, b"v=spf1 +all")
    other_id = bytes([true[0] ^ 1]) + true[1:]
    other_question = true[:12] + true[12:].replace(b"forged", b"fogred").replace(b"FORGED", b"FOGRED")
    return [other_id, other_question[:13] + b"x" + other_question[14:]]


_BEHAVIOURS: Mapping[str, Callable[[Asked], list[bytes] | Drip]] = {
    "slow.example.": lambda asked: [],
    "failing.below.example.": lambda asked: [reply(asked, rcode="SERVFAIL")],
    "eleven.example.": _eleven,
    "escape.example.": lambda asked: [texts(asked, b"v=spf1 ip4:192.0.2.1 \x1b]0;owned\x07\n::error::x -all")],
    "large.example.": lambda asked: _whole(
        asked, b"v=spf1" + b" ip4:192.0.2.1" * 2_000 + b" -all", b"\x1b[2J" * 8_000
    ),
    "thousand.example.": lambda asked: _whole(asked, *[b"text %d" % number for number in range(1_000)]),
    "alias.example.": lambda asked: [
        reply(asked, "alias.example. CNAME b.alias.example.", "b.alias.example. CNAME alias.example.")
    ],
    "chain.example.": lambda asked: [reply(asked, f"{asked.name} CNAME n{len(asked.name)}.{asked.name}")],
    "wild.example.": _wild,
    "garbage.example.": lambda asked: [b"\xff" * 300, b"", asked.wire[:14], asked.wire],
    "forged.example.": _forged,
    "drip.example.": lambda asked: Drip(b"\xff" * 600, 0.2) if asked.tcp else [truncated(asked)],
}


def _text(name: str) -> str | None:
    """The TXT record of a name, None where there is no such name."""
    first, _, rest = name.partition(".")
    if rest == "endless.example." and first[1:].isdigit():
        return f"v=spf1 include:n{int(first[1:]) + 1}.endless.example -all"
    if is_at_or_below(name, "tree.example."):
        return f"v=spf1 include:a.{name} include:b.{name} -all" if len(name) < _LONGEST else "v=spf1 -all"
    if "._report._dmarc." in name:
        return "v=DMARC1"
    if first.startswith("host") and rest == "example.":
        return "v=spf1 -all"
    return _FIXED.get(name)


_FIXED = {
    "loop.example.": "v=spf1 include:back.example -all",
    "back.example.": "v=spf1 include:loop.example -all",
    "endless.example.": "v=spf1 include:n1.endless.example -all",
    "voids.example.": "v=spf1 " + "".join(f"a:v{number}.voids.example " for number in range(VOIDS)) + "-all",
    "below.example.": "v=spf1 include:fine.below.example -all",
    "fine.below.example.": "v=spf1 ip4:192.0.2.0/24 include:failing.below.example -all",
    "reports.example.": "v=spf1 -all",
    "_dmarc.reports.example.": "v=DMARC1; p=reject; rua="
    + ",".join(f"mailto:dmarc@host{number}.example" for number in range(REPORT_HOSTS)),
}
