"""octodns-cloudflare's translation between records of octoDNS and of the API; it sends nothing itself.

Imported only where Cloudflare is used: octoDNS takes its time.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from octodns.record import Update
from octodns_cloudflare import CloudflareProvider

from mailcheck.errors import ProviderError
from mailcheck.sync.to_octodns import octodns_zone, plain_text, set_text_values, silence_octodns
from mailcheck_providers.cloudflare.texts import LONGEST, content_of, octets_of, wire_length

Raw = Mapping[str, Any]

AUTOMATIC = 1
MAX_TTL = 86400
PROXIABLE = frozenset({"A", "AAAA", "ALIAS", "CNAME"})
INHERITED = ("comment", "tags")


class Translation(CloudflareProvider):  # type: ignore[misc]
    """The records of one zone, as the API gave them, to octoDNS; and what octoDNS wants to bodies of the API.

    A desired record that says nothing of `proxied`, `comment` or `tags` (`octodns: cloudflare:` in a zone
    file) keeps what is there, and a TTL is what will be written: 1 is automatic, others are brought into
    the bounds of the zone's plan. Records that another product of Cloudflare manages are always wanted.
    """

    SUPPORTS_MULTIVALUE_PTR = True

    def __init__(self, zone: str, records: Sequence[Raw], min_ttl: int) -> None:
        silence_octodns()
        super().__init__("cloudflare", token="", pagerules=False, retry_count=0, min_ttl=min_ttl)
        self.zone_name = zone
        # octoDNS takes a set's TTL and options from its first record: let that be one that can be written.
        known = [record for record in records if record["type"] in self.SUPPORTS]
        self._records = sorted(known, key=is_read_only)
        self._read_only = [record for record in self._records if is_read_only(record)]
        self.existing = octodns_zone(zone)
        try:
            self.populate(self.existing, target=True, lenient=True)
        except Exception as error:  # octoDNS raises whatever a value makes it raise
            raise ProviderError(f"a record at Cloudflare cannot be read by octoDNS: {_reason(error)}") from None
        self._sets = {(record.name, record._type): record for record in self.existing.records}

    def _request(self, *_: object, **__: object) -> None:
        raise AssertionError("the translation sends nothing")

    @property
    def zones(self) -> dict[str, Any]:
        return {}

    def zone_records(self, zone: Any) -> list[Raw]:
        return self._records

    def body_of(self, raw: Raw) -> dict[str, Any]:
        """What this record would be written as, so that two ways to write the same value compare equal."""
        name = self.existing.hostname_from_fqdn(raw["name"])
        body: dict[str, Any] = next(self.bodies(self._record_for(self.existing, name, raw["type"], [raw], True)))
        return body

    def bodies(self, record: Any) -> Iterator[dict[str, Any]]:
        """The record set as the API's records, one for each value."""
        for body in self._gen_data(record):
            yield {**body, "tags": sorted(body["tags"])} if "tags" in body else body

    def key_of(self, body: Raw) -> str:
        """What tells two values of one record set apart."""
        return str(self._gen_key(body))

    def options_of(self, record: Any) -> dict[str, Any]:
        """What Cloudflare keeps beside value and TTL."""
        return {
            "proxied": bool(self._record_is_proxied(record)),
            "comment": self._record_comment(record),
            "tags": sorted(self._record_tags(record)),
        }

    def _record_for(self, zone: Any, name: str, _type: str, records: Sequence[Raw], lenient: bool) -> Any:
        record = super()._record_for(zone, name, _type, records, lenient)
        if _type == "TXT":
            set_text_values(record, self._data_for_TXT(_type, records)["values"])
        return record

    def _ttl_data(self, ttl: int) -> int:
        return ttl

    def _data_for_TXT(self, _type: str, records: Sequence[Raw]) -> dict[str, Any]:
        texts = [octets_of(record["content"]).decode("utf-8", "backslashreplace") for record in records]
        values = [text.replace(";", "\\;") for text in texts]
        return {"ttl": records[0]["ttl"], "type": _type, "values": values}

    def _data_for_PTR(self, _type: str, records: Sequence[Raw]) -> dict[str, Any]:
        data: dict[str, Any] = self._data_for_NS(_type, records)
        return data

    def _contents_for_TXT(self, record: Any) -> Iterator[dict[str, Any]]:
        for value in record.values:
            yield {"content": content_of(plain_text(value).encode("latin-1"))}

    def _contents_for_PTR(self, record: Any) -> Iterator[dict[str, Any]]:
        yield from self._contents_for_NS(record)

    def _contents_for_SRV(self, record: Any) -> Iterator[dict[str, Any]]:
        for value in record.values:
            target = value.target.removesuffix(".") or "."
            data = {"priority": value.priority, "weight": value.weight, "port": value.port, "target": target}
            yield {"data": data}

    def _process_desired_zone(self, desired: Any) -> Any:
        if desired.root_ns:
            desired.remove_record(desired.root_ns)
        for record in list(desired.records):
            desired.add_record(self._as_written(record), replace=True, lenient=True)
        self._want_read_only(desired)
        return super()._process_desired_zone(desired)

    def _as_written(self, record: Any) -> Any:
        options = dict(record.octodns.get("cloudflare") or {})
        if record._type not in PROXIABLE:
            options.pop("proxied", None)
        elif "proxied" not in options:
            options["proxied"] = self._is_proxied_now(record)
        now = self._sets.get((record.name, record._type))
        for option in INHERITED:
            if now is not None and option not in options and option in now.octodns.get("cloudflare", {}):
                options[option] = now.octodns["cloudflare"][option]
        options["auto-ttl"] = bool(options.get("proxied") or options.get("auto-ttl") or record.ttl == AUTOMATIC)
        written = copy.copy(record)
        written.octodns = {
            **record.octodns,
            "cloudflare": {name: value for name, value in options.items() if value},
        }
        written.ttl = AUTOMATIC if options["auto-ttl"] else min(MAX_TTL, max(self.min_ttl, record.ttl))
        if not written.octodns["cloudflare"]:
            del written.octodns["cloudflare"]
        if record._type == "TXT":
            _refuse_oversize(record)
        return written

    def _is_proxied_now(self, record: Any) -> bool:
        """Of the set, else of its name: a change of type, or a first AAAA, must not bare the origin."""
        same = self._sets.get((record.name, record._type))
        others = [self._sets.get((record.name, other)) for other in sorted(PROXIABLE)]
        return any(self._record_is_proxied(found) for found in ([same] if same else others) if found)

    def _want_read_only(self, desired: Any) -> None:
        wanted = {(record.name, record._type): record for record in desired.records}
        for (name, rtype), raws in self._sets_of(self._read_only).items():
            kept = self._record_for(self.existing, name, rtype, raws, True)
            found = wanted.get((kept.name, kept._type))
            if found is not None and hasattr(kept, "values"):
                values = sorted({*found.values, *kept.values})
                if values != kept.values or len(raws) < len(self._sets_of(self._records)[name, rtype]):
                    kept = copy.copy(found)
                    kept.values = values
            desired.add_record(kept, replace=True, lenient=True)

    def _sets_of(self, records: Sequence[Raw]) -> dict[tuple[str, str], list[Raw]]:
        sets: dict[tuple[str, str], list[Raw]] = {}
        for raw in records:
            sets.setdefault((self.existing.hostname_from_fqdn(raw["name"]), raw["type"]), []).append(raw)
        return sets

    def _include_change(self, change: Any) -> bool:
        """Both sides are as they are written: every difference is one."""
        return True

    def _extra_changes(self, existing: Any, desired: Any, changes: Sequence[Any]) -> list[Any]:
        changed = {change.record for change in changes}
        return [
            Update(self._sets[record.name, record._type], record)
            for record in sorted(desired.records)
            if (record.name, record._type) in self._sets
            and record not in changed
            and self.options_of(record) != self.options_of(self._sets[record.name, record._type])
        ]


def is_read_only(raw: Raw) -> bool:
    """Whether another product manages the record, such as Email Routing."""
    return bool((raw.get("meta") or {}).get("read_only"))


def _refuse_oversize(record: Any) -> None:
    longest = max((wire_length(plain_text(value).encode("latin-1")) for value in record.values), default=0)
    if longest > LONGEST:
        raise ProviderError(
            f"the TXT record {record.fqdn} has {longest} octets, Cloudflare takes at most {LONGEST}",
            hint="nothing was written",
        )


def _reason(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
