"""SPF from memory: the openspf suite, pyspf and mailcheck in turn over the same zone data, one thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench.measure import Command, in_turn
from mailcheck.analysis.spf_check import check_host
from mailcheck.grammar.spf import is_spf, parse_spf
from mailcheck.model.dns import Present, Question
from tests.analysis.evaluation import run
from tests.conformance import fetch
from tests.conformance.openspf import Case, load
from tests.conformance.pyspf_oracle import lookup_over, pyspf_result

ROUNDS = 61


def table(folder: Path) -> Iterator[str]:
    """Lines of Markdown: what one check takes, and how many there are in a second."""
    if fetch.main() != 0:
        raise RuntimeError("the suite could not be downloaded")
    cases = load(fetch.SUITE)
    commands: dict[str, Command] = {
        "look up the first record and its parsed terms (floor)": partial(_parse_all, cases),
        "pyspf": _pyspf(cases),
        "mailcheck": partial(_check_all, cases),
    }
    measured = in_turn(commands, ROUNDS, folder)
    peer = measured["pyspf"].seconds
    yield f"## SPF from memory: the {len(cases)} checks of the openspf suite for RFC 7208, one thread"
    yield ""
    yield "| what | us per check | checks per second | times pyspf |"
    yield "| --- | ---: | ---: | ---: |"
    for name, figure in measured.items():
        each = figure.seconds / len(cases)
        yield f"| {name} | {each * 1e6:.1f} | {1 / each:,.0f} | {peer / figure.seconds:.2f} |"


def _parse_all(cases: list[Case]) -> None:
    for case in cases:
        answer = case.world[Question(case.request.domain, "TXT")]
        if isinstance(answer, Present):
            for record in answer.records:
                if is_spf(record.text):
                    parse_spf(record.text)


def _pyspf(cases: list[Case]) -> Callable[[], object]:
    lookups = {id(case.world): lookup_over(case.world) for case in cases}
    return lambda: [pyspf_result(lookups[id(case.world)], case.request) for case in cases]


def _check_all(cases: list[Case]) -> None:
    for case in cases:
        run(check_host(case.request), case.world)
