"""An include or redirect leads back to a record on its own path.

## What it checks
The names that includes and redirects lead through, from each record on. A circle is told once, at a
declared record that is part of it, else where the declared zones lead into it.

## Why it matters
A receiver that follows the circle passes the limit of ten lookups and gives a permanent error for
every message that has not matched before.

## Example
    example.com. TXT "v=spf1 include:_spf.example.com -all"
    _spf.example.com. TXT "v=spf1 include:example.com ?all"

## How to fix
Remove the include that closes the circle; the record it names is being evaluated already.

## References
RFC 7208 sections 4.6.4, 5.2 and 6.1
"""

from collections.abc import Iterator, Sequence

from mailcheck.analysis.spf_node import Path, walk
from mailcheck.analysis.spf_records import SpfRecord, leads_on, spf_records
from mailcheck.analysis.spf_tree import spf_tree
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Skip, master, only, unanswered
from mailcheck.model.text import shown_name


def check(record: SpfRecord, ask: Context) -> Iterator[Problem | Skip]:
    tree = ask.evaluate(spf_tree, record.name)
    paths = list(walk(tree)) if tree.depth else []
    if any(path[-1].loop for path in paths):
        yield from _circles(record, paths)
    if tree.open_record:
        yield unanswered(*tree.open_record)


def _circles(record: SpfRecord, paths: Sequence[Path]) -> Iterator[Problem]:
    declared = {path[-1].below.name for path in paths if path[-1].below and path[-1].below.declared}
    declared.add(record.name)
    told = set()
    for path in paths:
        loop = path[-1].loop
        if loop and loop[-1] not in told and _is_told_at(record.name, loop, declared):
            told.add(loop[-1])
            names = [shown_name(name) for name in loop]
            way = " > ".join(names if len(names) < 7 else [*names[:3], "…", *names[-3:]])
            yield Problem(
                f"the {path[0].kind} leads round in a circle: {way}",
                path[0].at,
                help="remove the term that closes the circle",
                token=loop[-1],
            )


def _is_told_at(name: str, loop: tuple[str, ...], declared: set[str]) -> bool:
    """Whether `name` is the first declared one of the circle, or the last declared one before it."""
    start = loop.index(loop[-1])
    circle = declared.intersection(loop[start:])
    if circle:
        return name == min(circle)
    return loop[0] == name and not declared.intersection(loop[1:start])


RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, leads_on),
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7208 section 4.6.4",
    needs=frozenset({"dns"}),
    good=(
        master(
            '@ TXT "v=spf1 include:a.example.com include:b.example.com -all"\n'
            'a TXT "v=spf1 include:b.example.com -all"\nb TXT "v=spf1 ip4:192.0.2.1 -all"'
        ),
        master('@ TXT "v=spf1 include:a.example.com -all"\na TXT "v=spf1 ip4:192.0.2.1 -all include:example.com"'),
        master('@ TXT "v=spf1 include:_spf.example.net -all"'),
    ),
    bad=(
        master('@ TXT "v=spf1 mx include:example.com -all"\n@ MX 10 ns1', caret="include:example.com"),
        master('@ TXT "v=spf1 redirect=%{d}"', caret="redirect=%{d}"),
        master(
            '@ TXT "v=spf1 include:a.example.com -all"\na TXT "v=spf1 include:b.example.com -all"\n'
            'b TXT "v=spf1 redirect=a.example.com"',
            caret="include:b.example.com",
        ),
        Case(
            {
                "example.com.yaml": "'':\n  type: TXT\n  value: v=spf1 include:example.net -all\n",
                "example.net.yaml": "'':\n  type: TXT\n  value: v=spf1 include:example.com -all\n",
            },
            caret="include:example.net",
        ),
    ),
)
