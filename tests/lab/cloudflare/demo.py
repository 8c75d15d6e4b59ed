"""example.com at the fake as if somebody had let it drift from zones/example.com.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.lab.cloudflare import Fake, Zone
from tests.lab.cloudflare.envelope import Json

ZONE_FILE = Path(__file__).parents[3] / "zones" / "example.com.yaml"

_DRIFTED = {
    ("_dmarc", "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"): "v=DMARC1; p=none",
    (
        "_spf",
        "v=spf1 a:mail.example.com a:mail2.example.com a:app.example.com ~all",
    ): "v=spf1 a:mail.example.com a:oldmail.example.com ~all",
}
_MISSING = {("2026e._domainkey", "TXT"), ("mail2", "TXT"), ("_smtp._tls", "TXT")}
_MISSING_EXCHANGE = "mail2.example.com."
_LEFT_OVER: tuple[Json, ...] = (
    {"type": "A", "name": "oldmail", "content": "192.0.2.24", "ttl": 3600, "comment": "switched off in spring"},
    {"type": "TXT", "name": "2023._domainkey", "content": '"v=DKIM1; p="', "ttl": 3600},
)


def drifted(fake: Fake) -> Zone:
    """Make the zone: other SPF and DMARC, one exchange and a DKIM key too few, an old host too many."""
    zone = fake.zone("example.com", dnssec="active")
    fake.seed(zone, *_bodies(), *_LEFT_OVER)
    return zone


def _bodies() -> Iterator[Json]:
    declared: dict[str, Any] = yaml.safe_load(ZONE_FILE.read_text(encoding="utf-8"))
    for name, listed in declared.items():
        for record_set in listed if isinstance(listed, list) else [listed]:
            if (name, record_set["type"]) not in _MISSING and (name, record_set["type"]) != ("", "NS"):
                for value in record_set.get("values") or [record_set["value"]]:
                    if value != {"exchange": _MISSING_EXCHANGE, "preference": 20}:
                        common = {"type": record_set["type"], "name": name or "@", "ttl": record_set["ttl"]}
                        yield {**common, **_value(name, record_set["type"], value)}


def _value(name: str, kind: str, value: Any) -> Json:
    if kind == "CAA":
        return {"data": value}
    if kind == "MX":
        return {"content": value["exchange"], "priority": value["preference"]}
    if kind == "TXT":
        text = value.replace("\\;", ";")
        return {"content": f'"{_DRIFTED.get((name, text), text)}"'}
    return {"content": value}
