"""A world of DMARC records: what a test names is there, every other name is not."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from mailcheck.model.dns import Absent, Answer, Answers, Present, Question, Unknown
from tests.build import record

NOT_ASKED = Unknown("not_asked", "not asked")
TIMEOUT = Unknown("timeout", "timed out")


class DmarcWorld:
    """A DnsView. `records` are DMARC texts, several separated by a line break, or whole answers, by domain.

    A name exists unless it is in `missing`. `asked` holds every question that came.
    """

    def __init__(self, records: Mapping[str, str | Answer], missing: tuple[str, ...] = ()) -> None:
        self._records = {f"_dmarc.{domain}.": said for domain, said in records.items()}
        self._missing = {f"{domain}." for domain in missing}
        self.asked: list[Question] = []

    def answer(self, questions: AbstractSet[Question]) -> Answers:
        self.asked += sorted(questions)
        return {question: self._answer(question) for question in questions}

    def _answer(self, question: Question) -> Answer:
        said = self._records.get(question.name) if question.type == "TXT" else None
        if isinstance(said, str):
            lines = enumerate(said.split("\n"), 1)
            return Present(tuple(record(".", "", n, f"{question.name} TXT {line}") for n, line in lines))
        if said is not None:
            return said
        gone = question.type == "TXT" or question.name in self._missing
        return Absent("nxdomain" if gone else "nodata")
