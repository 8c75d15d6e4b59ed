"""One YAML document, from libyaml's events to nodes, bounded before anything is built."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from mailcheck.errors import InputRefused, UsageError
from mailcheck.grammar.yaml_feed import Feed, ForbiddenCharacter, corrected, mark_corrector
from mailcheck.grammar.yaml_limits import Allowance, Stop
from mailcheck.grammar.yaml_nodes import Mapping, Node, Refusals, Sequence, point, repeated, start_of
from mailcheck.grammar.yaml_scalars import Scalar
from mailcheck.model.finding import Refused
from mailcheck.model.location import Location
from mailcheck.model.text import shorten

_PREFIX = "tag:yaml.org,2002:"
_TYPED_TAGS: Final = frozenset(_PREFIX + name for name in ("bool", "float", "int", "null", "timestamp"))
_STRING_TAGS: Final = ("!", _PREFIX + "str")
_MAPPING_TAGS: Final = (None, "!", _PREFIX + "map")
_SEQUENCE_TAGS: Final = (None, "!", _PREFIX + "seq")
_STARTS: Final = (MappingStartEvent, SequenceStartEvent)
_ENDS: Final = (MappingEndEvent, SequenceEndEvent)
_HOPELESS_DEPTH = 8
_TAG_DIRECTIVES = 100

Include = Callable[[str, str, int, int], tuple[str, str]]
"""Given the including file, the target and the include's line and column: path and text of the file
that is included. Raises `InputRefused`."""


class Document:
    """One document, read event by event; anchors are its own.

    Every method may raise `Stop`, `YAMLError` or `ForbiddenCharacter`; nothing else on bad input.
    """

    def __init__(
        self, path: str, text: str, allowance: Allowance, refusals: Refusals, include: Include | None
    ) -> None:
        try:
            from yaml._yaml import CParser
        except ImportError:
            hint = "install PyYAML from a wheel, or build it with libyaml"
            raise UsageError(
                "this PyYAML comes without libyaml, by which YAML files are read", hint=hint
            ) from None
        self._path = path
        self._allowance = allowance
        self._refusals = refusals
        self._include = include
        self._anchors: dict[str, tuple[Node, int] | None] = {}
        self._end = len(text.rstrip())
        self._too_many_directives = text.count("\n%TAG") > _TAG_DIRECTIVES
        get_event: Callable[[], Any] = CParser(Feed(path, text)).get_event
        self._correct = mark_corrector(text)
        self._get = corrected(get_event, self._correct)

    def root(self) -> Any:
        """The first event of the document, None where the file holds none."""
        if self._too_many_directives:
            at = Location(self._path, 1, 1, 1, 2)
            raise Stop(Refused("yaml-tag", at, f"more than {_TAG_DIRECTIVES} %TAG directives"))
        self._get()
        event = self._get()
        return None if isinstance(event, StreamEndEvent) else self._get()

    def finish(self) -> Refused | None:
        """Read on to the end of the file, where nothing more may stand."""
        self._get()
        event = self._get()
        if event.__class__ is not DocumentStartEvent:
            return None
        start: Any = event.start_mark
        message = "a second document starts here, which is not read"
        return Refused("yaml-multiple-documents", point(start), message, "keep one document in a file")

    def pairs(self, start: Any) -> Iterator[tuple[Scalar, Node]]:
        """Key and value of the mapping at the root, which starts with the event `start`, one by one."""
        allowance = self._allowance
        if start.tag not in _MAPPING_TAGS:
            self._refusals.add(_bad_tag(start))
        if start.anchor is not None:
            self._anchors[start.anchor] = None
        while True:
            event = self._get()
            if event.__class__ is MappingEndEvent:
                return
            allowance.start_entry(event)
            plain = event.__class__ is Scalar and event.tag is None and event.anchor is None
            key = event if plain else self._key(event, 1)
            value = self.node(self._get(), 2)
            if key is not None:
                yield key, value

    def node(self, event: Any, depth: int) -> Node:
        """The node that starts with `event`, all of its events used up."""
        kind = event.__class__
        if kind is AliasEvent:
            return self._alias(event)
        anchor = event.anchor
        before = self._allowance.events
        if anchor is not None:
            if anchor in self._anchors:
                message = f"the anchor `&{shorten(anchor)}` is given twice"
                self._refusals.add(Refused("yaml-duplicate-anchor", point(event.start_mark), message))
            self._anchors[anchor] = None
        if kind is Scalar:
            node: Node = event if event.tag is None else self._tagged(event, depth)
        elif depth > self._allowance.depth:
            node = self._skipped(event)
        elif kind is MappingStartEvent:
            node = self._mapping(event, depth)
        else:
            node = self._sequence(event, depth)
        if anchor is not None:
            size = before - self._allowance.events + 1
            self._allowance.keep(size, point(event.start_mark))
            self._anchors[anchor] = node, size
        return node

    def merge_sources(self, value: Node) -> list[Mapping]:
        """The mappings that `<<: value` merges, the one that wins last."""
        values = value.items[::-1] if isinstance(value, Sequence) else [value]
        sources = []
        for node in values:
            if isinstance(node, Mapping):
                sources.append(node)
            elif isinstance(node, Refused):
                self._refusals.add(node)
            else:
                self._refusals.add(Refused("yaml-merge", start_of(node), "`<<` merges mappings only"))
        return sources

    def syntax_error(self, error: YAMLError | ForbiddenCharacter) -> Refused:
        """What libyaml says, and where."""
        if isinstance(error, ForbiddenCharacter):
            at = Location(self._path, error.line, error.column, error.line, error.column + 1)
            return Refused("yaml-syntax", at, f"the character U+{error.code:04X} may not stand in a YAML file")
        if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
            return Refused("yaml-syntax", Location(self._path, 1, 1, 1, 2), shorten(str(error)))
        message = ", ".join(part for part in (error.context, error.problem) if part)
        mark = self._correct(error.problem_mark)
        begun = None if error.context_mark is None else self._correct(error.context_mark)
        if begun is not None and mark.index >= self._end:
            mark = begun
        elif begun is not None and begun.line != mark.line:
            message += f" (begun in line {begun.line + 1})"
        # libyaml has a bound of its own, and reads ahead of what is looked at here.
        code = "yaml-depth" if "nesting depth" in message else "yaml-syntax"
        return Refused(code, point(mark), message, "the rest of the file is not read until this is mended")

    def _mapping(self, start: Any, depth: int) -> Node:
        node = Mapping(start.start_mark)
        items = node.items
        merged: set[str] = set()
        get = self._get
        allowance = self._allowance
        floor = allowance.floor
        left = allowance.events
        while (key := get()).__class__ is not MappingEndEvent:
            left -= 2
            if left < floor:
                raise allowance.exhausted(key)
            if key.__class__ is not Scalar or key.tag is not None or key.anchor is not None:
                allowance.events = left
                key = self._key(key, depth)
                left = allowance.events
            value = get()
            if value.__class__ is not Scalar or value.tag is not None or value.anchor is not None:
                allowance.events = left
                value = self.node(value, depth + 1)
                left = allowance.events
            if key is None:
                continue
            name = key.value
            if name == "<<" and key.implicit[0]:
                for source in self.merge_sources(value):
                    items.update(source.items)
                    merged.update(source.items)
            elif name in items and name not in merged:
                self._refusals.add(repeated(key, items[name][0].start_mark.line + 1))
            else:
                items[name] = (key, value)
                if merged:
                    merged.discard(name)
        allowance.events = left
        return node if start.tag in _MAPPING_TAGS else _bad_tag(start)

    def _sequence(self, start: Any, depth: int) -> Node:
        node = Sequence(start.start_mark)
        append = node.items.append
        get = self._get
        allowance = self._allowance
        floor = allowance.floor
        left = allowance.events
        while (item := get()).__class__ is not SequenceEndEvent:
            left -= 1
            if left < floor:
                raise allowance.exhausted(item)
            if item.__class__ is not Scalar or item.tag is not None or item.anchor is not None:
                allowance.events = left
                item = self.node(item, depth + 1)
                left = allowance.events
            append(item)
        allowance.events = left
        return node if start.tag in _SEQUENCE_TAGS else _bad_tag(start)

    def _key(self, event: Any, depth: int) -> Scalar | None:
        node = self.node(event, depth + 1)
        if isinstance(node, Scalar):
            return node
        if not isinstance(node, Refused):
            node = Refused("yaml-bad-key", start_of(node), "a name must be plain text, not a list or mapping")
        self._refusals.add(node)
        return None

    def _alias(self, event: Any) -> Node:
        allowance = self._allowance
        at = point(event.start_mark)
        allowance.aliases -= 1
        if allowance.aliases < 0:
            raise Stop(Refused("yaml-alias-limit", at, "too many aliases, the rest of this file is not read"))
        if event.anchor not in self._anchors:
            return Refused("yaml-undefined-alias", at, f"no anchor `&{shorten(event.anchor)}` stands before this")
        anchored = self._anchors[event.anchor]
        if anchored is None:
            return Refused("yaml-alias-cycle", at, f"`*{shorten(event.anchor)}` stands inside what it repeats")
        node, size = anchored
        allowance.expansion -= size
        if allowance.expansion < 0:
            message = "aliases repeat too much, the rest of this file is not read"
            raise Stop(Refused("yaml-alias-limit", at, message))
        allowance.spend(size, event)
        return node

    def _tagged(self, event: Any, depth: int) -> Node:
        if event.tag == "!include":
            return self._included(event, depth)
        if event.tag in _STRING_TAGS:
            text: Scalar = event
            return text
        if event.tag in _TYPED_TAGS:
            implicit = (True, False)
            return Scalar(None, None, implicit, event.value, event.start_mark, event.end_mark, event.style)
        return _bad_tag(event)

    def _included(self, event: Any, depth: int) -> Node:
        mark = event.start_mark
        if self._include is None:
            return _bad_tag(event)
        try:
            path, text = self._include(self._path, event.value, mark.line + 1, mark.column + 1)
        except InputRefused as error:
            at = Location(error.path, error.line, error.column, error.line, error.column + 1)
            return Refused(error.code, at, error.message, error.hint)
        document = Document(path, text, self._allowance, self._refusals, self._include)
        try:
            root = document.root()
            if root is None:
                return Scalar(None, None, (True, False), "", mark, event.end_mark, "")
            self._allowance.spend(1, root)
            node = document.node(root, depth + 1)
            return document.finish() or node
        except (YAMLError, ForbiddenCharacter) as error:
            return document.syntax_error(error)

    def _skipped(self, start: Any) -> Refused:
        """Pass over a collection that lies too deep."""
        allowance = self._allowance
        deepest = allowance.depth * _HOPELESS_DEPTH
        refused = Refused("yaml-depth", point(start.start_mark), f"nested over {allowance.depth} levels deep")
        nested = 1
        while nested:
            event = self._get()
            allowance.spend(1, event)
            if isinstance(event, _STARTS):
                nested += 1
                if nested > deepest:
                    raise Stop(refused)
            elif isinstance(event, _ENDS):
                nested -= 1
        return refused


def _bad_tag(event: Any) -> Refused:
    tag = event.tag.replace(_PREFIX, "!!")
    return Refused("yaml-tag", point(event.start_mark), f"the tag `{shorten(tag)}` is not read in a zone file")
