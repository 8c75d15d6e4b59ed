"""What DMARC says of one message, by the results of SPF and DKIM (RFC 9989 section 5.3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from mailcheck.analysis.dmarc_alignment import Alignment, alignment_questions, read_alignment
from mailcheck.analysis.dmarc_policy import Policy, PolicyRecord, discover_policy
from mailcheck.grammar.dmarc import Request
from mailcheck.model.dns import Evaluation, Question, Unknown

DmarcResult = Literal["pass", "fail", "none", "temperror", "undetermined"]
Method = Literal["spf", "dkim"]
Open = tuple[Question, Unknown]

_MODE_TAGS: dict[Method, str] = {"spf": "aspf", "dkim": "adkim"}
_PENDING = ("temperror", "undetermined")
_NOT_ASKED = ("not_asked", "unusable", "budget", "limit", "unread")


class Identifier(NamedTuple):
    """A domain that SPF or DKIM spoke of: the one that SPF checked, the `d=` of a signature."""

    method: Method
    domain: str


class DmarcVerdict(NamedTuple):
    """The outcome for one message.

    - `result`: `none` where no policy is found, or receivers apply none; `temperror` where an answer or a
      result of SPF or DKIM that was asked for did not come and could change the outcome;
      `undetermined`, which is no result of the RFC, where that was never asked.
    - `policy`: what the author domain asks receivers to do with mail that fails, `sp`, `np` and `t=y` taken
      into account; None where it asks for nothing, or `open` leaves it open.
    - `domain`: where the policy was found, absolute; empty where there is none.
    - `organizational_domain`: the author domain's, empty where it is not determined.
    - `aligned`: the identifiers that passed and are aligned.
    - `record`: the policy's record.
    - `open`: what was not answered and could change the outcome; None too where it is a result of SPF or
      DKIM that is open.
    """

    result: DmarcResult
    policy: Request | None
    domain: str
    organizational_domain: str
    aligned: tuple[Identifier, ...]
    record: PolicyRecord | None
    open: Open | None


def evaluate(
    author_domain: str, spf: Sequence[tuple[str, str]], dkim: Sequence[tuple[str, str]]
) -> Evaluation[DmarcVerdict]:
    """Judge a message whose From holds absolute `author_domain` alone.

    `spf` and `dkim` pair an absolute domain with the result of its check, in the words of RFC 8601 or
    `undetermined`; what is neither `pass`, `temperror` nor `undetermined` authenticates nothing.
    """
    found = yield from discover_policy(author_domain)
    source = found.source
    if found.walk.source_open is not None or source is None or found.requested is None:
        return _without_policy(found)
    results = [(Identifier("spf", name), result) for name, result in spf]
    results += [(Identifier("dkim", name), result) for name, result in dkim]
    checked = [
        (identifier, result, source.tree.setting(_MODE_TAGS[identifier.method]))
        for identifier, result in results
        if result == "pass" or result in _PENDING
    ]
    answers = yield frozenset().union(
        *(alignment_questions(identifier.domain, author_domain, mode) for identifier, _, mode in checked)
    )
    alignments = [
        (identifier, result, read_alignment(identifier.domain, author_domain, mode, answers))
        for identifier, result, mode in checked
    ]
    passed = tuple(identifier for identifier, result, how in alignments if result == "pass" and how.aligned)
    if passed:
        return _with_policy(found, source, "pass", passed)
    pending = [(result, how) for _, result, how in alignments if how.aligned is not False]
    return _with_policy(
        found, source, _unless(pending), (), next((how.open for _, how in pending if how.open), None)
    )


def _unless(pending: Sequence[tuple[str, Alignment]]) -> DmarcResult:
    """The result of a message that does not pass, unless one of `pending` turns out to."""
    if not pending:
        return "fail"
    if any(result == "undetermined" or (how.open and _never_asked(how.open)) for result, how in pending):
        return "undetermined"
    return "temperror"


def _without_policy(found: Policy) -> DmarcVerdict:
    if found.walk.source_open is not None and found.open is not None:
        result: DmarcResult = "undetermined" if _never_asked(found.open) else "temperror"
        return DmarcVerdict(result, None, "", "", (), None, found.open)
    domain = found.source.domain if found.source else ""
    return DmarcVerdict("none", None, domain, _organization(found), (), found.source, None)


def _with_policy(
    found: Policy,
    source: PolicyRecord,
    result: DmarcResult,
    passed: tuple[Identifier, ...],
    unanswered: Open | None = None,
) -> DmarcVerdict:
    policy = found.applied if found.open is None else None
    return DmarcVerdict(
        result, policy, source.domain, _organization(found), passed, source, unanswered or found.open
    )


def _organization(found: Policy) -> str:
    return "" if found.walk.undetermined() else found.walk.organizational_domain


def _never_asked(unanswered: Open) -> bool:
    return unanswered[1].reason in _NOT_ASKED
