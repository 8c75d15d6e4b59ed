"""A small YAML document with the place of each of its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from mailcheck.errors import ConfigError
from mailcheck.model.location import Location

MAX_SIZE = 1_000_000
MAX_DEPTH = 32

Path = tuple[str | int, ...]


class Document(NamedTuple):
    """Plain data (mappings, lists, scalars) and 1-based line and column by path from the root."""

    path: str
    data: Any
    places: Mapping[Path, tuple[int, int]]

    def error(self, message: str, at: Path = (), hint: str = "") -> ConfigError:
        """A ConfigError at the value that `at` leads to."""
        line, column = self.place(at)
        return ConfigError(message, path=self.path, line=line, column=column, hint=hint)

    def origin(self, at: Path) -> str:
        """`path:line:column` of a value."""
        line, column = self.place(at)
        return f"{self.path}:{line}:{column}"

    def location(self, at: Path) -> Location:
        """Where a key or an item stands, as wide as its text."""
        line, column = self.place(at)
        value = self._value(at)
        width = len(value if isinstance(value, str) and isinstance(at[-1], int) else str(at[-1]))
        return Location(self.path, line, column, line, column + width)

    def _value(self, at: Path) -> Any:
        found = self.data
        for part in at:
            found = found[part]
        return found

    def place(self, at: Path) -> tuple[int, int]:
        """The place of a value, or of the nearest one above it that has one."""
        while at not in self.places and at:
            at = at[:-1]
        return self.places.get(at, (1, 1))


def named(at: Path) -> str:
    """A value by the way that leads to it, for messages."""
    return f"`{'.'.join(str(part) for part in at)}`" if at else "the document"


def nearest(word: str, known: Sequence[str]) -> str:
    """A hint: the known word that is closest, else all of them."""
    import difflib

    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known here: {', '.join(known) or 'none'}"


def read_document(text: str, path: str) -> Document:
    """Parse `text`; scalars by YAML's core types, dates left as text.

    Raises ConfigError for bad YAML, duplicate keys, tags of one's own, and anything over the limits
    (size, nesting), and aliases.
    """
    if len(text) > MAX_SIZE:
        raise ConfigError(f"configuration over {MAX_SIZE} characters", path=path, line=1, column=1)
    places: dict[Path, tuple[int, int]] = {}
    try:
        _bound(text, path)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise ConfigError(f"not YAML: {error.problem}", path=path, line=line, column=column) from None
    except yaml.YAMLError as error:
        raise ConfigError(f"not YAML: {error}", path=path, line=1, column=1) from None
    data = _plain(node, (), places, path) if node is not None else {}
    return Document(path, data, places)


def _bound(text: str, path: str) -> None:
    """Refuse deep nesting and aliases from the parser's events, before anything is built.

    Aliases of aliases grow without bound when they are expanded, and a few settings need none.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        mark = event.start_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if isinstance(event, yaml.AliasEvent):
            raise ConfigError("aliases are not read here", path=path, line=line, column=column)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise ConfigError(f"nested deeper than {MAX_DEPTH}", path=path, line=line, column=column)


def _plain(node: yaml.Node, at: Path, places: dict[Path, tuple[int, int]], path: str) -> Any:
    places[at] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise ConfigError("a key must be a word", path=path, line=line, column=column)
            key = str(key_node.value)
            if key in found:
                raise ConfigError(f"{key!r} stands here twice", path=path, line=line, column=column)
            found[key] = _plain(value_node, (*at, key), places, path)
            places[(*at, key)] = (line, column)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*at, index), places, path) for index, item in enumerate(node.value)]
    return _scalar(node, path)


def _scalar(node: yaml.Node, path: str) -> Any:
    text = str(node.value)
    match node.tag.removeprefix("tag:yaml.org,2002:"):
        case "null":
            return None
        case "bool":
            return text.lower() in ("true", "yes", "on")
        case "int" if text.isascii() and text.lstrip("-+").isdigit() and len(text) < 20:
            return int(text)
        case "int" | "float" | "str" | "timestamp" | "merge" | "value":
            return text
    mark = node.start_mark
    raise ConfigError(f"unknown tag {node.tag}", path=path, line=mark.line + 1, column=mark.column + 1)
