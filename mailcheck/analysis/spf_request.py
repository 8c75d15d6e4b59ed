"""What is asked of SPF, and what comes out (RFC 7208 sections 2.4, 2.6 and 4.1 to 4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from mailcheck.analysis.addresses import Open
from mailcheck.grammar.spf import Invalid, Term
from mailcheck.model.dns import Answer, Question
from mailcheck.model.location import NOWHERE, Location
from mailcheck.model.names import IPAddress, absolute
from mailcheck.model.record import Record

Result = Literal["pass", "fail", "softfail", "neutral", "none", "temperror", "permerror", "undetermined"]
"""The results of RFC 7208 section 2.6, and `undetermined` where a question was never put to DNS."""

_POLICY_RESULTS = frozenset({"pass", "fail", "softfail", "neutral"})

StepOutcome = Literal[
    "match", "no match", "followed", "record", "none", "explanation", "no explanation",
    "temperror", "permerror", "undetermined", "entered",
]  # fmt: skip


class SpfRequest(NamedTuple):
    """One SMTP client and one identity that it claims.

    - `ip`: the client; an IPv4-mapped IPv6 address counts as the IPv4 address (section 5).
    - `domain`: whose record is looked up, absolute and lower case, as text without escapes.
    - `sender`: `local@domain` as given, or "" where the identity is the HELO name.
    - `helo`: what the client calls itself, with or without the final dot.
    - `receiver`: the name of the host that checks, for `%{r}` in explanations.
    - `timestamp`: seconds since the epoch, for `%{t}`; None is taken as 0.
    """

    ip: IPAddress
    domain: str
    sender: str
    helo: str
    receiver: str = "unknown"
    timestamp: int | None = None


def mail_from_request(
    ip: IPAddress, sender: str, helo: str, receiver: str = "unknown", timestamp: int | None = None
) -> SpfRequest:
    """The check of an envelope sender (section 2.4); that of the HELO name where the sender is empty."""
    local, _, domain = sender.rpartition("@")
    helo = to_a_labels(helo)
    domain = to_a_labels(domain) if sender else helo
    if sender:
        sender = f"{local or 'postmaster'}@{domain}"
    return SpfRequest(ip, absolute(domain), sender, helo, receiver, timestamp)


def to_a_labels(name: str) -> str:
    """`name` with its U-labels as A-labels (section 4.3); unchanged where it has none, or none that are valid."""
    if name.isascii():
        return name
    from encodings.idna import ToASCII

    try:
        return ".".join([ToASCII(label).decode("ascii") if label else label for label in name.split(".")])
    except UnicodeError:
        return name


class SpfStep(NamedTuple):
    """One thing that happened in an evaluation, in the order of the evaluation.

    - `depth`: how many includes lead here; a redirect adds none.
    - `domain`: whose record it belongs to, absolute.
    - `record`, `term`: None where it is about whether `domain` has a record at all. An `Invalid` is the
      syntax error that stopped the evaluation.
    - `asked`: what was asked for this step, with the answers, also where they were known already.
    - `outcome`: what came of it; `followed` is a redirect. No step of a finished check is `entered`.
    - `why`: a sentence where the outcome does not explain itself, else "".
    """

    depth: int
    domain: str
    record: Record | None
    term: Term | None
    asked: tuple[tuple[Question, Answer], ...]
    outcome: StepOutcome
    why: str = ""

    @property
    def text(self) -> str:
        """The term as written; the domain where there is none."""
        if self.record is None or self.term is None:
            return self.domain
        return self.record.text[self.term.start : self.term.end]

    @property
    def at(self) -> Location:
        """Where the term stands in its file; NOWHERE where no file holds it."""
        if self.record is None or self.record.at == NOWHERE:
            return NOWHERE
        if self.term is None:
            return self.record.at
        if isinstance(self.term, Invalid):
            return self.record.at.within(self.term.at_start, self.term.at_end)
        return self.record.at.within(self.term.start, self.term.end)


RawStep = tuple[int, str, Record | None, Term | None, tuple[tuple[Question, Answer], ...], StepOutcome, str]
"""The fields of an SpfStep. Evaluations write these; the steps are made of them when somebody reads them."""


class _Fields(NamedTuple):
    result: Result
    domain: str
    raw_term: RawStep | None
    explanation: str | None
    lookups: int
    voids: int
    raw_steps: Sequence[RawStep]
    open: Open | None = None


class SpfOutcome(_Fields):
    """The result of one check.

    - `domain`: the domain that was checked, absolute; for DMARC the identity that passed or failed.
    - `explanation`: what the domain's owner says about a `fail`, expanded; None where there is none.
    - `lookups`, `voids`: terms that asked DNS, and terms that found nothing, up to where it ended.
    - `open`: the question that left the check undetermined, and why.
    """

    __slots__ = ()

    @property
    def term(self) -> SpfStep | None:
        """The step of the matched term; None where nothing matched.

        It stands in the record of `domain` or of what that redirects to: an include, not what matched within it.
        """
        return SpfStep(*self.raw_term) if self.raw_term is not None else None

    @property
    def steps(self) -> tuple[SpfStep, ...]:
        """All that happened, in order."""
        return tuple([SpfStep(*step) for step in self.raw_steps])

    @property
    def why(self) -> str:
        """The reason for a result other than pass, fail, softfail and neutral; else ""."""
        return self.raw_steps[-1][6] if self.result not in _POLICY_RESULTS else ""
