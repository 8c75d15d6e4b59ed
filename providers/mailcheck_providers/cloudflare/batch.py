"""From a plan, or a state to go back to, to batches: each one transaction, each name whole in one of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from mailcheck.errors import ProviderError
from mailcheck.sync.provider import Step
from mailcheck_providers.cloudflare.texts import octets_of

if TYPE_CHECKING:
    from octodns.provider.plan import Plan as OctodnsPlan

    from mailcheck_providers.cloudflare.translation import Translation

Raw = Mapping[str, Any]
Operation = Mapping[str, Any]
"""`method` (delete, patch, put, post), the `record` as the API wants it, and `was`: `modified_on` before."""

Outcome = Literal["applied", "absent", "unclear"]

PARTS = {"delete": "deletes", "patch": "patches", "put": "puts", "post": "posts"}
OPTIONS = ("proxied", "comment", "tags")
CREATE_ZONE: Operation = {"method": "create-zone"}


def operations_of(plan: OctodnsPlan, records: Sequence[Raw], translation: Translation) -> Iterator[Operation]:
    """What carries the plan out. Records of other types, and read-only ones, are never touched."""
    by_set: dict[tuple[str, str], list[Raw]] = {}
    for raw in records:
        by_set.setdefault((raw["name"].lower(), raw["type"]), []).append(raw)
    for change in plan.changes:
        record = change.record
        rtype = "CNAME" if record._type == "ALIAS" else record._type
        found = by_set.get((record.fqdn.removesuffix("."), rtype), [])
        yield from _set_operations(change, found, translation)


def _set_operations(change: Any, found: Sequence[Raw], translation: Translation) -> Iterator[Operation]:
    wanted = {translation.key_of(body): body for body in translation.bodies(change.new)} if change.new else {}
    options = _changed_options(change, translation)
    spare: list[Raw] = []
    for raw in found:
        body = wanted.pop(translation.key_of(translation.body_of(raw)), None)
        if _is_read_only(raw):
            continue
        if body is None:
            spare.append(raw)
        elif (settings := _settings(raw, body, options)) != {}:
            yield _change("patch", raw, _named(raw) | settings)
    news = [wanted[key] for key in sorted(wanted)]
    for raw, body in zip(spare, news, strict=False):
        value = {field: body[field] for field in ("content", "data", "priority") if field in body}
        yield _change("patch", raw, _named(raw) | value | _settings(raw, body, options))
    for raw in spare[len(news) :]:
        yield _change("delete", raw, {})
    for body in news[len(spare) :]:
        yield {"method": "post", "record": body}


def _changed_options(change: Any, translation: Translation) -> dict[str, Any]:
    """Those of the set that are to be other than they are: what nobody asks to change stays with each record."""
    if change.new is None or change.existing is None:
        return {}
    old, new = translation.options_of(change.existing), translation.options_of(change.new)
    return {option: new[option] for option in OPTIONS if new[option] != old[option]}


def _settings(raw: Raw, body: Raw, options: Mapping[str, Any]) -> dict[str, Any]:
    changed = {option: value for option, value in options.items() if raw.get(option) != value}
    proxied = changed.get("proxied", raw.get("proxied"))
    if not proxied and raw["ttl"] != body["ttl"]:
        changed["ttl"] = body["ttl"]
    return changed


def operations_back(records: Sequence[Raw], now: Sequence[Raw]) -> Iterator[Operation]:
    """What makes the records of now those of then, whatever their types, but for ids and times."""
    then_by_set, now_by_set = _writable_sets(records), _writable_sets(now)
    for key in sorted({*then_by_set, *now_by_set}):
        yield from _set_back(then_by_set.get(key, []), now_by_set.get(key, []))


def _set_back(then: Sequence[Raw], now: Sequence[Raw]) -> Iterator[Operation]:
    here = {_value(raw): raw for raw in now}
    missing: list[Raw] = []
    for raw in then:
        same = here.pop(_value(raw), None)
        if same is None:
            missing.append(raw)
        elif restorable(same) != restorable(raw):
            yield _change("put", same, restorable(raw))
    spare = list(here.values())
    for raw, wanted in zip(spare, missing, strict=False):
        yield _change("put", raw, restorable(wanted))
    for raw in spare[len(missing) :]:
        yield _change("delete", raw, {})
    for wanted in missing[len(spare) :]:
        yield {"method": "post", "record": restorable(wanted)}


def restorable(raw: Raw) -> dict[str, Any]:
    """The fields of a record that can be written; `data` is what `content` is made from where there is any."""
    fields = ["name", "type", "ttl", *OPTIONS, "settings", "data" if raw.get("data") else "content"]
    if raw["type"] in {"MX", "URI"}:
        fields.append("priority")
    return {field: raw[field] for field in fields if raw.get(field) is not None}


def steps_of(operations: Iterable[Operation], limit: int) -> tuple[Step, ...]:
    """Batches of at most `limit` operations; what only adds goes first, what only removes last.

    Raises ProviderError where one name alone needs more, since it would be half changed in between.
    """
    by_name: dict[str, list[Operation]] = {}
    for operation in operations:
        by_name.setdefault(_owner(operation), []).append(operation)
    steps: list[Step] = []
    names: list[str] = []
    held: list[Operation] = []
    for name in sorted(by_name, key=lambda name: (_weight(by_name[name]), name)):
        ours = by_name[name]
        if len(ours) > limit:
            raise ProviderError(
                f"{name} needs {len(ours)} operations at once, and Cloudflare takes {limit} in one batch",
                hint="change fewer records of that name at a time",
            )
        if len(held) + len(ours) > limit:
            steps.append(Step(tuple(held), tuple(names)))
            names, held = [], []
        names.append(f"{name}.")
        held.extend(ours)
    return (*steps, Step(tuple(held), tuple(names))) if held else tuple(steps)


def batch_of(step: Step) -> dict[str, list[Raw]]:
    """The body of the API's request; an NS comes before the DS of its name, which cannot be without it."""
    parts: dict[str, list[Raw]] = {}
    for operation in step.operations:
        parts.setdefault(PARTS[operation["method"]], []).append(operation["record"])
    parts.get("posts", []).sort(key=lambda record: record["type"] == "DS")
    return parts


