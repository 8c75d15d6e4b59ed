"""Cloudflare as a provider: translation by octodns-cloudflare, reading and writing by Cloudflare's SDK."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from mailcheck.errors import OutcomeUnknown, ProviderError
from mailcheck.model.progress import Progress
from mailcheck.sync.provider import Preflight, RawRecord, Snapshot, Step
from mailcheck_providers.cloudflare.access import Access
from mailcheck_providers.cloudflare.api import Api, ApiError
from mailcheck_providers.cloudflare.backoff import Backoff
from mailcheck_providers.cloudflare.batch import (
    CREATE_ZONE,
    Operation,
    batch_of,
    operations_back,
    operations_of,
    outcome_of,
    steps_of,
)
from mailcheck_providers.cloudflare.preflight import ZoneFacts, examine, find_zone, refuse_without_edit

if TYPE_CHECKING:
    from octodns.provider.plan import Plan as OctodnsPlan
    from octodns.zone import Zone as OctodnsZone

    from mailcheck_providers.cloudflare.translation import Translation

CONFLICTS = {81044, 81053, 81054, 81056, 81057, 81058}
"""The API's codes for a record that is gone, or stands in the way: the zone is not what it was."""


class Cloudflare:
    """See `mailcheck.sync.provider.Provider`; `account` is the one that zones are looked for and created in."""

    name = "cloudflare"

    def __init__(self, access: Access, backoff: Backoff, account: str = "") -> None:
        self._access = access
        self._backoff = backoff
        self._account = account
        self._zones: dict[str, ZoneFacts] = {}

    @cached_property
    def _api(self) -> Api:
        return Api(self._access, self._backoff)

    def preflight(self, zone: str, *, create: bool) -> Preflight:
        facts = self._zones[zone] = examine(self._api, zone, self._account, create=create)
        return Preflight(zone, facts.batch, facts.notes)

    def snapshot(self, zone: str) -> Snapshot:
        facts = self._facts(zone)
        records = self._read(facts)
        return Snapshot(
            self._translation(zone, records).existing, records, _digest(records), exists=bool(facts.id)
        )

    def plan(self, desired: OctodnsZone, snapshot: Snapshot) -> OctodnsPlan | None:
        translation = self._translation(desired.name, snapshot.records)
        try:
            return translation.plan(desired)
        except ProviderError:
            raise
        except Exception as error:  # octoDNS raises whatever a value makes it raise
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise ProviderError(
                f"octoDNS cannot plan for Cloudflare: {reason.removeprefix('cloudflare: ')}"
            ) from None

    def steps(self, plan: OctodnsPlan, snapshot: Snapshot) -> Sequence[Step]:
        zone = plan.desired.name
        translation = self._translation(zone, snapshot.records)
        return self._steps(zone, operations_of(plan, snapshot.records, translation))

    def steps_back(self, records: Sequence[RawRecord], snapshot: Snapshot) -> Sequence[Step]:
        return self._steps(snapshot.zone.name, operations_back(records, snapshot.records))

    def write(self, zone: str, step: Step, progress: Progress) -> None:
        facts = self._facts(zone)
        refuse_without_edit(facts)
        if step.operations == (CREATE_ZONE,):
            self._create(facts)
        else:
            self._batch(facts, step)
        progress.advance(len(step.operations))

    def _batch(self, facts: ZoneFacts, step: Step) -> None:
        try:
            self._api.batch(facts.id, batch_of(step))
        except ApiError as error:
            if error.refused:
                _refuse(error)
            self._settle(facts, step, error)

    def _settle(self, facts: ZoneFacts, step: Step, error: ApiError) -> None:
        """No proper answer came: what the zone holds says whether the batch, all or nothing, was carried out."""
        try:
            outcome = outcome_of(step, self._read(facts))
        except ProviderError:
            raise OutcomeUnknown(
                f"{error.message}; the zone cannot be read again to see what was written"
            ) from None
        if outcome == "applied":
            return
        if outcome == "unclear":
            raise OutcomeUnknown(f"{error.message}; somebody else has changed the zone meanwhile") from None
        if error.late:
            raise OutcomeUnknown(f"{error.message}; nothing of it is written so far") from None
        raise ProviderError(f"{error.message}; nothing of it was written") from None

    def _create(self, facts: ZoneFacts) -> None:
        """Taken as done where the zone is there afterwards, whatever was answered."""
        failure: ApiError | None = None
        try:
            self._api.create_zone(facts.name.removesuffix("."), self._account)
        except ApiError as error:
            if error.refused:
                raise ProviderError(f"{facts.name} cannot be created: {error.message}") from None
            failure = error
        try:
            found = find_zone(self._api, facts.name, self._account)
        except ProviderError as error:
            raise OutcomeUnknown(f"whether {facts.name} was created is not known: {error.message}") from None
        if found is None:
            raise ProviderError(
                f"{facts.name} was not created: {failure.message if failure else 'it is not there'}"
            )
        self._zones[facts.name] = facts._replace(id=found["id"], notes=())

    def _facts(self, zone: str) -> ZoneFacts:
        if zone not in self._zones:
            self.preflight(zone, create=False)
        return self._zones[zone]

    def _read(self, facts: ZoneFacts) -> tuple[RawRecord, ...]:
        if not facts.id:
            return ()
        try:
            return self._api.records(facts.id)
        except ApiError as error:
            if error.status == 403:
                raise ProviderError(
                    f"the token may not read the DNS records of {facts.name.removesuffix('.')}",
                    hint="give it DNS Edit, or DNS Read for a plan alone",
                ) from None
            raise

    def _steps(self, zone: str, operations: Iterable[Operation]) -> Sequence[Step]:
        facts = self._facts(zone)
        steps = steps_of(operations, facts.batch)
        return steps if facts.id else (Step((CREATE_ZONE,), ()), *steps)

    def _translation(self, zone: str, records: Sequence[RawRecord]) -> Translation:
        from mailcheck_providers.cloudflare.translation import Translation

        return Translation(zone, records, self._facts(zone).min_ttl)


def _refuse(error: ApiError) -> NoReturn:
    if CONFLICTS.isdisjoint(error.codes):
        raise ProviderError(f"{error.message}; nothing of it was written") from None
    raise ProviderError(
        f"{error.message}; the zone has changed since it was read, and nothing was written", hint="plan again"
    ) from None


def _digest(records: Sequence[RawRecord]) -> str:
    lines = sorted(json.dumps(record, sort_keys=True, default=str) for record in records)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
