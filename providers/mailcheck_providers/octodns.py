"""Any octoDNS provider, by the class of an installed distribution: what no provider of our own covers.

`mailcheck.yaml` names the class and, for each option, the environment variable that holds it:

    provider:
      class: octodns_route53.Route53Provider
      environment:
        access_key_id: AWS_ACCESS_KEY_ID
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mailcheck.errors import MailcheckError, OutcomeUnknown, ProviderError, UsageError
from mailcheck.model.progress import Progress
from mailcheck.model.record import TEXT_TYPES
from mailcheck.sync.provider import Preflight, ProviderSettings, RawRecord, Snapshot, Step
from mailcheck.sync.to_octodns import octodns_zone, set_text_values, silence_octodns
from mailcheck_providers.environment import Secrets, variable
from mailcheck_providers.installed import installed_class
from mailcheck_providers.packing import Operation, digest, key, operation, operations_back, packed

if TYPE_CHECKING:
    from octodns.provider.plan import Plan as OctodnsPlan
    from octodns.record import Record as OctodnsRecord
    from octodns.zone import Zone as OctodnsZone

_VARIABLE = re.compile(r"env/([A-Za-z_][A-Za-z0-9_]*)", re.ASCII)
_OWN_NAME_SERVERS = "the provider sets the zone's own name servers: those in the file are not compared"


def open_provider(settings: ProviderSettings) -> OctodnsProvider:
    """The provider that `mailcheck.yaml` declares: `class`, and each option as `env/NAME` of its variable.

    Raises UsageError where the class is no provider of an installed distribution or an option names no
    environment variable that is set, ProviderError where the class does not take what it holds.
    """
    options = dict(settings.options)
    path = options.pop("class", None)
    if not isinstance(path, str):
        raise UsageError(
            f"the provider {settings.name} has no `class`",
            hint="name an octoDNS provider's class in mailcheck.yaml",
        )
    given = {name: _from_environment(name, value, settings.environment) for name, value in options.items()}
    secrets = Secrets(given.values())
    found = installed_class(path)
    from octodns.provider.base import BaseProvider

    if not issubclass(found, BaseProvider):
        raise UsageError(f"{path} is not a provider of octoDNS")
    try:
        target = found("mailcheck", **{name: _typed(found, name, value) for name, value in given.items()})
    except Exception as error:
        message = secrets.hidden_in(f"{path} does not take the options given: {error}")
        raise ProviderError(message) from None
    return OctodnsProvider(settings.name, target, secrets)


def _from_environment(option: str, value: Any, environment: Mapping[str, str]) -> str:
    named = _VARIABLE.fullmatch(value) if isinstance(value, str) else None
    if named is None:
        raise UsageError(
            f"the provider's option `{option}` must come from an environment variable",
            hint="name the variable under `provider.environment`: a value in the file could redirect secrets",
        )
    return variable(environment, named[1], f"the provider's option `{option}`")


def _typed(found: type, option: str, value: str) -> Any:
    """The value as the type of the option's default: every variable is text, and "no" is true."""
    for each in found.__mro__:
        parameters = inspect.signature(vars(each)["__init__"]).parameters if "__init__" in vars(each) else {}
        default = parameters[option].default if option in parameters else None
        if isinstance(default, bool):
            if value.lower() not in ("true", "false"):
                raise ValueError(f"`{option}` must be true or false")
            return value.lower() == "true"
        if isinstance(default, int | float):
            return type(default)(value)
    return value


