"""Where names, records and values of an octoDNS file begin and end, for the comments on them."""

from __future__ import annotations

import yaml

from mailcheck.zonefile.lines import Lines

MAX_DEPTH = 64


def yaml_things(text: str) -> tuple[list[Lines], list[tuple[int, int]]]:
    """Entries of names and items of lists as lines, and the offsets of all scalars.

    Up to the first error, and to what is nested too deep to be a record.
    """
    walk = _YamlWalk(text)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            walk.take(event)
            if walk.depth > MAX_DEPTH:  # libyaml's time grows with the square of the depth
                break
    except yaml.YAMLError:
        pass  # what comes before the error stands; the reader of the zone tells the error
    return walk.things, walk.strings


class _YamlWalk:
    """Follows YAML events: top-level keys with their values, and items of sequences, are things."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[tuple[bool, int]] = []
        self._nodes: list[int] = [0]
        self._last = 1
        self._key_line = 1
        self.things: list[Lines] = []
        self.strings: list[tuple[int, int]] = []

    @property
    def depth(self) -> int:
        """How many collections are open."""
        return len(self._open)

    def take(self, event: yaml.Event) -> None:
        start, end = event.start_mark, event.end_mark
        assert start is not None
        assert end is not None
        if isinstance(event, yaml.ScalarEvent):
            begins = start.index
            if event.style in ("|", ">"):
                begins = max(begins, self._text.find("\n", begins))
            self.strings.append((begins, end.index))
        if isinstance(event, yaml.CollectionStartEvent):
            self._open.append((isinstance(event, yaml.SequenceStartEvent), start.line + 1))
            self._nodes.append(0)
            return
        if not isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent, yaml.CollectionEndEvent)):
            return
        first = start.line + 1
        if end.index > start.index:
            self._last = max(first, end.line + 1 if end.column else end.line)
        if isinstance(event, yaml.CollectionEndEvent):
            _, first = self._open.pop()
            self._nodes.pop()
        self._complete(first)

    def _complete(self, first: int) -> None:
        """A node that began on line `first` is at its end."""
        depth = len(self._open)
        count = self._nodes[-1]
        self._nodes[-1] += 1
        if depth and self._open[-1][0]:
            self.things.append(Lines(first, max(first, self._last), depth))
        elif depth == 1 and count % 2 == 0:
            self._key_line = first
        elif depth == 1:
            self.things.append(Lines(self._key_line, max(first, self._last), depth))
