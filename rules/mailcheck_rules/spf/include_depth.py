"""Includes nest deeply.

## What it checks
Levels of `include` and `redirect` below a record, at most 4 (option `depth`).

## Why it matters
Every level costs a lookup before the first address is reached, and nobody sees at a glance who may
send. A deep chain is usually several services resold through one another.

## Example
    example.com. TXT "v=spf1 include:_spf.example.com -all"

## How to fix
Include the records at the end of the chain directly, or fold your own intermediate records into one.

## References
RFC 7208 sections 4.6.4 and 5.2
"""

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.analysis.spf_node import deepest
from mailcheck.analysis.spf_records import SpfRecord, leads_on, spf_records
from mailcheck.analysis.spf_references import referenced_names
from mailcheck.analysis.spf_tree import spf_tree
from mailcheck.analysis.spf_tree_text import trail
from mailcheck.analysis.spf_usage import only_included
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Skip, master, only, unanswered


class Depth(NamedTuple):
    """`depth`: levels of includes and redirects that are still accepted."""

    depth: int = 4


def check(record: SpfRecord, ask: Context) -> Iterator[Problem | Skip]:
    if record.name in ask.once(only_included) and record.name in ask.once(referenced_names):
        return  # its cost is counted in the records that lead here
    tree = ask.evaluate(spf_tree, record.name)
    most = ask.options(Depth).depth
    if tree.depth > most:
        path = deepest(tree)
        yield Problem(
            f"includes nest {tree.depth} deep, more than {most}: {trail(path)}",
            path[0].at,
            help="include the records at the end of the chain directly",
        )
    elif tree.open_record:
        yield unanswered(*tree.open_record)


def _chain(length: int) -> str:
    """`@` includes `_1`, and so on up to the last, which includes none."""
    links = [f'{f"_{at}" if at else "@"} TXT "v=spf1 include:_{at + 1}.example.com -all"' for at in range(length)]
    return "\n".join([*links, f'_{length} TXT "v=spf1 ip4:192.0.2.1 -all"'])


RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, leads_on),
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7208 section 4.6.4",
    indexes=(only_included, referenced_names),
    needs=frozenset({"dns"}),
    yields_to=("spf-include-loop",),
    options=Depth,
    good=(
        master(_chain(4)),
        master('@ TXT "v=spf1 include:_spf.example.net -all"'),
        Case({**master(_chain(6)).files, "mailcheck.yaml": "rules: {options: {spf-include-depth: {depth: 6}}}\n"}),
    ),
    bad=(
        master(_chain(5), caret="include:_1.example.com"),
        master(
            _chain(5).replace("include:_5", "redirect=_5").replace(" -all", "", 5), caret="include:_1.example.com"
        ),
        Case(
            {**master(_chain(2)).files, "mailcheck.yaml": "rules: {options: {spf-include-depth: {depth: 1}}}\n"},
            caret="include:_1.example.com",
        ),
    ),
)
