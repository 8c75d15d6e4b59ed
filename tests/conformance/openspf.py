"""Run a test suite in the format of openspf.org: `python -m tests.conformance.openspf FILE`.

A case passes where the result is one of those that the file allows; an explanation where it is the same to
the letter. `DEFAULT` stands for no explanation by the domain's owner.
"""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from mailcheck.analysis.spf_check import check_host
from mailcheck.analysis.spf_request import SpfOutcome, SpfRequest, mail_from_request
from tests.analysis.evaluation import run
from tests.conformance.openspf_world import World


class Case(NamedTuple):
    """One check and what must come out; `explanation` is None where the file asks for none."""

    scenario: str
    name: str
    request: SpfRequest
    world: World
    results: tuple[str, ...]
    explanation: str | None


class Judged(NamedTuple):
    case: Case
    outcome: SpfOutcome

    @property
    def passed(self) -> bool:
        return self.outcome.result in self.case.results

    @property
    def explained(self) -> bool:
        return self.explanation == self.case.explanation

    @property
    def explanation(self) -> str:
        return "DEFAULT" if self.outcome.explanation is None else self.outcome.explanation


def load(path: Path) -> list[Case]:
    """The cases of a file, in its order."""
    with path.open("rb") as file:
        return [case for scenario in yaml.safe_load_all(file) if scenario for case in _cases(scenario)]


def _cases(scenario: dict[str, Any]) -> Iterator[Case]:
    world = World(scenario["zonedata"])
    for name, given in scenario["tests"].items():
        request = mail_from_request(
            ipaddress.ip_address(given["host"]),
            given["mailfrom"] or "",
            given["helo"],
            given.get("receiver") or "unknown",
        )
        result = given["result"]
        results = (result,) if isinstance(result, str) else tuple(result)
        yield Case(scenario.get("description") or "", name, request, world, results, given.get("explanation"))


def judge(cases: list[Case]) -> list[Judged]:
    """Every case evaluated."""
    return [Judged(case, run(check_host(case.request), case.world)) for case in cases]


def summary(judged: list[Judged]) -> list[str]:
    """The figures, and a line for each case that failed."""
    explained = [one for one in judged if one.case.explanation is not None]
    passed = sum(one.passed for one in judged)
    told = sum(one.explained for one in explained)
    lines = [f"passed {passed} of {len(judged)}, explanations {told} of {len(explained)}"]
    for one in judged:
        where = f"{one.case.scenario}: {one.case.name}"
        if not one.passed:
            wanted = " or ".join(one.case.results)
            why = f" ({one.outcome.why})" if one.outcome.why else ""
            lines.append(f"{where}: {wanted} was to come out, not {one.outcome.result}{why}")
        if one.case.explanation is not None and not one.explained:
            lines.append(f"{where}: the explanation was to be {one.case.explanation!r}, not {one.explanation!r}")
    return lines


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tests.conformance.openspf FILE\n")
        return 2
    lines = summary(judge(load(Path(arguments[0]))))
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if len(lines) > 1 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
