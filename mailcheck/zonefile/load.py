"""Paths to zones: discovery, both readers, suppressions and policies, and what of it was refused."""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from mailcheck.errors import InputRefused
from mailcheck.model.finding import Refused
from mailcheck.model.limits import Limits
from mailcheck.model.location import Location
from mailcheck.model.names import parent
from mailcheck.model.progress import Progress, Silent
from mailcheck.model.zone import REMEMBERED_ZONES, PolicyFile, Zone
from mailcheck.processes import in_chunks, processes_for
from mailcheck.zonefile.alias import under_another_name
from mailcheck.zonefile.comments import MARK, suppressions
from mailcheck.zonefile.discover import Found, discover, shown_path
from mailcheck.zonefile.joined import join_zones
from mailcheck.zonefile.octodns_config import is_octodns_config
from mailcheck.zonefile.source import (
    NO_DRAFTS,
    Budget,
    Includes,
    Source,
    as_refused,
    decode,
    read_octets,
    read_source,
)

MAX_POLICY = 65_536
"""Octets of an MTA-STS policy: RFC 8461 suggests to senders that they read no more than 64 kilobytes."""


_AT_ONE_NAME = frozenset(
    {
        "master-bad-rdata",
        "master-bad-ttl",
        "master-unknown-type",
        "master-out-of-zone",
        "master-second-soa",
        "yaml-duplicate-key",
    }
)
"""Refusals of something whose owner name is known, beside those of octoDNS records."""


class Loaded(NamedTuple):
    """All zones that could be read, in the order they were found, and what could not be read.

    `barren` are those of the given paths where there was nothing to read.
    """

    zones: tuple[Zone, ...]
    refused: tuple[Refused, ...]
    barren: tuple[str, ...] = ()


class _Parsed(NamedTuple):
    """One zone as read, and what of it was refused."""

    zone: Zone
    refused: tuple[Refused, ...]


_Outcome = _Parsed | Refused | None
"""What came of a file: a zone, a refusal, or nothing where it is an octoDNS configuration."""


class _Read(NamedTuple):
    """One zone as read, and where it was found."""

    found: Found
    zone: Zone
    refused: tuple[Refused, ...]


class _Batch(NamedTuple):
    """What one process read: the outcome of each file, and what that took."""

    outcomes: list[_Outcome]
    taken: Budget
    includes: bool


def load_zones(
    paths: Sequence[Path],
    *,
    limits: Limits,
    include_root: Path | None,
    progress: Progress,
    meanwhile: Callable[[], object] | None = None,
    drafts: Mapping[str, bytes] = NO_DRAFTS,
    only: Callable[[Found], bool] | None = None,
) -> Loaded:
    """Read every zone below the given paths; one that cannot be read never stops another.

    A file that another zone includes is no zone of its own; a zone declared twice is refused the second
    time, unless both are sources of an octoDNS zone; a file of which nothing could be read gives no zone.
    `meanwhile` is called while other processes begin to read, if there are any. `drafts` are read instead
    of the files of these real paths; of `only` those found that it admits.
    """
    discovery = discover(paths, limits=limits, include_root=include_root)
    if only is not None:
        discovery = discovery._replace(zones=tuple(filter(only, discovery.zones)))
    progress.total(len(discovery.zones), "reading zones")
    loader = _Loader(limits, include_root, _common_parent(paths), drafts)
    outcomes = _read_by_several(loader, discovery.zones, progress, meanwhile)
    if outcomes is None:
        outcomes = loader.read_each(discovery.zones, progress)
    pairs = list(zip(discovery.zones, outcomes, strict=True))
    refused = [*discovery.refused, *(entry for _, entry in pairs if isinstance(entry, Refused))]
    reads = [_Read(found, *entry) for found, entry in pairs if isinstance(entry, _Parsed)]
    kept = [read for read in reads if not loader.is_included(read)]
    refused += [entry for read in kept for entry in read.refused]
    zones, twice = join_zones((read.found, read.zone) for read in kept if read.zone.records or not read.refused)
    with_policies, unread = loader.attach_policies(zones, discovery.policies)
    return Loaded(tuple(with_policies), tuple(dict.fromkeys((*refused, *twice, *unread))), discovery.barren)


def _read_by_several(
    loader: _Loader, zones: Sequence[Found], progress: Progress, meanwhile: Callable[[], object] | None
) -> list[_Outcome] | None:
    """What several processes read, each within a budget of its own.

    None where one process must read all: there are few zones, there are includes (which zones share),
    or the processes together have read more than the limits allow.
    """
    processes = processes_for(len(zones))
    if processes == 1:
        return None
    read = loader.read_batch if len(zones) <= REMEMBERED_ZONES else loader.read_packed
    outcomes: list[_Outcome] = []
    taken = Budget()
    for chunk, batch in in_chunks(read, zones, processes, meanwhile):
        taken.files |= batch.taken.files
        taken.octets += batch.taken.octets
        if batch.includes or not loader.affords(taken):
            progress.total(len(zones), "reading zones")
            return None
        outcomes += batch.outcomes
        progress.advance(len(chunk))
    loader.charge(taken)
    return outcomes


def _packed(outcome: _Outcome) -> _Outcome:
    if not isinstance(outcome, _Parsed):
        return outcome
    from mailcheck.model.packed import pack

    return outcome._replace(zone=replace(outcome.zone, records=pack(outcome.zone.records)))


def _common_parent(paths: Sequence[Path]) -> Path:
    folders = [os.path.abspath(path if path.is_dir() else path.parent) for path in paths]  # noqa: PTH100
    return Path(os.path.commonpath(folders)) if folders else Path.cwd()


