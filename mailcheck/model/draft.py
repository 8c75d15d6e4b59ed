"""Files that `mailcheck init` is about to write: zones and the spec, with comments on what is left to fill in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from mailcheck.model.location import NOWHERE
from mailcheck.model.record import Record
from mailcheck.model.spec import MailSpec

TTL = 3600


class Entry(NamedTuple):
    """One record set with the comment lines before it; without records, comments that stand for missing ones."""

    records: tuple[Record, ...] = ()
    notes: tuple[str, ...] = ()


class ZoneDraft(NamedTuple):
    """A zone by its absolute name; `notes` are comment lines at its head."""

    name: str
    entries: tuple[Entry, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def records(self) -> tuple[Record, ...]:
        """The records of all entries."""
        return tuple([record for entry in self.entries for record in entry.records])


class SpecDraft(NamedTuple):
    """A spec, comment lines before its domains and its hosts, and the rules it leaves out, by id with a reason."""

    spec: MailSpec
    domain_notes: tuple[str, ...] = ()
    host_notes: tuple[str, ...] = ()
    ignored: Mapping[str, str] = MappingProxyType({})


class Draft(NamedTuple):
    """All that is to be written; `open` tells, one sentence each, what only the reader can supply."""

    zones: tuple[ZoneDraft, ...]
    spec: SpecDraft | None = None
    open: tuple[str, ...] = ()


def draft_record(name: str, rtype: str, text: str) -> Record:
    """A record that no file holds yet; `text` as Record has it."""
    return Record(name, rtype, TTL, text, NOWHERE, NOWHERE)


def comment(note: str) -> str:
    """A note as one line of a file that no reader takes for anything but a remark, whatever it quotes."""
    shown = "".join([char if " " <= char <= "~" else f"\\{ord(char):03d}" for char in note])
    return shown.replace("mailcheck:", "mailcheck\\058")
