"""A trace for people: the verdict, a line for each part, then every step with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from mailcheck.analysis.spf_node import LIMIT, VOID_LIMIT
from mailcheck.analysis.spf_request import SpfOutcome, SpfStep
from mailcheck.analysis.trace import Hop, Trace
from mailcheck.analysis.trace_parts import hop_parts, verdicts
from mailcheck.grammar.spf import Directive, Modifier
from mailcheck.model.dns import Absent, Answer, Present, Question, Unknown, describe
from mailcheck.model.finding import Refused
from mailcheck.model.location import NOWHERE, Location
from mailcheck.model.text import shorten, shown_name
from mailcheck.render import escape
from mailcheck.render.summary import number, refused_line
from mailcheck.render.trace_lines import BAD, BOLD, Lines, open_line

ANSWERS = 3
"""Values of one answer that are shown."""
RECORD = 100
"""Characters of a record that are shown."""
_ASKING = frozenset({"include", "a", "mx", "ptr", "exists"})


def render(traced: Trace, refused: Sequence[Refused], *, color: bool = False, quiet: bool = False) -> str:
    """The trace; `quiet` leaves the steps out."""
    return "".join(f"{line}\n" for line in _Text(traced, color=color).lines(refused, quiet=quiet))


class _Text:
    def __init__(self, traced: Trace, *, color: bool) -> None:
        self._traced = traced
        self._lines = Lines(color)
        self._numbers = count(1)

    def lines(self, refused: Sequence[Refused], *, quiet: bool) -> Iterator[str]:
        traced = self._traced
        hops = [(traced.direct, f"{_sender(traced.direct)} from {traced.direct.ip}")]
        if traced.forwarded is not None:
            title = f"forwarded by {traced.forwarded.ip} as {_sender(traced.forwarded)}"
            hops.append((traced.forwarded, title))
        for verdict in verdicts(traced):
            yield f"{self._lines.result(verdict.result)}: {self._lines.paint(BOLD, escape.text(verdict.why))}"
        for hop, title in hops:
            if hop is not traced.direct:
                yield ""
            assumed = traced.delivery.sender_assumed and hop is traced.direct
            note = ", the envelope sender taken from the author" if assumed else ""
            yield f"  {escape.text(title)}{note}"
            yield ""
            yield from self._lines.parts(list(hop_parts(hop, traced)), "  ")
        if not quiet:
            for hop, title in hops:
                yield from self._steps(hop, title if len(hops) > 1 else "")
        yield from self._rest(refused)

    def _rest(self, refused: Sequence[Refused]) -> Iterator[str]:
        """What was not looked at, not answered, or not readable."""
        traced = self._traced
        if traced.unchecked:
            yield ""
            yield f"not checked: {number(traced.unchecked, 'more signature')}, receivers stop looking somewhere"
        if traced.open or refused:
            yield ""
        yield from map(open_line, traced.open)
        if any(part.reason == "not_asked" and part.question for part in traced.open):
            yield "`--live` asks DNS for what neither the zones nor the lock hold"
        for entry in refused:
            yield self._lines.paint(BAD, refused_line(entry))

    def _steps(self, hop: Hop, title: str) -> Iterator[str]:
        behind = f", {title}" if title else ""
        if hop.helo is not None:
            yield from self._spf(hop.helo, f"SPF of the HELO name {_shown_domain(hop.helo)}{behind}")
        yield from self._spf(
            hop.mail_from, f"SPF of the envelope sender at {_shown_domain(hop.mail_from)}{behind}"
        )
        if hop is self._traced.direct:
            yield from self._records("DKIM keys", self._keys())
            yield from self._records("ARC sets", self._sets())
        yield from self._records(f"DMARC of {shown_name(hop.author)}{behind}", self._policy(hop))
        yield from self._records(f"reverse DNS of {hop.ip}{behind}", self._reverse(hop))

    def _spf(self, outcome: SpfOutcome, title: str) -> Iterator[str]:
        yield ""
        yield self._lines.paint(BOLD, escape.text(title))
        lookups = 0
        for step in outcome.steps:
            counted = _asks(step)
            lookups += counted
            yield self._step(step, f" (lookup {lookups} of {LIMIT})" if counted else "")
        counts = f"{outcome.lookups} of {LIMIT} lookups, {outcome.voids} of {VOID_LIMIT} void ones"
        yield f"      {self._lines.result(outcome.result)} after {counts}"
        if outcome.explanation is not None:
            yield f"      its owner says: {escape.text(outcome.explanation)}"

    def _step(self, step: SpfStep, counted: str) -> str:
        if step.term is None:
            what = shown_name(step.domain)
            if step.outcome == "record" and step.record is not None:
                what = f"{what} has `{shorten(step.record.text, RECORD)}`"
            else:
                what = f"{what}: {step.why or step.outcome}"
        else:
            why = f", {step.why}" if step.why else ""
            what = f"`{shorten(step.text)}`: {step.outcome}{why}{_answers(step.asked)}"
        indent = "  " * step.depth
        return self._numbered(f"{indent}{what}{counted}", step.at)

    def _keys(self) -> Iterator[tuple[str, Location]]:
        for signature in self._traced.dkim:
            if signature.key is not None:
                name = shown_name(signature.key.name)
                yield f"{name} has `{shorten(signature.key.text, RECORD)}`", signature.key.at

    def _sets(self) -> Iterator[tuple[str, Location]]:
        for each in self._traced.arc.sets if self._traced.arc is not None else ():
            for title, signature in (("message signature", each.message_signature), ("seal", each.seal)):
                at = signature.key.at if signature.key is not None else NOWHERE
                yield f"{title} {each.instance}: {signature.result}, {signature.reason}", at

    def _policy(self, hop: Hop) -> Iterator[tuple[str, Location]]:
        record = hop.dmarc.record
        if record is None:
            return
        yield f"{shown_name(record.record.name)} has `{shorten(record.record.text, RECORD)}`", record.record.at
        if hop.dmarc.organizational_domain:
            yield f"the organizational domain is {shown_name(hop.dmarc.organizational_domain)}", NOWHERE
        for each in hop.dmarc.aligned:
            yield f"{each.method.upper()} of {shown_name(each.domain)} passed and is aligned", NOWHERE

    def _reverse(self, hop: Hop) -> Iterator[tuple[str, Location]]:
        for name in hop.ptr.names:
            yield f"{hop.ptr.address} is {name.shown}", name.record.at
            for host in name.forward.found:
                yield f"{name.shown} is {host.address}", host.record.at

    def _records(self, title: str, steps: Iterator[tuple[str, Location]]) -> Iterator[str]:
        lines = [self._numbered(what, at) for what, at in steps]
        if lines:
            yield ""
            yield self._lines.paint(BOLD, escape.text(title))
            yield from lines

    def _numbered(self, what: str, at: Location) -> str:
        return f"{next(self._numbers):>4}  {escape.text(what)}{self._lines.place(at)}"


def _sender(hop: Hop) -> str:
    return shorten(hop.sender, 120) or "<> (the null sender)"


def _shown_domain(outcome: SpfOutcome) -> str:
    return shown_name(outcome.domain)


def _asks(step: SpfStep) -> bool:
    """Whether the step's term counts as a lookup (RFC 7208 section 4.6.4)."""
    term = step.term
    if isinstance(term, Directive):
        return term.mechanism in _ASKING
    return isinstance(term, Modifier) and term.name == "redirect"


def _answers(asked: Sequence[tuple[Question, Answer]]) -> str:
    if not asked:
        return ""
    shown = [f"{describe(question)} {_answer(answer)}" for question, answer in asked[:ANSWERS]]
    return f"; {', '.join(shown)}" + (", …" if len(asked) > ANSWERS else "")


def _answer(answer: Answer) -> str:
    if isinstance(answer, Present):
        values = [shorten(record.text) for record in answer.records[:ANSWERS]]
        return f"is {' '.join(values)}" + (" …" if len(answer.records) > ANSWERS else "")
    if isinstance(answer, Absent):
        return "does not exist" if answer.kind == "nxdomain" else "is empty"
    assert isinstance(answer, Unknown)
    return "was not asked" if answer.reason == "not_asked" else f"is not known ({answer.reason})"
