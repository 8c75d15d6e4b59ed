"""A file of cases for `mailcheck trace`: messages, and what is expected of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, cast

from mailcheck.config.document import Document, named, read_document
from mailcheck.config.document import Path as At
from mailcheck.config.find import read_text
from mailcheck.config.shapes import mapping, optional_string, strings
from mailcheck.model.location import Location
from mailcheck.model.trace import Case, Expectation, Given, Part

_SPF = ("pass", "fail", "softfail", "neutral", "none", "temperror", "permerror")
_DKIM = ("pass", "fail", "none", "neutral", "policy", "temperror", "permerror")
_VERDICT = ("pass", "fail")
RESULTS: Mapping[Part, tuple[str, ...]] = {
    "verdict": _VERDICT,
    "spf": _SPF,
    "helo": _SPF,
    "dkim": _DKIM,
    "arc": ("pass", "fail", "none", "temperror"),
    "dmarc": ("pass", "fail", "none", "temperror"),
    "policy": ("none", "quarantine", "reject"),
    "ptr": ("pass", "fail", "temperror", "permerror"),
    "forwarded": _VERDICT,
}
"""What each part may be expected to come to, in the words of RFC 8601; the policy in those of RFC 9989."""

_FIELDS = {
    "ip": "ip",
    "helo": "helo",
    "mail-from": "mail_from",
    "from": "author",
    "message": "message",
    "via": "via",
    "via-ip": "via_ip",
    "srs-domain": "srs_domain",
}
_KEYS = ("name", *_FIELDS, "dkim", "expect")


class Cases(NamedTuple):
    """The cases of a file, and the document they were read from: it tells where a parameter stands."""

    document: Document
    cases: tuple[Case, ...]

    def place_of(self, index: int, field: str) -> At:
        """The way to the parameter of a case that fills `field` of its `Given`."""
        keys = {field: key for key, field in _FIELDS.items()}
        return ("cases", index, keys.get(field, field))


def read_cases(path: Path, shown: str) -> Cases:
    """The cases of a file; messages are named relative to its folder.

    Raises UsageError where the file cannot be read, ConfigError where it is wrong.
    """
    document = read_document(read_text(path), shown)
    root = mapping(document, document.data, (), ("cases",))
    entries = root.get("cases")
    if not isinstance(entries, list) or not entries:
        raise document.error("`cases` must be a list of cases", ("cases",))
    cases = Cases(document, tuple([_case(document, entry, ("cases", at)) for at, entry in enumerate(entries)]))
    names: set[str] = set()
    for at, case in enumerate(cases.cases):
        if case.name in names:
            raise document.error(f"two cases have the name {case.name!r}", ("cases", at, "name"))
        names.add(case.name)
    return cases


def _case(document: Document, entry: Any, at: At) -> Case:
    values = mapping(document, entry, at, _KEYS)
    name = optional_string(document, values.get("name"), (*at, "name"))
    if not name:
        raise document.error("a case needs a `name`", at)
    expectations = tuple(_expectations(document, values.get("expect"), (*at, "expect")))
    return Case(name, _given(document, values, at), expectations, _location(document, at))


def _given(document: Document, values: Mapping[str, Any], at: At) -> Given:
    texts: dict[str, Any] = {}
    for key, field in _FIELDS.items():
        texts[field] = optional_string(document, values.get(key), (*at, key))
        if key in values and texts[field] is None:
            raise document.error(f"`{key}` has no value", (*at, key), "an empty text is written ''")
    message = texts["message"]
    if message is not None and (message.startswith("/") or ".." in PurePosixPath(message).parts):
        raise document.error("a message lies below the folder of its cases", (*at, "message"))
    return Given(**texts, dkim=strings(document, values.get("dkim"), (*at, "dkim")))


def _expectations(document: Document, value: Any, at: At) -> Iterator[Expectation]:
    if value is None:
        raise document.error("a case needs `expect`: `pass`, `fail`, or what each part must come to", at)
    if isinstance(value, str):
        yield _expectation(document, "verdict", value, at)
        return
    parts = mapping(document, value, at, tuple(RESULTS))
    if not parts:
        raise document.error(f"{named(at)} expects nothing", at)
    for part, wanted in parts.items():
        yield _expectation(document, cast("Part", part), wanted, (*at, part))


def _expectation(document: Document, part: Part, wanted: Any, at: At) -> Expectation:
    if wanted not in RESULTS[part]:
        raise document.error(f"{named(at)} is one of {', '.join(RESULTS[part])}, not {wanted!r}", at)
    return Expectation(part, wanted, _location(document, at))


def _location(document: Document, at: At) -> Location:
    line, column = document.place(at)
    return Location(document.path, line, column, line, column)
