"""What is wrong in the spec: pydantic's account of it as one sentence with a place and the nearest valid word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mailcheck.config.document import Document, Path, named, nearest
from mailcheck.config.spec_models import SECTIONS
from mailcheck.errors import ConfigError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_KINDS = {
    "string_type": "a string",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
}


def first_error(document: Document, errors: Iterable[ErrorDetails]) -> ConfigError:
    """The error that stands first in the file."""
    told = [_error(document, error) for error in errors]
    return min(told, key=lambda error: (error.line, error.column))


def _error(document: Document, error: ErrorDetails) -> ConfigError:
    at = _path(error["loc"])
    given: Any = error["input"]
    context: Mapping[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            known = _keys(at)
            return document.error(f"{named(at[:-1])} has no key {at[-1]!r}", at, nearest(str(at[-1]), known))
        case "literal_error":
            words = re.findall(r"'([^']*)'", context["expected"])
            message = f"{named(at)} is one of {', '.join(words)}, not {_shown(given)}"
            return document.error(message, at, nearest(str(given), words))
        case "value_error":
            return document.error(f"{named(at)}: {context['error']}", at)
        case kind if kind in _KINDS:
            hint = f'write it in quotes: "{given}"' if kind == "string_type" and _is_number(given) else ""
            return document.error(f"{named(at)} must be {_KINDS[kind]}, not {_shown(given)}", at, hint)
        case _:
            return document.error(f"{named(at)}: {error['msg']}", at)


def _path(loc: tuple[int | str, ...]) -> Path:
    """The way from the root; pydantic marks a key that is itself wrong with a part of its own."""
    return tuple(part for part in loc if part != "[key]")


def _keys(at: Path) -> tuple[str, ...]:
    fields = SECTIONS[str(at[0])].model_fields
    return tuple(field.alias or name for name, field in fields.items())


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _shown(value: object) -> str:
    """A value as the file has it; a whole mapping or list is only named."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else repr(value)
