"""Two states of one zone compared, record set by record set."""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.change_meaning import meaning
from mailcheck.model.change import Change
from mailcheck.model.record import RecordSet
from mailcheck.model.spec import MailSpec
from mailcheck.model.zone import Zone

_NO_SPEC = MailSpec()


def zone_changes(before: Zone, after: Zone, spec: MailSpec = _NO_SPEC) -> tuple[Change, ...]:
    """What turns `before` into `after`, by owner name and type; the SOA does not count."""
    return tuple(
        change._replace(meaning=meaning(change, before, after, spec)) for change in record_changes(before, after)
    )


def record_changes(before: Zone, after: Zone) -> Iterator[Change]:
    """The changes alone, without what each of them means."""
    old, new = _sets(before), _sets(after)
    for name, rtype in sorted({*old, *new}):
        was, now = old.get((name, rtype)), new.get((name, rtype))
        if was is None and now is not None:
            yield Change("create", name, rtype, (), values(now), None, ttl(now), now.at)
        elif was is not None and now is None:
            yield Change("delete", name, rtype, values(was), (), ttl(was), None, after.at)
        elif was is not None and now is not None:
            details = extra_changes(was, now)
            if values(was) != values(now) or ttl(was) != ttl(now) or details:
                both = (values(was), values(now), ttl(was), ttl(now))
                yield Change("update", name, rtype, *both, now.at, details=details)


def values(found: RecordSet) -> tuple[str, ...]:
    """The values of the set, each once, sorted."""
    return tuple(sorted({record.text for record in found.records}))


def ttl(found: RecordSet) -> int:
    """The TTL of the set: its first record's."""
    return found.records[0].ttl


def extra_changes(was: RecordSet, now: RecordSet) -> tuple[str, ...]:
    """What differs beside values and TTL, setting by setting."""
    old, new = (dict(_flat(found.records[0].extra or {})) for found in (was, now))
    return tuple(
        f"{key}: {old.get(key, 'not set')} to {new.get(key, 'not set')}"
        for key in sorted({*old, *new})
        if old.get(key) != new.get(key)
    )


def _flat(extra: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Settings by their path, `octodns` itself left out: `cloudflare proxied`."""
    if isinstance(extra, dict):
        for key, value in extra.items():
            yield from _flat(value, path if not path and key == "octodns" else f"{path} {key}".strip())
    else:
        yield path, str(extra).lower() if isinstance(extra, bool) else str(extra)


def _sets(zone: Zone) -> dict[tuple[str, str], RecordSet]:
    return {
        (name, rtype): found
        for name, types in zone.names.items()
        for rtype, found in types.items()
        if rtype != "SOA"
    }
