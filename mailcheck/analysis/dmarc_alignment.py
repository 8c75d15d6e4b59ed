"""Whether an authenticated identifier is aligned with the author domain (RFC 9989 sections 4.4 and 4.10.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import product
from typing import NamedTuple

from mailcheck.analysis.dmarc_policy import organization, read_walk, walk_names, walk_questions
from mailcheck.model.dns import Answers, Evaluation, Question, Unknown

STRICT, RELAXED = "s", "r"
"""The values of `adkim` and `aspf`: equal names, or one organizational domain."""

_MOST_OPEN = 5
"""Up to so many unanswered names, all they could hold is tried; with more the outcome stays open."""


class Alignment(NamedTuple):
    """`aligned` is None where it depends on what `open` says was not answered."""

    identifier: str
    aligned: bool | None
    open: tuple[Question, Unknown] | None = None


def alignment_questions(identifier: str, author_domain: str, mode: str) -> AbstractSet[Question]:
    """What must be asked to tell; nothing where the names alone tell."""
    if _by_name(identifier, author_domain, mode) is not None:
        return frozenset()
    return walk_questions(identifier) | walk_questions(author_domain)


def read_alignment(identifier: str, author_domain: str, mode: str, answers: Answers) -> Alignment:
    """The alignment by the answers to alignment_questions()."""
    known = _by_name(identifier, author_domain, mode)
    if known is not None:
        return Alignment(identifier, known)
    walks = (read_walk(identifier, answers), read_walk(author_domain, answers))
    psd = {record.domain: record.psd for walk in walks for record in walk.found}
    unanswered = {name.domain: name for walk in walks for name in walk.open if name.may_hold_policy}
    if not _shared(identifier, author_domain) & (psd.keys() | unanswered.keys()):
        return Alignment(identifier, aligned=False)
    if len(unanswered) <= _MOST_OPEN:
        verdicts = {
            organization(identifier, every) == organization(author_domain, every)
            for every in _completions(psd, tuple(unanswered))
        }
        if len(verdicts) == 1:
            return Alignment(identifier, verdicts.pop())
    first = next(iter(unanswered.values()))
    return Alignment(identifier, None, (first.question, first.answer))


def aligned(identifier: str, author_domain: str, mode: str) -> Evaluation[Alignment]:
    """Whether two absolute names are aligned in `mode`, `r` or `s`: by the organizational domains of both."""
    answers = yield alignment_questions(identifier, author_domain, mode)
    return read_alignment(identifier, author_domain, mode, answers)


def _by_name(identifier: str, author_domain: str, mode: str) -> bool | None:
    if identifier == author_domain:
        return True
    if mode == STRICT or not _shared(identifier, author_domain):
        return False
    return None


def _shared(identifier: str, author_domain: str) -> AbstractSet[str]:
    """The names that both walks look at: without a record at one of them, no organization is common."""
    return set(walk_names(identifier)) & set(walk_names(author_domain))


def _completions(psd: Mapping[str, str], unanswered: tuple[str, ...]) -> Iterator[Mapping[str, str]]:
    """`psd` with each unanswered name holding no record, or one with any value of the tag."""
    for guesses in product((None, "u", "n", "y"), repeat=len(unanswered)):
        yield {**psd, **{name: flag for name, flag in zip(unanswered, guesses, strict=True) if flag is not None}}