class OctodnsProvider:
    """An octoDNS provider. One owner name is one step: no more can be promised of all of them.

    `target` is octoDNS's. Subclasses read and write with less loss: `raw`, `read`, `send` and the limits.
    """

    transaction: int | None = None
    largest = 0

    def __init__(self, name: str, target: Any, secrets: Secrets) -> None:
        self.name = name
        self.target = target
        self.secrets = secrets
        self.may_create = False
        self._read: dict[str, Snapshot] = {}
        silence_octodns()

    def preflight(self, zone: str, *, create: bool) -> Preflight:
        found = self.snapshot(zone)
        if not found.exists and not create:
            raise ProviderError(f"{self.name} has no zone {zone}", hint="--create-zone lets sync make it")
        self._refuse_if_it_rewrites(found.zone)
        self.may_create = create
        return Preflight(zone, self.transaction, () if self.target.SUPPORTS_ROOT_NS else (_OWN_NAME_SERVERS,))

    def snapshot(self, zone: str) -> Snapshot:
        with self._asking(f"reading {zone}"):
            found = self.read(zone)
        self._read[zone] = found
        return found

    def plan(self, desired: OctodnsZone, snapshot: Snapshot) -> OctodnsPlan | None:
        if desired.root_ns and not self.target.SUPPORTS_ROOT_NS:
            desired = desired.copy()
            desired.remove_record(desired.root_ns)
        with self._asking(f"planning {desired.name}"):
            plan = self.target.plan(desired)
        if plan is None:
            return None
        # A type of the provider's own (`PowerDnsProvider/LUA`) stands in no zone file: it is not missing there.
        plan.changes = [change for change in plan.changes if "/" not in change.record._type]
        return plan if plan.changes else None

    def steps(self, plan: OctodnsPlan, snapshot: Snapshot) -> Sequence[Step]:
        before = {key(raw): raw for raw in snapshot.records}
        return self.shared_out([self._operation(change, before) for change in plan.changes])

    def steps_back(self, records: Sequence[RawRecord], snapshot: Snapshot) -> Sequence[Step]:
        return self.shared_out(operations_back(records, snapshot.records))

    def write(self, zone: str, step: Step, progress: Progress) -> None:
        why = ""
        try:
            self.send(zone, step.operations)
        except MailcheckError:
            raise
        except Exception as error:
            why = self.secrets.hidden_in(f"{self.name}: writing {_names(step)}: {_told(error)}")
        if why:
            self._settle(zone, step, why)
        progress.advance(len(step.operations))

    def read(self, zone: str) -> Snapshot:
        """The zone as it is now; may raise anything."""
        found = octodns_zone(zone)
        exists = self.target.populate(found, target=True, lenient=True)
        records = tuple(sorted([self.raw(record, None) for record in found.records], key=key))
        return Snapshot(found, records, digest(records), exists is not False)

    def raw(self, record: OctodnsRecord, before: RawRecord | None) -> RawRecord:
        """A record of octoDNS as this provider's raw one, which replaces `before`."""
        data = json.loads(json.dumps(record.data, default=str))
        return {"name": record.fqdn, "type": record._type, "data": data}

    def send(self, zone: str, operations: Sequence[Operation]) -> None:
        """Write, all or nothing where the provider can; raises ProviderError where surely nothing was written."""
        from octodns.provider.plan import Plan

        known = self._read.pop(zone, None) or self.snapshot(zone)
        desired = known.zone.copy()
        changes = [_change(known.zone, desired, each) for each in operations]
        if self.target.apply(Plan(known.zone, desired, changes, known.exists)) < len(changes):
            raise ProviderError(f"{self.name}: writing is switched off (`apply_disabled`)")
        self._read[zone] = known._replace(zone=desired, exists=True)

    def size(self, each: Operation) -> int:
        """What an operation takes of `largest`."""
        return 0

    def same(self, raw: RawRecord | None, wanted: RawRecord | None) -> bool:
        """Whether a raw record read again is the one that was to be written."""
        return raw == wanted

    def refused(self, message: str, *, hint: str = "") -> ProviderError:
        """An error to raise, with the secrets hidden."""
        return ProviderError(self.secrets.hidden_in(f"{self.name}: {message}"), hint=hint)

    def _operation(self, change: Any, before: Mapping[tuple[str, str], RawRecord]) -> Operation:
        found = (change.record.fqdn, change.record._type)
        raw = before.get(found)
        return operation(*found, raw, self.left(raw) if change.new is None else self.raw(change.new, raw))

    def left(self, before: RawRecord | None) -> RawRecord | None:
        """What is left of a record set that is deleted."""
        return None

    def shared_out(self, operations: Sequence[Operation]) -> Sequence[Step]:
        """The steps for these operations. Raises ProviderError for what the provider can never take."""
        return packed(operations, self.transaction, self.size, self.largest)

    def _settle(self, zone: str, step: Step, why: str) -> None:
        """After a failure: whether the step was carried out all the same, by reading again."""
        try:
            now = {key(raw): raw for raw in self.snapshot(zone).records}
        except ProviderError as error:
            raise OutcomeUnknown(f"{why}; and reading again failed: {error.message}") from None
        found = [now.get((each["name"], each["type"])) for each in step.operations]
        if all([self.same(raw, each["after"]) for raw, each in zip(found, step.operations, strict=True)]):
            return
        if all([self.same(raw, each["before"]) for raw, each in zip(found, step.operations, strict=True)]):
            raise ProviderError(why)
        raise OutcomeUnknown(f"{why}; it was written in part", hint="run sync again: it plans what is left")

    def _refuse_if_it_rewrites(self, found: OctodnsZone) -> None:
        """Providers that write files anew see no records as a target: a step of theirs would drop the others."""
        if found.records:
            return
        with self._asking(f"reading {found.name}"):
            self.target.populate(source := octodns_zone(found.name), target=False, lenient=True)
        if source.records:
            raise self.refused(f"it writes {found.name} anew each time, and cannot change single records")

    @contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        try:
            yield
        except MailcheckError:
            raise
        except Exception as error:
            raise self.refused(f"{what}: {_told(error)}") from None


def _change(existing: OctodnsZone, desired: OctodnsZone, each: Operation) -> Any:
    """octoDNS's change for an operation, carried out on `desired`."""
    from octodns.record import Create, Delete, Update

    before = None if each["before"] is None else _record(existing, each["before"])
    if each["after"] is None:
        desired.remove_record(before)
        return Delete(before)
    after = _record(desired, each["after"])
    desired.add_record(after, replace=True, lenient=True)
    return Create(after) if before is None else Update(before, after)


def _record(zone: OctodnsZone, raw: RawRecord) -> OctodnsRecord:
    from octodns.record import Record

    data = {**raw["data"], "type": raw["type"]}
    record = Record.new(zone, zone.hostname_from_fqdn(raw["name"]), data, lenient=True)
    if record._type in TEXT_TYPES:
        set_text_values(record, data["values"] if "values" in data else [data["value"]])
    return record


def _names(step: Step) -> str:
    return step.names[0] if len(step.names) == 1 else f"{step.names[0]} and {len(step.names) - 1} more names"


def _told(error: Exception) -> str:
    return str(error) or type(error).__name__
