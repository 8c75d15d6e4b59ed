"""Master files entry by entry: owners, TTLs, directives (RFC 1035 section 5, RFC 2308 section 4)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailcheck.errors import InputRefused
from mailcheck.grammar.master_file import Bad, Entry, EntryScanner, Field, parse_ttl
from mailcheck.grammar.master_name import parse_name
from mailcheck.model.finding import Refused
from mailcheck.model.limits import Limits
from mailcheck.model.location import Location, whole_line
from mailcheck.model.names import is_at_or_below
from mailcheck.model.patterns import late
from mailcheck.model.record import Record
from mailcheck.model.text import shorten
from mailcheck.zonefile.master_expand import Generated
from mailcheck.zonefile.master_plain import BLANK_LINES, PLAIN_LINE, plain_name, plain_rdata
from mailcheck.zonefile.master_rdata import Rdata, read_rdata, record_type
from mailcheck.zonefile.source import Includes, Source, as_refused

_OTHER_CLASS = late(r"CH|HS|CS|CHAOS|HESIOD|CLASS[0-9]{1,5}")
_ONCE = frozenset({"master-no-origin", "master-no-ttl"})
_DIRECTIVES = {"$ORIGIN": (1, 1), "$TTL": (1, 1), "$INCLUDE": (1, 2), "$GENERATE": (4, 6)}
"""The fewest and most fields that each takes."""


class MasterReader:
    """The state that a master file's entries depend on, and what they gave so far.

    `first_origin` is the `$ORIGIN` that stood above all records,
    `left_out` counts what was refused beyond the limit of what is listed.
    """

    def __init__(self, origin: str | None, limits: Limits, includes: Includes) -> None:
        self._limits = limits
        self._includes = includes
        self.records: list[Record] = []
        self.refused: list[Refused] = []
        self.left_out = 0
        self._soa: Record | None = None
        self.first_origin: str | None = None
        self._source = Source("", "")
        self._origin = origin
        self._owner: str | None = None
        self._owner_at = whole_line("")
        self._default_ttl: int | None = None
        self._last_ttl: int | None = None
        self._generated = 0
        self._told: set[str] = set()
        self.unread: set[str] = set()

    @property
    def soa_owner(self) -> str | None:
        """The owner of the first SOA."""
        return self._soa.name if self._soa else None

    def read(self, source: Source) -> None:
        """All entries of one file."""
        self._source = source
        text = source.text
        scanner = EntryScanner(text)
        at = 0
        line = 1
        while at < len(text):
            match = PLAIN_LINE.match(text, at)
            if match is not None and self._read_plain(match, line):
                at = match.end()
                line += 1
                continue
            if match is None and (blank := BLANK_LINES.match(text, at)) is not None:
                line += text.count("\n", at, blank.end())
                at = blank.end()
                continue
            entry, at, line = scanner.read(at, line)
            if entry.fields or entry.fault:
                try:
                    self._read_entry(entry)
                except InputRefused as error:
                    self._refuse(error)
                    if self._owner is not None:
                        self.unread.add(self._owner)

    def _refuse(self, error: InputRefused) -> None:
        if error.code in self._told:
            return
        if error.code in _ONCE:
            self._told.add(error.code)
        if len(self.refused) < self._limits.findings:
            self.refused.append(as_refused(error))
        else:
            self.left_out += 1

    def _error(self, code: str, message: str, field: Field, hint: str = "") -> InputRefused:
        return InputRefused(code, message, path=self._source.path, line=field.line, column=field.column, hint=hint)

    def _at(self, field: Field) -> Location:
        return Location(self._source.path, field.line, field.column, field.line, field.end_column)

    def _read_plain(self, match: re.Match[str], line: int) -> bool:
        """Take a line that matched `PLAIN_LINE`; False, and nothing changed, where it needs a closer look."""
        raw_owner, ttl_first, ttl_second, rtype = match.group(1, 2, 3, 4)
        origin = self._origin
        if origin is None or (ttl_first and ttl_second):
            return False
        path = self._source.path
        owner: str | None
        if raw_owner is None:
            owner, owner_at = self._owner, self._owner_at
        else:
            owner = plain_name(raw_owner, origin)
            owner_at = Location(path, line, 1, line, 1 + len(raw_owner))
        ttl_at = None
        ttl = self._last_ttl if self._default_ttl is None else self._default_ttl
        if ttl_first or ttl_second:
            ttl = int(ttl_first or ttl_second)
            start, end = match.span(2 if ttl_first else 3)
            before = match.start() - 1
            ttl_at = Location(path, line, start - before, line, end - before)
        if owner is None or ttl is None:
            return False
        rtype = rtype.upper()
        rdata = plain_rdata(rtype, match, origin, path, line)
        if rdata is None:
            return False
        self._last_ttl = ttl
        self._owner = owner = owner.lower()
        self._owner_at = owner_at
        self.records.append(Record(owner, rtype, ttl, rdata[0], rdata[1], owner_at, ttl_at))
        return True

    def _read_entry(self, entry: Entry) -> None:
        first = entry.fields[0] if entry.fields else None
        if first is not None and not entry.blank_owner and not first.quoted and first.raw.startswith("$"):
            self._raise_fault(entry)
            self._read_directive(first, entry.fields[1:])
            return
        fields = entry.fields
        if not entry.blank_owner:
            self._owner = None
            if first is not None:
                self._owner = self._read_owner(first)
                self._owner_at = self._at(first)
            fields = fields[1:]
        self._raise_fault(entry)
        assert first is not None  # an entry without fields has a fault
        if self._owner is None:
            message = "white space stands for the owner of the record above, and there is none that could be read"
            raise self._error("master-no-owner", message, first)
        ttl_field, rtype, rdata_fields = self._read_prefix(fields, first)
        rdata = read_rdata(rtype, rdata_fields, self._origin, self._source.path)
        ttl = self._ttl(ttl_field, rtype, rdata.text, first)
        ttl_at = self._at(ttl_field) if ttl_field else None
        self._add(rtype, ttl, rdata, ttl_at)

    def _raise_fault(self, entry: Entry) -> None:
        if entry.fault is not None:
            code, message, line, column = entry.fault
            raise InputRefused(code, message, path=self._source.path, line=line, column=column)

    def _add(self, rtype: str, ttl: int, rdata: Rdata, ttl_at: Location | None) -> None:
        assert self._owner is not None
        record = Record(self._owner, rtype, ttl, rdata.text, rdata.at, self._owner_at, ttl_at, rdata.cuts)
        if rtype == "SOA":
            if self._soa is None:
                self._soa = record
            elif self._is_second_soa(record, self._soa):
                message = f"a zone has one SOA at its apex, and this one has it in line {self._soa.at.line}"
                self._refuse(
                    InputRefused(
                        "master-second-soa",
                        message,
                        path=rdata.at.path,
                        line=rdata.at.line,
                        column=rdata.at.column,
                        hint="keep one of the two",
                    )
                )
                return
        self.records.append(record)

    def _is_second_soa(self, record: Record, first: Record) -> bool:
        """Whether name servers refuse it beside the first: it is none of another zone, and not the same again."""
        again = (record.name, record.text.lower()) == (first.name, first.text.lower())
        return is_at_or_below(record.name, first.name) and not again

    def _read_owner(self, field: Field) -> str:
        if field.quoted:
            raise self._error("master-syntax", "an owner name takes no quotes", field)
        name = parse_name(field.raw, self._origin)
        if isinstance(name, Bad):
            if self._origin is None and not field.raw.endswith("."):
                raise self._error("master-no-origin", name.message, field, "begin the file with $ORIGIN")
            raise self._error("master-bad-name", name.message, field)
        return name.lower()

    def _read_prefix(self, fields: Sequence[Field], first: Field) -> tuple[Field | None, str, Sequence[Field]]:
        """TTL, type and RDATA fields; TTL and class may be absent and stand in either order."""
        ttl_field: Field | None = None
        seen_class = False
        for index, field in enumerate(fields):
            word = field.raw.upper()
            if field.quoted:
                raise self._error("master-syntax", "a quoted string where the type is expected", field)
            if word[0] in "-0123456789":
                if ttl_field is not None:
                    raise self._error("master-syntax", f"`{shorten(field.raw)}` is a second TTL", field)
                ttl_field = field
            elif word in ("IN", "CLASS1") and not seen_class:
                seen_class = True
            elif _OTHER_CLASS.fullmatch(word):
                raise self._error("master-bad-class", f"class `{shorten(field.raw)}`: only IN is read", field)
            else:
                rtype = record_type(word)
                if rtype is None:
                    raise self._error("master-unknown-type", f"`{shorten(field.raw)}` is no record type", field)
                if index + 1 == len(fields):
                    raise self._error("master-bad-rdata", f"{rtype} without a value", field)
                return ttl_field, rtype, fields[index + 1 :]
        raise self._error("master-syntax", "neither type nor value", fields[-1] if fields else first)

    def _ttl(self, field: Field | None, rtype: str, rdata: str, first: Field) -> int:
        """The record's TTL: its own, else that of `$TTL`, else the last one given, else the SOA's minimum."""
        if field is not None:
            self._last_ttl = self._read_ttl(field)
            return self._last_ttl
        inherited = self._last_ttl if self._default_ttl is None else self._default_ttl
        if inherited is None:
            if rtype != "SOA":
                raise self._error(
                    "master-no-ttl",
                    "no TTL: neither here, nor in a record above, nor by $TTL (said once for the file)",
                    first,
                    "begin the file with $TTL",
                )
            inherited = self._default_ttl = int(rdata.rpartition(" ")[2])
        return inherited

    def _read_directive(self, directive: Field, rest: Sequence[Field]) -> None:
        word = directive.raw.upper()
        least, most = _DIRECTIVES.get(word, (0, 0))
        if not most:
            raise self._error("master-unknown-directive", f"`{shorten(directive.raw)}` is no directive", directive)
        if not least <= len(rest) <= most:
            problem = "lacks a value" if len(rest) < least else "has more fields than it takes"
            raise self._error("master-syntax", f"{word} {problem}", rest[-1] if rest else directive)
        if word == "$ORIGIN":
            before, self._origin = self._origin, None
            self._origin = self._read_origin(rest[0], before)
            if self.first_origin is None and not self.records:
                self.first_origin = self._origin.lower()
        elif word == "$TTL":
            self._default_ttl = self._read_ttl(rest[0])
        elif word == "$INCLUDE":
            self._include(rest)
        else:
            self._generate(rest)

    def _read_origin(self, field: Field, before: str | None) -> str:
        name = parse_name(field.raw, before)
        if isinstance(name, Bad):
            raise self._error("master-bad-name", name.message, field)
        return name

    def _read_ttl(self, field: Field) -> int:
        ttl = parse_ttl(field.raw)
        if isinstance(ttl, Bad):
            raise self._error("master-bad-ttl", ttl.message, field)
        return ttl

    def _include(self, rest: Sequence[Field]) -> None:
        """Read another file; origin and owner are afterwards what they were before (RFC 1035 section 5.1)."""
        target, *named = rest
        source = self._includes.resolve(self._source, target.raw, at_line=target.line, at_column=target.column)
        saved = self._source, self._origin, self._owner, self._owner_at
        try:
            if named:
                self._origin = self._read_origin(named[0], self._origin)
            self.read(source)
        finally:
            self._source, self._origin, self._owner, self._owner_at = saved

    def _generate(self, rest: Sequence[Field]) -> None:
        values, owner = rest[:2]
        ttl_field, rtype, (value, *more) = self._read_prefix(rest[2:], owner)
        if more:
            raise self._error("master-syntax", "$GENERATE takes one value: put it in quotes", more[0])
        generated = Generated(values, owner, value, rtype=rtype, origin=self._origin, path=self._source.path)
        room = self._limits.generate - self._generated
        if generated.count > room:
            message = f"{generated.count} records; {self._limits.generate} in one zone is the most"
            raise self._error("master-generate-limit", message, values)
        self._generated += generated.count
        ttl = self._ttl(ttl_field, rtype, "", owner)
        ttl_at = self._at(ttl_field) if ttl_field else None
        owner_at = self._at(owner)
        for name, rdata in generated.records():
            self._includes.budget.admit_octets(self._source.path, len(name) + len(rdata.text), self._limits)
            self.records.append(Record(name, rtype, ttl, rdata.text, rdata.at, owner_at, ttl_at, rdata.cuts))
