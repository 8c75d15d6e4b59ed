"""The entries of a YAML file, one at a time: a file of any size needs the memory of its largest entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from yaml.error import YAMLError
from yaml.events import MappingStartEvent, SequenceStartEvent

from mailcheck.grammar.yaml_document import Document, Include
from mailcheck.grammar.yaml_feed import ForbiddenCharacter
from mailcheck.grammar.yaml_limits import Allowance, Stop
from mailcheck.grammar.yaml_nodes import Mapping, Node, Refusals, Sequence, point, start_of
from mailcheck.grammar.yaml_scalars import Scalar, tag_of
from mailcheck.model.finding import Refused
from mailcheck.model.limits import Limits
from mailcheck.model.location import Location


class YamlReader:
    """The entries of the top-level mapping of one file.

    `entries` does not raise on bad input: what could not be read is added to `refusals`, or stands as
    a `Refused` in the place of a node. `merged` holds, once `entries` is through, what top-level merge
    keys (`<<`) brought, each with the offset in the file of its merge key: octoDNS has such an entry
    override what stands before the merge key, and be overridden by what stands after it.

    Raises `UsageError` where PyYAML was built without libyaml.
    """

    def __init__(
        self, path: str, text: str, limits: Limits, refusals: Refusals, include: Include | None = None
    ) -> None:
        self.merged: dict[str, tuple[Scalar, Node, int]] = {}
        self._refusals = refusals
        self._allowance = Allowance(limits)
        self._document = Document(path, text, self._allowance, refusals, include)

    def entries(self) -> Iterator[tuple[Scalar, Node]]:
        """Key and value of each top-level entry, as they come; the same key may come again."""
        try:
            yield from self._entries()
        except Stop as stop:
            self._refusals.add(stop.refused)
        except (YAMLError, ForbiddenCharacter) as error:
            self._refusals.add(self._document.syntax_error(error))

    def _entries(self) -> Iterator[tuple[Scalar, Node]]:
        document = self._document
        root = document.root()
        if root is None:
            return
        if type(root) is SequenceStartEvent:
            start: Any = root.start_mark
            self._refuse_root(point(start), "a list")
            return
        if type(root) is MappingStartEvent:
            for key, value in document.pairs(root):
                if key.value == "<<" and key.implicit[0]:
                    self._merge(key, value)
                else:
                    yield key, value
        else:
            node = document.node(root, 1)
            if isinstance(node, Mapping):
                yield from node.items.values()
            elif isinstance(node, Refused):
                self._refusals.add(node)
            elif isinstance(node, Sequence) or tag_of(node) != "null":
                self._refuse_root(start_of(node), "a list" if isinstance(node, Sequence) else "a single value")
        if (more := document.finish()) is not None:
            self._refusals.add(more)

    def _refuse_root(self, at: Location, what: str) -> None:
        message = f"the file holds {what} where names with their records belong"
        self._refusals.add(Refused("yaml-not-mapping", at, message))

    def _merge(self, key: Scalar, value: Node) -> None:
        self._allowance.keep(self._allowance.entry_start - self._allowance.events, point(key.start_mark))
        for source in self._document.merge_sources(value):
            for name, (merged_key, node) in source.items.items():
                self.merged[name] = (merged_key, node, key.start_mark.index)
