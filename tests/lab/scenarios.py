"""Domains that cost a careless checker dearly; the server makes them up as they are asked for.

| domain | what it does |
| --- | --- |
| `endless.example.` | each SPF record includes a new one |
| `tree.example.` | each SPF record includes two new ones, until names are full |
| `voids.example.` | one SPF record of 300 `a:` terms whose names do not exist |
| `below.example.` | an include whose record is fine, below it one whose server fails |
| `reports.example.` | a DMARC policy that sends reports to 500 hosts, all of which consent |
| `slow.example.` | nothing at or below it is ever answered |
"""

from __future__ import annotations

from mailcheck.model.names import is_at_or_below
from tests.lab.hostile import SOA, Asked, absent, reply, texts, truncated

VOIDS = 300
REPORT_HOSTS = 500
_LONGEST = 200


def scenarios(asked: Asked) -> list[bytes]:
    """A server's behaviour for all of the domains; every other name does not exist."""
    if is_at_or_below(asked.name, "slow.example."):
        return []
    if asked.name == "failing.below.example.":
        return [reply(asked, rcode="SERVFAIL")]
    text = _text(asked.name)
    if text is None:
        return [absent(asked)]
    if asked.type == "MX" and asked.name.count(".") == 2:
        return [reply(asked, f"{asked.name} MX 10 mail.{asked.name}")]
    if asked.type != "TXT":
        return [reply(asked, authority=(SOA,))]
    if len(text) > 1_000 and not asked.tcp:
        return [truncated(asked)]
    return [texts(asked, text.encode())]


def _text(name: str) -> str | None:
    """The TXT record of a name, None where there is no such name."""
    first, _, rest = name.partition(".")
    if rest == "endless.example." and first[1:].isdigit():
        return f"v=spf1 include:n{int(first[1:]) + 1}.endless.example -all"
    if is_at_or_below(name, "tree.example."):
        return f"v=spf1 include:a.{name} include:b.{name} -all" if len(name) < _LONGEST else "v=spf1 -all"
    if name.startswith("reports.example._report._dmarc."):
        return "v=DMARC1"
    if first.startswith("host") and rest == "example.":
        return "v=spf1 -all"
    return _FIXED.get(name)


_FIXED = {
    "endless.example.": "v=spf1 include:n1.endless.example -all",
    "voids.example.": "v=spf1 " + "".join(f"a:v{number}.voids.example " for number in range(VOIDS)) + "-all",
    "below.example.": "v=spf1 include:fine.below.example -all",
    "fine.below.example.": "v=spf1 ip4:192.0.2.0/24 include:failing.below.example -all",
    "reports.example.": "v=spf1 -all",
    "_dmarc.reports.example.": "v=DMARC1; p=reject; rua="
    + ",".join(f"mailto:dmarc@host{number}.example" for number in range(REPORT_HOSTS)),
}
