"""The version or a term is written in upper case: valid, and unusual.

## What it checks
`v=spf1` and the names of mechanisms and modifiers are written in lower case. Domain names and macros
may be written as you like (an upper-case macro letter has a meaning of its own).

## Why it matters
SPF does not care, but simple tools do: a script that searches for `v=spf1` or `include:` does not find
the record.

## Example
    example.com. TXT "V=SPF1 MX -ALL"

## How to fix
Write these words in lower case; the offered fix does that.

    example.com. TXT "v=spf1 mx -all"

## References
RFC 7208 sections 4.5 and 4.6.1
"""

from collections.abc import Iterator

from mailcheck.analysis.edits import replacing
from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.grammar.spf import Directive, Modifier
from mailcheck.lint.rule import Context, Edit, Fix, Problem, Rule, Severity, master, only
from mailcheck.model.record import Record


def check(spf: SpfRecord, _: Context) -> Iterator[Problem]:
    unusual = [(start, end) for start, end in _keywords(spf) if not spf.record.text[start:end].islower()]
    if not unusual:
        return
    start, end = unusual[0]
    edits = tuple(_lowering(spf.record, *keyword) for keyword in unusual)
    yield Problem(
        f"`{spf.record.text[start:end]}` is valid and unusual: SPF is written in lower case",
        spf.at.within(start, end),
        help=f"write `{spf.record.text[start:end].lower()}`",
        fix=Fix("write them in lower case", edits, safe=True),
    )


def _lowering(record: Record, start: int, end: int) -> Edit:
    return replacing(record, start, end, record.text[start:end].lower())


def _keywords(spf: SpfRecord) -> Iterator[tuple[int, int]]:
    """Start and end of the version and of each mechanism's and modifier's name."""
    yield 0, 6
    for term in spf.tree.terms:
        if isinstance(term, Directive):
            start = term.start + term.explicit
            yield start, start + len(term.mechanism)
        elif isinstance(term, Modifier):
            yield term.start, term.start + len(term.name)


RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, lambda spf: not spf.tree.text.islower()),
    check=check,
    severity=Severity.INFO,
    standard="RFC 7208 section 4.6.1",
    good=(master('@ TXT "v=spf1 include:_spf.Example.NET exists:%{I}.spf.example.net -all"'),),
    bad=(
        master('@ TXT "V=spf1 mx -all"', caret="V=spf1"),
        master('@ TXT "v=spf1 -IP4:192.0.2.1 Redirect=_spf.example.net"', caret="IP4"),
        master('@ TXT "v=spf1 a REDIRECT=_spf.example.net"', caret="REDIRECT"),
        master('@ TXT "v=spf1 a -a" "LL"', caret='a" "LL'),
    ),
)
