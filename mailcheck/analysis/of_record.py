"""What rules look at where that is one record, read in some way."""

from __future__ import annotations

from mailcheck.model.location import Location
from mailcheck.model.record import Record


class OfRecord:
    """A subject that holds one record: its owner name, its type and its place are the record's.

    No dataclass, and neither are its heirs: to declare one takes as long as to check a zone.
    """

    def __init__(self, record: Record) -> None:
        self.record = record

    @property
    def name(self) -> str:
        return self.record.name

    @property
    def type(self) -> str:
        return self.record.type

    @property
    def at(self) -> Location:
        return self.record.at
