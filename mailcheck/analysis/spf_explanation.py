"""What a domain's owner says about a message that its record fails (RFC 7208 section 6.2)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from mailcheck.analysis.spf_macros import expanded_explanation, expanded_name
from mailcheck.analysis.spf_program import Instruction
from mailcheck.analysis.spf_run import Asked, Run, Stop
from mailcheck.grammar.spf_macro import MacroProblem, MacroString, parse_macro
from mailcheck.model.dns import Evaluation, Present, Question


class Explanation(NamedTuple):
    """The expanded text, or None and the reason; a fault here is never an error of the check."""

    text: str | None
    asked: Asked = ()
    why: str = ""


def explanation_of(run: Run, domain: str, instruction: Instruction) -> Evaluation[Explanation]:
    """What `exp=` in the record of `domain` leads to."""
    try:
        name = instruction.name
        if name is None and instruction.domain is not None:
            name = yield from expanded_name(run, domain, instruction.domain)
        if name is None:
            return Explanation(None, why="its name is no domain name")
        question = Question(name, "TXT")
        answer = yield from run.ask(question)
        asked = ((question, answer),)
        if not isinstance(answer, Present):
            return Explanation(None, asked, "no text was found")
        if len(answer.records) > 1:
            return Explanation(None, asked, f"{len(answer.records)} texts, where one must stand")
        parsed = _parse(answer.records[0].text)
        if isinstance(parsed, MacroProblem):
            return Explanation(None, asked, parsed.message)
        text = parsed.literal
        if text is None:
            text = yield from expanded_explanation(run, domain, parsed)
        return Explanation(text, asked, "" if text is not None else "the text is too long")
    except Stop as stop:
        return Explanation(None, stop.asked, stop.why)


@lru_cache(maxsize=64)
def _parse(text: str) -> MacroString | MacroProblem:
    return parse_macro(text, explanation=True)
