"""Made-up worlds and messages for SPF, the same for the same seed."""

from __future__ import annotations

import ipaddress
import random
from typing import Any

from mailcheck.analysis.spf_request import SpfRequest, mail_from_request

DOMAINS = [f"d{number}.example" for number in range(6)]
HOSTS = [f"h{number}.example" for number in range(6)]
NOWHERE = ["gone.example", "empty.example", "slow.example", "alias.example", "d0.example", "h0.d1.example"]
CLIENTS4 = ["192.0.2.1", "192.0.2.77", "198.51.100.9", "203.0.113.200"]
CLIENTS6 = ["2001:db8::1", "2001:db8:7::77", "2001:db8:ffff::9", "::ffff:192.0.2.1"]
LOCAL_PARTS = ["user", "first.last", "bounce+tag-7", "strong-bad", "a=b", ""]
MACROS = [
    "%{d}", "%{d2}", "%{d1r}", "%{i}", "%{ir}", "%{v}", "%{l}", "%{l-}", "%{lr+-}", "%{s}", "%{S}", "%{o}", "%{o1}",
    "%{h}", "%{H}", "%{p}", "%%", "%_", "%-", "%{L}", "%{i2r}", "%{d99}", "%{D}",
]  # fmt: skip
BROKEN = [
    "moo", "a:", "mx:", "ip4:192.0.2", "ip4:192.0.2.1/33", "ip6:2001:db8::/129", "include", "include:", "ptr/8", "all:x",
    "exists", "a:single", "a:x.123", "a/24/64", "exists:%{x}.example", "exists:%(i).example", "a:%{d0}.example",
    "redirect:d1.example", "=x", "1x=y", "foo=%{c}", "a:h0.example,", "ip4:192.0.2.01",
]  # fmt: skip


class Maker:
    """Worlds out of one stream of chance."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def world(self) -> dict[str, list[Any]]:
        """`zonedata` in the format of openspf."""
        data: dict[str, list[Any]] = {domain: [{"TXT": self._record()}] for domain in DOMAINS}
        for domain in DOMAINS:
            data[domain] += self._addresses() + self._exchanges()
            if self._often(0.03):
                data[domain].insert(0, self._pick([{"TXT": "v=spf1 -all"}, {"TXT": "other"}, "TIMEOUT"]))
        for host in HOSTS:
            data[host] = self._addresses() + self._exchanges() + [{"TXT": self._explanation()}]
        data["h0.d1.example"] = self._addresses()
        data["slow.example"] = ["TIMEOUT"]
        data["empty.example"] = [{"TXT": "no SPF here"}]
        data["alias.example"] = [{"CNAME": self._pick([*HOSTS, *DOMAINS, "gone.example"])}]
        for client in CLIENTS4 + CLIENTS6[:3]:
            if self._often(0.7):
                name = ipaddress.ip_address(client).reverse_pointer
                data[name] = [
                    {"PTR": self._pick([*HOSTS, "h0.d1.example", "gone.example", "slow.example"])}
                    for _ in range(self._few())
                ]
        return data

    def request(self) -> SpfRequest:
        chance = self._chance
        client = ipaddress.ip_address(chance.choice(CLIENTS4 if chance.random() < 0.6 else CLIENTS6))
        helo = chance.choice([*DOMAINS, *HOSTS, "single", "[192.0.2.1]", "gone.example"])
        sender = "" if self._often(0.1) else f"{chance.choice(LOCAL_PARTS)}@{chance.choice(DOMAINS)}"
        return mail_from_request(client, sender, helo)

    def _often(self, share: float) -> bool:
        return self._chance.random() < share

    def _pick(self, values: list[Any]) -> Any:
        return self._chance.choice(values)

    def _few(self) -> int:
        return self._chance.choice([0, 1, 1, 2, 3])

    def _record(self) -> str:
        terms = [self._term() for _ in range(self._chance.choice([1, 2, 3, 4, 5, 9]))]
        if self._often(0.7):
            terms.append(self._pick(["-all", "~all", "?all", "+all"]))
        if self._often(0.3):
            terms.insert(self._chance.randrange(len(terms) + 1), f"redirect={self._name(DOMAINS)}")
        if self._often(0.4):
            terms.insert(self._chance.randrange(len(terms) + 1), f"exp={self._name(HOSTS)}")
        if self._often(0.03):
            terms.append(self._pick(BROKEN))
        return " ".join(["v=spf1", *terms])

    def _term(self) -> str:
        sign = self._pick(["", "", "+", "-", "~", "?"])
        kind = self._pick(["ip4", "ip6", "a", "a", "mx", "ptr", "exists", "include", "include", "x-note"])
        if kind == "ip4":
            return f"{sign}ip4:{self._pick(CLIENTS4)}{self._pick(['', '', '/32', '/24', '/8', '/31'])}"
        if kind == "ip6":
            return f"{sign}ip6:{self._pick(CLIENTS6[:3])}{self._pick(['', '', '/128', '/32', '/64'])}"
        if kind in ("a", "mx"):
            target = self._pick(["", f":{self._name(HOSTS)}", f":{self._name(HOSTS)}"])
            return f"{sign}{kind}{target}{self._pick(['', '', '', '/24', '//64', '/16//48', '/0'])}"
        if kind == "ptr":
            return sign + self._pick(["ptr", f"ptr:{self._name(HOSTS)}", "ptr:example.%{v}", "ptr:h0.d1.example"])
        if kind == "x-note":
            return f"x-note{self._chance.randrange(9)}={self._pick(MACROS)}"
        return f"{sign}{kind}:{self._name(HOSTS if kind == 'exists' else DOMAINS)}"

    def _name(self, usual: list[str]) -> str:
        share = self._chance.random()
        if share < 0.7:
            return str(self._pick(usual))
        if share < 0.85:
            return str(self._pick(NOWHERE))
        return f"{self._pick(MACROS)}.{self._pick([*usual, '%{d}', '%{o}'])}"

    def _addresses(self) -> list[dict[str, str]]:
        found = [{"A": self._pick(CLIENTS4)} for _ in range(self._few())]
        return found + [{"AAAA": self._pick(CLIENTS6[:3])} for _ in range(self._few())]

    def _exchanges(self) -> list[dict[str, Any]]:
        return [{"MX": [self._pick([5, 10]), self._pick([*HOSTS, *NOWHERE[:3]])]} for _ in range(self._few())]

    def _explanation(self) -> str:
        words = ["See", "http://why.example/?", *self._chance.choices([*MACROS, "%{c}", "%{r}", "%{R}"], k=2)]
        return "".join([*words, "%{x}"] if self._often(0.05) else words)
