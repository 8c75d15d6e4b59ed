"""The records that one `$GENERATE` stands for."""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.errors import InputRefused
from mailcheck.grammar.master_file import Bad, EntryScanner, Field
from mailcheck.grammar.master_generate import expand, parse_range, parse_template
from mailcheck.grammar.master_name import parse_name
from mailcheck.zonefile.master_rdata import Rdata, loosely, read_rdata


class Generated:
    """A checked `$GENERATE`; raises `InputRefused` (`master-generate`) where range or templates are wrong."""

    def __init__(
        self, values: Field, owner: Field, value: Field, *, rtype: str, origin: str | None, path: str
    ) -> None:
        self._owner_field = owner
        self._value_field = value
        self._rtype = rtype
        self._origin = origin
        self._path = path
        numbers = parse_range(values.raw)
        if isinstance(numbers, Bad):
            raise self._error(numbers.message, values)
        self._values = numbers
        owners = parse_template(owner.raw)
        if isinstance(owners, Bad):
            raise self._error(owners.message, owner)
        self._owners = owners
        texts = parse_template(value.raw)
        if isinstance(texts, Bad):
            raise self._error(texts.message, value)
        self._texts = texts

    @property
    def count(self) -> int:
        """How many records it makes."""
        return len(self._values)

    def records(self) -> Iterator[tuple[str, Rdata]]:
        """Owner and RDATA of each; raises `InputRefused` at the first that cannot be read."""
        pairs = zip(expand(self._owners, self._values), expand(self._texts, self._values), strict=True)
        for owner, text in pairs:
            name = owner if isinstance(owner, Bad) else parse_name(owner, self._origin)
            if isinstance(name, Bad):
                raise self._error(name.message, self._owner_field)
            if isinstance(text, Bad):
                raise self._error(text.message, self._value_field)
            yield name.lower(), self._rdata(text)

    def _rdata(self, text: str) -> Rdata:
        entry, end, _ = EntryScanner(text).read(0, 1)
        if entry.fault is not None or not entry.fields or end < len(text):
            raise self._error(f"`{text}` is no value", self._value_field)
        here = self._value_field
        fields = [field._replace(line=here.line, column=here.column) for field in entry.fields]
        rdata = read_rdata(self._rtype, fields, self._origin, self._path)
        return rdata._replace(at=loosely(rdata.text, (here,), self._path))

    def _error(self, message: str, field: Field) -> InputRefused:
        return InputRefused("master-generate", message, path=self._path, line=field.line, column=field.column)
