"""The tree of an SPF record as a reader sees it: one line a term, its lookups before it."""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.spf_node import Path, SpfNode, SpfTerm
from mailcheck.model.text import shorten, shown_name

MAX_LINES = 38
_MOST_SHOWN = 1_000


def count(lookups: int) -> str:
    """A number of lookups; records that include one another have sums beyond reading."""
    return str(lookups) if lookups <= _MOST_SHOWN else f"{_MOST_SHOWN}+"


def trail(path: Path) -> str:
    """The terms of a path, as in `include:_spf.example.net > include:gone.example.net`."""
    terms = [shorten(term.text) for term in path]
    return " > ".join(terms if len(terms) < 7 else [*terms[:3], "…", *terms[-3:]])


def tree_text(node: SpfNode) -> str:
    """The tree with the lookups of every term and all below it: at most 38 lines, and one for `%{p}`.

    A record that several terms lead to is shown where it is first met.
    """
    lines = [f"{count(node.lookups):>4}  {shown_name(node.name)}"]
    for line in _lines(node):
        if len(lines) == MAX_LINES - 1:
            lines.append("      … and more")
            break
        lines.append(line)
    if node.name_lookups:
        lines.append(f"{count(node.name_lookups):>4}  PTR lookups for `%{{p}}`, which count apart")
    return "\n".join(lines)


def _lines(node: SpfNode) -> Iterator[str]:
    seen = {node.name}
    stack = [iter(node.terms)]
    while stack:
        term = next(stack[-1], None)
        if term is None:
            stack.pop()
            continue
        below = term.below
        again = below is not None and below.name in seen and bool(below.terms)
        note = "  (as above)" if again else _note(term)
        yield f"{count(term.lookups):>4}  {'  ' * len(stack)}{shorten(term.text)}{note}"
        if below is not None and not again:
            seen.add(below.name)
            stack.append(iter(below.terms))


def _note(term: SpfTerm) -> str:
    if term.loop:
        return "  (a loop)"
    if "p" in term.macros or (term.target is None and not term.malformed):
        return "  (depends on the message)"
    if term.below is None:
        return ""
    return {"unknown": "  (not known)", "none": "  (no SPF record)", "several": "  (several SPF records)"}.get(
        term.below.state, ""
    )
