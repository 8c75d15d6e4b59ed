"""The address classes of Postfix: which domains stand in which (ADDRESS_CLASS_README)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.analysis.host_paths import Files, text_of
from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_maps import COMPILED
from mailcheck.analysis.postfix_settings import Item
from mailcheck.grammar.config_lines import numbered_lines, span
from mailcheck.grammar.postfix_values import group, parse_table, split_items
from mailcheck.model.location import Location
from mailcheck.model.names import absolute, is_at_or_below

CLASSES = ("mydestination", "virtual_alias_domains", "virtual_mailbox_domains", "relay_domains")
_KEYED = (*COMPILED, "texthash")


class DomainList(NamedTuple):
    """The domains of one class, absolute and lower case, each with its place in a setting or a table.

    - `subdomains`: those that stand for the names below them as well.
    - `why`: why there may be more of them, "" where the list is whole.
    """

    setting: str
    names: dict[str, Location]
    subdomains: tuple[str, ...]
    why: str

    def holds(self, domain: str) -> bool | None:
        """Whether an absolute domain is in the class; None where that is not determined."""
        if domain in self.names or any(
            [is_at_or_below(domain, name) and domain != name for name in self.subdomains]
        ):
            return True
        return None if self.why else False


def domain_list(postfix: Postfix, setting: str, files: Files) -> DomainList:
    """What a list of domains holds, its tables and files read."""
    names: dict[str, Location] = {}
    why = "" if postfix.of(setting).is_determined else f"`{setting}` cannot be expanded"
    below = _covers_subdomains(postfix, setting)
    subdomains: list[str] = []
    for item in postfix.items(setting):
        found = _domains(item, files)
        if found is None:
            why = f"`{item.text}` is not readable"
            continue
        for text, at in found:
            if text.startswith("."):
                subdomains.append(absolute(text[1:]))
            else:
                names.setdefault(absolute(text), at)
    return DomainList(setting, names, (*subdomains, *(names if below else ())), why)


def _covers_subdomains(postfix: Postfix, setting: str) -> bool:
    return setting in [item.text for item in postfix.items("parent_domain_matches_subdomains")]


def _domains(item: Item, files: Files) -> list[tuple[str, Location]] | None:
    """The domains that an item stands for; None where that cannot be told."""
    if item.text.startswith("!"):
        return None
    if item.text.startswith("/"):
        text = text_of(files, item.text)
        return None if text is None else list(_words(text, item.text, first_only=False))
    table = parse_table(item.text)
    if not table.type:
        return [(item.text, item.at)]
    if table.type in _KEYED:
        text = text_of(files, table.name)
        return None if text is None else list(_words(text, table.name, first_only=True))
    inner = group(table.name) if table.type == "inline" else None
    if inner is None:
        return None
    keys = [token.text.strip("{} ").partition("=")[0].strip() for token in split_items(inner)]
    return [(key, item.at) for key in keys if "@" not in key]


def _words(text: str, path: str, *, first_only: bool) -> Iterator[tuple[str, Location]]:
    """The keys of a table, or all words of a file of domains; keys that are addresses are no domains."""
    for number, line in numbered_lines(text):
        if (line.startswith(("#", " ", "\t")) and first_only) or line.lstrip().startswith("#"):
            continue
        words = line.replace(",", " ").split()
        start = 0
        for word in words[:1] if first_only else words:
            start = line.index(word, start)
            if "@" not in word:
                yield word, span(path, number, start, start + len(word))
            start += len(word)
