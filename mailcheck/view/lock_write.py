"""The text of `mailcheck.lock`: sorted, one fact a line, the same text for the same facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from mailcheck.model.dns import Absent, Present, Question
from mailcheck.view.lock_read import TITLE, VERIFIED, VERSION
from mailcheck.view.lock_text import ARROW, KEPT, UNUSABLE, written
from mailcheck.view.locked import Fact

_NAMES = frozenset({"CNAME", "MX", "NS", "PTR"})
"""Types whose values hold nothing but names and numbers, so that upper and lower case are the same."""


def write_lock(facts: Mapping[Question, Fact], verified: date, resolvers: Sequence[str]) -> str:
    """The lock that `read_lock` reads; TTLs and the order of values in an answer leave no trace in it."""
    lines = [
        f"{TITLE} {VERSION}: what the zones depend on in the DNS of others, written by `mailcheck lock`",
        " ".join([VERIFIED, verified.isoformat(), *(["from", *sorted(resolvers)] if resolvers else [])]),
        "",
        *(fact_line(question, facts[question]) for question in sorted(facts)),
    ]
    return "\n".join(lines) + "\n"


def fact_line(question: Question, fact: Fact) -> str:
    """`NAME TYPE [kept:DATE] [-> NAME]... VALUE...`; in place of the values `nodata`, `nxdomain`, `unusable WHY`.

    Before these an arrow stands too where a chain led to a name that is not known.
    """
    answer = fact.answer
    words = [written(question.name), question.type]
    if fact.kept is not None:
        words.append(KEPT + fact.kept.isoformat())
    for name in answer.chain[1:]:
        words += ARROW, written(name.lower())
    if isinstance(answer, Present):
        if answer.chain:
            words += ARROW, written(answer.records[0].name.lower())
        values = {_value(question.type, record.text) for record in answer.records}
        return " ".join([*words, *[written(value) for value in sorted(values)]])
    if answer.chain:
        words.append(ARROW)
    if answer.target:
        words.append(written(answer.target.lower()))
    words += [answer.kind] if isinstance(answer, Absent) else [UNUSABLE, written(answer.detail)]
    return " ".join(words)


def _value(rtype: str, text: str) -> str:
    return text.lower() if rtype in _NAMES else text