def outcome_of(step: Step, now: Sequence[Raw]) -> Outcome:
    """Whether a step of which no answer came was carried out; it is all or nothing."""
    by_id = {raw["id"]: raw for raw in now}
    by_set: dict[tuple[str, str], list[Raw]] = {}
    for raw in now:
        by_set.setdefault((raw["name"].lower(), raw["type"]), []).append(raw)
    done = [_is_done(operation, by_id, by_set) for operation in step.operations]
    if all(done):
        return "applied"
    return "unclear" if any(done) else "absent"


def _is_done(
    operation: Operation, by_id: Mapping[str, Raw], by_set: Mapping[tuple[str, str], Sequence[Raw]]
) -> bool:
    record = operation["record"]
    if operation["method"] == "post":
        found = by_set.get((record["name"].lower(), record["type"]), ())
        return any([_is_same_value(record, raw) for raw in found])
    raw = by_id.get(record["id"])
    if operation["method"] == "delete":
        return raw is None
    return raw is not None and raw.get("modified_on") != operation["was"]


def _is_same_value(record: Raw, raw: Raw) -> bool:
    if "data" in record:
        held = raw.get("data") or {}
        return all([_plain(held.get(field)) == _plain(value) for field, value in record["data"].items()])
    if record.get("priority") != raw.get("priority"):
        return False
    if record["type"] == "TXT":
        return octets_of(record["content"]) == octets_of(raw["content"])
    return bool(_plain(record["content"]) == _plain(raw["content"]))


def _plain(value: object) -> object:
    return value.strip().removesuffix(".").lower() if isinstance(value, str) else value


def _writable_sets(records: Sequence[Raw]) -> dict[tuple[str, str], list[Raw]]:
    sets: dict[tuple[str, str], list[Raw]] = {}
    for raw in records:
        if not _is_read_only(raw):
            sets.setdefault((raw["name"], raw["type"]), []).append(raw)
    return sets


def _value(raw: Raw) -> str:
    return json.dumps([raw.get("content"), raw.get("data"), raw.get("priority")], sort_keys=True)


def _change(method: str, raw: Raw, fields: Mapping[str, Any]) -> Operation:
    # A deletion's name and type are for `steps_of` and the reader of a journal.
    named = {"name": raw["name"], "type": raw["type"]} if method == "delete" else {}
    return {"method": method, "record": {"id": raw["id"], **fields}, "was": raw.get("modified_on"), **named}


def _named(raw: Raw) -> dict[str, Any]:
    return {"name": raw["name"], "type": raw["type"]}


def _owner(operation: Operation) -> str:
    name: str = operation.get("name") or operation["record"]["name"]
    return name.lower().removesuffix(".")


def _weight(operations: Sequence[Operation]) -> int:
    methods = {operation["method"] for operation in operations}
    return 0 if methods == {"post"} else 2 if methods == {"delete"} else 1


def _is_read_only(raw: Raw) -> bool:
    return bool((raw.get("meta") or {}).get("read_only"))
