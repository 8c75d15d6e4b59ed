"""SPF records at names that no mail domain has, and the domains that they were meant for."""

from __future__ import annotations

from mailcheck.grammar.spf import is_spf
from mailcheck.model.dns import Absent, Answer, Evaluation, Present, Question
from mailcheck.model.names import parent


def domain_meant(name: str) -> str:
    """The name without the labels that no mail domain begins with."""
    while name.startswith(("_", "spf.")):
        name = parent(name)
    return name


def lacks_spf(answer: Answer) -> bool:
    """Whether the TXT records of a domain are known and none of them is SPF."""
    if isinstance(answer, Present):
        return not any(is_spf(found.text) for found in answer.records)
    return isinstance(answer, Absent)


def stands_for_its_domain(name: str) -> Evaluation[bool]:
    """Whether the record at `name` was to stand at a domain that has none, so that it is not about `name`."""
    domain = domain_meant(name)
    if domain == name:
        return False
    question = Question(domain, "TXT")
    return lacks_spf((yield {question})[question])
