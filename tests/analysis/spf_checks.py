"""check_host() for tests: a world of `name TYPE` to values, one client, one sender."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from mailcheck.analysis.spf_check import check_host
from mailcheck.analysis.spf_request import SpfOutcome, mail_from_request
from mailcheck.model.dns import Absent, Answer, Answers, Present, Question, Unknown
from mailcheck.model.location import Location
from mailcheck.model.record import Record
from tests.analysis.evaluation import run

World = Mapping[str, Sequence[str] | str]
"""A string instead of values is the reason why the question is not answered. What is missing does not exist."""


class Dictionary:
    """A view of a World that remembers what it was asked; a record's column is that of its place in the file."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.asked: list[Question] = []

    def answer(self, questions: AbstractSet[Question]) -> Answers:
        self.asked += sorted(questions)
        return {question: self._answer(question) for question in questions}

    def _answer(self, question: Question) -> Answer:
        values = self.world.get(f"{question.name.removesuffix('.')} {question.type}")
        if values is None:
            return Absent("nxdomain")
        if isinstance(values, str):
            return Unknown(values)  # type: ignore[arg-type]
        at = Location(f"zones/{question.name}yaml", 7, 10, 7, 200)
        return Present(tuple([Record(question.name, question.type, 300, value, at, at) for value in values]))


def check(
    world: World | Dictionary,
    ip: str = "192.0.2.1",
    sender: str = "user@example.com",
    helo: str = "mail.example.net",
    receiver: str = "mx.example.org",
    timestamp: int | None = None,
) -> SpfOutcome:
    view = world if isinstance(world, Dictionary) else Dictionary(world)
    request = mail_from_request(ipaddress.ip_address(ip), sender, helo, receiver, timestamp)
    return run(check_host(request), view)


def spf(record: str, **others: Sequence[str] | str) -> World:
    """The record of example.com, and what else there is."""
    return {"example.com TXT": [f"v=spf1 {record}"], **others}


def names(outcome: SpfOutcome) -> list[str]:
    """The steps as a reader would list them."""
    return [f"{'  ' * step.depth}{step.text.removesuffix('.')}: {step.outcome}" for step in outcome.steps]
