"""`mailcheck trace --cases`: messages with expectations, kept in a file, as a test of the zones."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from mailcheck.analysis.together import answered
from mailcheck.analysis.trace import trace
from mailcheck.analysis.trace_cases import CaseOutcome, judge
from mailcheck.commands.trace import TraceSettings, declared_world, read_given
from mailcheck.config.cases import read_cases
from mailcheck.config.delivery import WrongParameter, through_host
from mailcheck.config.find import load_configuration
from mailcheck.errors import InputRefused
from mailcheck.model.finding import Refused
from mailcheck.model.progress import Progress
from mailcheck.model.trace import Given
from mailcheck.zonefile.discover import shown_path
from mailcheck.zonefile.source import as_refused


class CasesReport(NamedTuple):
    """The cases in the order of their file, and what was refused: of the zones, and cases' messages."""

    outcomes: tuple[CaseOutcome, ...]
    refused: tuple[Refused, ...]

    @property
    def unmet(self) -> int:
        """How many cases are not met."""
        return sum(1 for outcome in self.outcomes if outcome.unmet)


def trace_cases(path: Path, settings: TraceSettings, progress: Progress) -> CasesReport:
    """Follow the message of each case in the file; a message that is refused does not stop the others.

    Raises UsageError where there are no zones, and ConfigError where the file is wrong.
    """
    folder = Path(os.path.realpath(path.parent))
    cases = read_cases(path, shown_path(path))
    configuration = load_configuration(settings.config)
    world = declared_world(settings, configuration, progress)
    outcomes: list[CaseOutcome] = []
    refused = list(world.refused)
    progress.total(len(cases.cases), "tracing")
    for at, case in enumerate(cases.cases):
        try:
            _stay_below(folder, case.given)
            delivery, message = read_given(
                through_host(case.given, configuration.spec), path.parent, settings.limits
            )
        except WrongParameter as error:
            raise cases.document.error(error.message, cases.place_of(at, error.name), error.hint) from None
        except InputRefused as error:
            refused.append(as_refused(error))
        else:
            outcomes.append(judge(case, answered(trace(delivery, message, settings.now), world.view.answer)))
        progress.advance()
    return CasesReport(tuple(outcomes), tuple(refused))


def _stay_below(folder: Path, given: Given) -> None:
    """Raises InputRefused where links lead a message's path out of the folder of the cases."""
    if given.message is None:
        return
    path = folder / given.message
    if not Path(os.path.realpath(path.parent)).is_relative_to(folder):
        why = "links lead out of the folder of the cases"
        raise InputRefused("message-outside", why, path=shown_path(path))
