"""A run of cases: a line for each that is met, the reasons for those that are not, and annotations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailcheck.analysis.trace_cases import CaseOutcome, Unmet
from mailcheck.analysis.trace_parts import hop_parts
from mailcheck.model.finding import Finding, Label, Refused, Report, Severity, Subject
from mailcheck.model.location import NOWHERE
from mailcheck.render import escape, github
from mailcheck.render.style import Style
from mailcheck.render.summary import number, refused_line
from mailcheck.render.trace_lines import BAD, BOLD, GOOD, Lines, open_line


def render(
    outcomes: Sequence[CaseOutcome], refused: Sequence[Refused], *, color: bool = False, quiet: bool = False
) -> str:
    """The cases in their order; `quiet` shows those that are not met, and no summary."""
    return "".join(f"{line}\n" for line in _lines(outcomes, refused, Lines(color), quiet=quiet))


def annotate(outcomes: Sequence[CaseOutcome], refused: Sequence[Refused]) -> str:
    """A workflow command for each expectation that is not met, at its line, and for each refused input."""
    findings = [_finding(outcome, miss) for outcome in outcomes for miss in outcome.unmet]
    return github.render(Report(tuple(findings), tuple(refused)), Style())


def _finding(outcome: CaseOutcome, miss: Unmet) -> Finding:
    message = f"{outcome.case.name}: {_sentence(miss)}"
    return Finding("case-not-met", Severity.ERROR, message, (Label(miss.expectation.at),), Subject("", "", ""))


def _lines(
    outcomes: Sequence[CaseOutcome], refused: Sequence[Refused], lines: Lines, *, quiet: bool
) -> Iterator[str]:
    for outcome in outcomes:
        if outcome.unmet:
            yield from _not_met(outcome, lines)
        elif not quiet:
            yield f"{lines.paint(GOOD, 'met')}: {escape.text(outcome.case.name)}"
    for entry in refused:
        yield lines.paint(BAD, refused_line(entry))
    if not quiet:
        unmet = sum(1 for outcome in outcomes if outcome.unmet)
        yield f"{number(len(outcomes), 'case')}: {len(outcomes) - unmet:,} met, {unmet:,} not met"


def _not_met(outcome: CaseOutcome, lines: Lines) -> Iterator[str]:
    name = lines.paint(BOLD, escape.text(outcome.case.name))
    yield f"{lines.paint(BAD, 'not met')}: {name}{lines.place(outcome.case.at)}"
    for miss in outcome.unmet:
        yield f"  {escape.text(_sentence(miss))}{lines.place(miss.expectation.at)}"
    yield from lines.parts(list(hop_parts(outcome.trace.direct, outcome.trace)), "    ")
    if outcome.trace.forwarded is not None:
        yield f"  forwarded by {outcome.trace.forwarded.ip}"
        yield from lines.parts(list(hop_parts(outcome.trace.forwarded, outcome.trace)), "    ")
    for part in outcome.trace.open:
        yield f"    {open_line(part)}"


def _sentence(miss: Unmet) -> str:
    """What was expected and what came, with the place of the record that decided it."""
    found = miss.found
    at = "" if found.at == NOWHERE else f" ({found.at.path}:{found.at.line}:{found.at.column})"
    return f"{miss.expectation.part}: {miss.expectation.wanted} expected, {found.result} found: {found.why}{at}"
