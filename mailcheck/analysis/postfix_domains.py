"""The address classes of Postfix: which domains stand in which (ADDRESS_CLASS_README)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_paths import Files, text_of
from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_settings import Item
from mailcheck.analysis.postfix_tables import TableRows, table_rows
from mailcheck.grammar.config_lines import numbered_lines, span
from mailcheck.grammar.postfix_values import parse_table, split_items
from mailcheck.model.location import Location
from mailcheck.model.names import absolute

CLASSES = ("mydestination", "virtual_alias_domains", "virtual_mailbox_domains", "relay_domains")
_DEEPEST = 10


@dataclass(frozen=True, slots=True)
class _Part:
    """Some items of a list that stand side by side.

    `names` are absolute; one with a leading dot stands for the names below it. `holds_all`: every name is one of
    them; `is_open`: there may be more. `excludes` after `!`: what is among them is not in the list.
    """

    names: Mapping[str, Location]
    excludes: bool = False
    holds_all: bool = False
    is_open: bool = False

    @property
    def is_single(self) -> bool:
        return len(self.names) == 1 and not self.holds_all and not self.is_open

    def matches(self, domain: str, with_parents: bool) -> bool | None:
        """Whether `domain` is among them; None where that is not determined."""
        if self.holds_all or domain in self.names:
            return True
        parent = domain.partition(".")[2]
        while parent and parent != ".":
            if "." + parent in self.names or (with_parents and parent in self.names):
                return True
            parent = parent.partition(".")[2]
        return None if self.is_open else False


@dataclass(frozen=True)
class DomainList:
    """The domains of one class; the first item that a name matches decides (postconf(5) mydestination).

    `why` says why there may be more of them, "" where the list is whole.
    """

    setting: str
    parts: tuple[_Part, ...]
    with_parents: bool
    why: str

    @cached_property
    def names(self) -> Mapping[str, Location]:
        """Those written out, absolute and lower case, each with its place in a setting or a table."""
        found: dict[str, Location] = {}
        before: list[_Part] = []
        for part in self.parts:
            if part.excludes:
                before.append(part)
                continue
            for name, at in part.names.items():
                if name.startswith(".") or any([one.matches(name, self.with_parents) for one in before]):
                    continue
                found.setdefault(name, at)
        return found

    def holds(self, domain: str) -> bool | None:
        """Whether an absolute domain is in the class; None where that is not determined."""
        possible = set()
        for part in self.parts:
            matched = part.matches(domain, self.with_parents)
            if matched is not False:
                possible.add(not part.excludes)
            if matched:
                break
        else:
            possible.add(False)
        return possible.pop() if len(possible) == 1 else None


def domain_list(postfix: Postfix, setting: str, files: Files) -> DomainList:
    """What a list of domains holds, its tables and files read."""
    found = [pair for item in postfix.items(setting) for pair in _parts(item, files)]
    if not postfix.of(setting).is_determined:
        found.insert(0, (_Part({}, is_open=True), f"`{setting}` cannot be expanded"))
    why = next((reason for _, reason in reversed(found) if reason), "")
    return DomainList(
        setting, tuple(_merged([part for part, _ in found])), _matches_parents(postfix, setting), why
    )


def _merged(parts: list[_Part]) -> Iterator[_Part]:
    """Neighbours of one domain each as one part."""
    for (excludes, is_single), run in groupby(parts, lambda part: (part.excludes, part.is_single)):
        if not is_single:
            yield from run
            continue
        names: dict[str, Location] = {}
        for part in run:
            for name, at in part.names.items():
                names.setdefault(name, at)
        yield _Part(names, excludes)


def _matches_parents(postfix: Postfix, setting: str) -> bool:
    return setting in [item.text for item in postfix.items("parent_domain_matches_subdomains")]


def _parts(item: Item, files: Files, depth: int = 0) -> Iterator[tuple[_Part, str]]:
    """What an item stands for, and why it is not determined."""
    text = item.text.lstrip("!")
    excludes = (len(item.text) - len(text)) % 2 == 1
    if text.startswith("/"):
        content = text_of(files, text)
        if content is None or depth > _DEEPEST:
            yield _Part({}, excludes, is_open=True), f"`{item.text}` is not readable"
            return
        for inner in words_of_file(content, text):
            turned = inner._replace(text="!" + inner.text) if excludes else inner
            yield from _parts(turned, files, depth + 1)
    elif not parse_table(text).type:
        yield _Part({absolute(text): item.at} if text else {}, excludes), ""
    else:
        tables = table_rows(text, item.at, files)
        if isinstance(tables, NotDetermined):
            yield _Part({}, excludes, is_open=True), f"`{item.text}` is not readable"
            return
        for table in tables:
            part = _of_table(table, excludes)
            yield part, f"`{item.text}` holds patterns" if part.is_open else ""


def _of_table(table: TableRows, excludes: bool) -> _Part:
    if table.kind == "any":
        return _Part({}, excludes, holds_all=True)
    if table.kind != "keys":
        return _Part({}, excludes, is_open=True)
    return _Part(table.domains, excludes)


def words_of_file(text: str, path: str) -> Iterator[Item]:
    """The items that `/path` in a list stands for (postconf(5) mydestination)."""
    for number, line in numbered_lines(text):
        if line.lstrip().startswith("#"):
            continue
        for token in split_items(line):
            yield Item(token.text, span(path, number, token.start, token.end))