def _other_zone(found: Found, zone: Zone) -> InputRefused:
    message = f"the file holds the zone {zone.name}, where the octoDNS configuration wants {found.zone_name}"
    return InputRefused("octodns-zone", message, path=found.shown)


def _leaves_a_gap(entry: Refused) -> bool:
    """Whether it is not known at which names the refused part of a zone has records."""
    if entry.code.startswith("record-"):
        return entry.code == "record-bad-name"
    return entry.code not in _AT_ONE_NAME


class _Loader:
    """Reads zones one after the other, within one budget."""

    def __init__(
        self, limits: Limits, include_root: Path | None, fallback: Path, drafts: Mapping[str, bytes]
    ) -> None:
        self._limits = limits
        self._drafts = drafts
        self._include_root = include_root
        self._fallback = fallback
        self._budget = Budget()
        self._includes = Includes(
            include_root, fallback=fallback, limits=limits, budget=self._budget, drafts=drafts
        )

    def read_each(self, zones: Sequence[Found], progress: Progress) -> list[_Outcome]:
        """Read one after the other; what cannot be read is a refusal among the others."""
        outcomes = []
        for found in zones:
            outcomes.append(self._read(found))
            progress.advance()
        return outcomes

    def read_batch(self, zones: Sequence[Found]) -> _Batch:
        """Read in a process of its own, with a fresh budget."""
        own = _Loader(self._limits, self._include_root, self._fallback, self._drafts)
        outcomes = own.read_each(zones, Silent())
        return _Batch(outcomes, own._budget, own._includes.used)

    def read_packed(self, zones: Sequence[Found]) -> _Batch:
        """The same, of more zones than are kept at hand."""
        batch = self.read_batch(zones)
        return batch._replace(outcomes=[_packed(outcome) for outcome in batch.outcomes])

    def affords(self, taken: Budget) -> bool:
        """Whether all that other processes have read is within the limits of one run."""
        return len(taken.files) <= self._limits.files and taken.octets <= self._limits.total_size

    def charge(self, taken: Budget) -> None:
        """Count what other processes have read."""
        self._budget.files |= taken.files
        self._budget.octets += taken.octets

    def _read(self, found: Found) -> _Outcome:
        try:
            sources, unread = self._sources(found)
            if found.kind == "octodns" and len(found.files) == 1 and is_octodns_config(sources[0].text):
                return None
            zone, refused = self._parse(found, sources)
            if found.deployed and zone.name != found.zone_name:
                raise _other_zone(found, zone)
            if found.alias is not None:
                zone, too_long = under_another_name(zone, found.alias)
                refused += too_long
        except InputRefused as error:
            return as_refused(error)
        if noted := [source for source in (*sources, *self._includes.take_read()) if MARK in source.text]:
            zone = replace(zone, suppressions=suppressions(noted, found.kind))
        if found.incomplete or unread or any(_leaves_a_gap(entry) for entry in refused):
            zone = replace(zone, incomplete=True)
        return _Parsed(zone, (*unread, *refused))

    def _sources(self, found: Found) -> tuple[list[Source], list[Refused]]:
        """The files that can be read; raises `InputRefused` where none can."""
        sources: list[Source] = []
        errors: list[InputRefused] = []
        for path in found.files:
            shown = found.shown if found.shown.endswith(path.name) else shown_path(path)
            try:
                sources.append(read_source(path, shown, self._limits, self._budget, self._drafts))
            except InputRefused as error:
                errors.append(error)
        if not sources:
            raise errors[0]
        return sources, [as_refused(error) for error in errors]

    def _parse(self, found: Found, sources: Sequence[Source]) -> tuple[Zone, tuple[Refused, ...]]:
        if found.kind == "master":
            from mailcheck.zonefile.bind import read_master

            return read_master(
                sources[0], found.zone_name, found.shown, limits=self._limits, includes=self._includes
            )
        from mailcheck.zonefile.octodns_yaml import OctodnsSettings, read_octodns

        settings = OctodnsSettings(found.settings.default_ttl, found.settings.escaped_semicolons)
        assert found.zone_name is not None  # octoDNS zones are named by their files
        return read_octodns(
            sources, found.zone_name, found.shown, settings=settings, limits=self._limits, includes=self._includes
        )

    def is_included(self, read: _Read) -> bool:
        """Whether another zone includes this one's file.

        Of two files that include each other one stays: the include that closes the circle was refused.
        """
        return len(read.found.files) == 1 and self._includes.is_included(read.found.files[0])

    def attach_policies(
        self, zones: Sequence[Zone], policies: Mapping[str, Path]
    ) -> tuple[list[Zone], list[Refused]]:
        """Each MTA-STS policy file given to the zone that its domain is in."""
        names = {zone.name for zone in zones}
        refused: list[Refused] = []
        texts: dict[str, dict[str, PolicyFile]] = {}
        for domain, path in policies.items():
            owner = domain
            while owner not in names and owner != ".":
                owner = parent(owner)
            if owner not in names:
                continue
            try:
                shown = shown_path(path)
                octets = read_octets(path, shown, self._limits._replace(zone_file_size=MAX_POLICY), self._budget)
                text = decode(octets, shown)
            except InputRefused as error:
                refused.append(as_refused(error))
                continue
            if octets.startswith(BOM_UTF8):  # senders see it, and refuse the policy
                text = "\ufeff" + text
            at = Location(shown, 1, 1, 1, 1)
            texts.setdefault(owner, {})[domain] = PolicyFile(domain, text, at)
        return [
            replace(zone, policies=texts[zone.name]) if zone.name in texts else zone for zone in zones
        ], refused
