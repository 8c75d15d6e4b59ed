"""One message end to end: SPF, DKIM, ARC, DMARC, reverse DNS, and what a forwarder makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mailcheck.analysis.dmarc_check import DmarcVerdict, evaluate
from mailcheck.analysis.fcrdns import ReverseDns, reverse_dns
from mailcheck.analysis.signature_values import ArcChain, Signature
from mailcheck.analysis.signatures import key_verdict, verify_signatures
from mailcheck.analysis.spf_check import check_host
from mailcheck.analysis.spf_request import RawStep, SpfOutcome, SpfRequest, mail_from_request, to_a_labels
from mailcheck.grammar.dmarc import REQUESTS
from mailcheck.grammar.message import Message
from mailcheck.grammar.spf import Invalid
from mailcheck.model.dns import Absent, Evaluation, Question, Unknown, describe
from mailcheck.model.names import IPAddress, absolute
from mailcheck.model.trace import Delivery, Relay, Verdict

NEVER_ASKED = frozenset({"not_asked", "limit", "unread"})
MOST_AUTHORS = 10
"""Author domains that a message may have; receivers refuse many more than one."""
GRAVITY = {"pass": 0, "none": 1, "temperror": 2, "undetermined": 3, "fail": 4}
"""Which of several outcomes counts: the highest."""


class Hop(NamedTuple):
    """What one receiver makes of the message as it arrives from `ip`.

    - `sender`: the envelope sender, empty for the null sender.
    - `helo`: SPF of the HELO name, None where it is not known. `mail_from`: SPF of the envelope sender.
    - `author`: the author domain that `dmarc` is about: of several the one with the gravest outcome.
    """

    ip: IPAddress
    sender: str
    helo: SpfOutcome | None
    mail_from: SpfOutcome
    author: str
    dmarc: DmarcVerdict
    ptr: ReverseDns


class OpenPart(NamedTuple):
    """A part that came to no result; `question` is None where it is no answer that is missing."""

    part: str
    question: Question | None
    reason: str
    why: str

    @property
    def asked(self) -> bool:
        """Whether a question went out and was not answered."""
        return self.reason not in NEVER_ASKED


class Trace(NamedTuple):
    """The whole trace; signatures and chain stay as they are when the message is forwarded.

    `unchecked` signatures stand in the message beyond those that receivers look at. `arc` is None where
    there is no message to read it from.
    """

    delivery: Delivery
    direct: Hop
    dkim: tuple[Signature, ...]
    unchecked: int
    arc: ArcChain | None
    forwarded: Hop | None

    @property
    def verdict(self) -> Verdict:
        """The gravest of both deliveries."""
        verdicts = [hop_verdict(hop, self.dkim) for hop in (self.direct, self.forwarded) if hop]
        return max(verdicts, key=lambda verdict: GRAVITY[verdict])

    @property
    def dkim_result(self) -> str:
        """`pass` where any signature passes, else the result of the first one, else `none`."""
        results = [signature.result for signature in self.dkim]
        return "pass" if "pass" in results else next(iter(results), "none")

    @property
    def open(self) -> tuple[OpenPart, ...]:
        """All that came to no result, in the order of the trace."""
        return tuple(_open_parts(self))


def trace(delivery: Delivery, message: Message | None, now: int) -> Evaluation[Trace]:
    """Follow one message; `now` is in seconds since 1970.

    Without `message` each selector of the delivery counts as a good signature if its key is usable.
    Raises UsageError where the message is signed and dkimpy is not installed.
    """
    if message is None:
        signatures: tuple[Signature, ...] = ()
        unchecked, arc = 0, None
        for selector in delivery.selectors:
            signatures += ((yield from key_verdict(*selector)),)
    else:
        signatures, unchecked, arc = yield from verify_signatures(message, now)
    direct = yield from _arrive(delivery.ip, delivery.helo, delivery.mail_from, delivery, signatures, now)
    forwarded = None
    if delivery.relay is not None:
        sender = rewritten(delivery.mail_from, delivery.relay)
        forwarded = yield from _arrive(delivery.relay.ip, "", sender, delivery, signatures, now)
    return Trace(delivery, direct, signatures, unchecked, arc, forwarded)


def rewritten(sender: str, relay: Relay) -> str:
    """The envelope sender behind the relay: by the Sender Rewriting Scheme, its hash and time stamp left open.

    The null sender and senders at the relay's own domain stay as they are.
    """
    local, _, domain = sender.rpartition("@")
    srs_domain = relay.srs_domain.removesuffix(".")
    if not srs_domain or not sender or absolute(domain) == relay.srs_domain:
        return sender
    return f"SRS0=hash=tt={domain}={local}@{srs_domain}"


def hop_verdict(hop: Hop, dkim: Sequence[Signature]) -> Verdict:
    """By DMARC; where no policy applies, a pass of SPF (MAIL FROM) or of any signature will do."""
    if hop.dmarc.result != "none":
        return hop.dmarc.result
    results = {hop.mail_from.result, *(signature.result for signature in dkim)}
    if "pass" in results:
        return "pass"
    if "undetermined" in results:
        return "undetermined"
    return "temperror" if "temperror" in results else "fail"


def ptr_result(ptr: ReverseDns) -> str:
    """`pass`, `fail`, `permerror` (no PTR record) or `temperror` (RFC 8601 section 2.7.3), or `undetermined`."""
    if ptr.open is not None:
        return "undetermined" if ptr.open[1].reason in NEVER_ASKED else "temperror"
    if isinstance(ptr.answer, Absent):
        return "permerror"
    return "pass" if ptr.confirming else "fail"


def _arrive(
    ip: IPAddress, helo: str, sender: str, delivery: Delivery, dkim: Sequence[Signature], now: int
) -> Evaluation[Hop]:
    of_helo = None
    if helo:
        of_helo = yield from check_host(SpfRequest(ip, absolute(to_a_labels(helo)), "", helo, timestamp=now))
    of_sender = yield from check_host(mail_from_request(ip, sender, helo, timestamp=now))
    if not helo:
        of_sender = _without_helo(of_sender)
    spf = [(of_sender.domain, of_sender.result)]
    signatures = [(signature.domain, signature.result) for signature in dkim]
    verdicts: tuple[tuple[str, DmarcVerdict], ...] = ()
    for author in delivery.authors:
        verdicts += ((author, (yield from evaluate(author, spf, signatures))),)
    author, dmarc = max(verdicts, key=_gravity)
    ptr = (yield from reverse_dns(ip))[ip]
    return Hop(ip, sender, of_helo, of_sender, author, dmarc, ptr)


def _gravity(judged: tuple[str, DmarcVerdict]) -> tuple[int, int]:
    """Of several author domains the strictest policy of those that fail counts (RFC 7489 section 6.6.1)."""
    verdict = judged[1]
    return GRAVITY[verdict.result], REQUESTS.index(verdict.policy) if verdict.policy else -1


def _without_helo(outcome: SpfOutcome) -> SpfOutcome:
    """Undetermined where the way to the result went through a macro of the HELO name, which is not known."""
    terms = [step for step in outcome.steps if step.term is not None and not isinstance(step.term, Invalid)]
    macros = [step for step in terms if "%{h" in step.text.lower()]
    if all(step.outcome in ("explanation", "no explanation") for step in macros):
        return outcome
    why = f"`{macros[0].text}` depends on the HELO name, which was not given"
    step: RawStep = (0, outcome.domain, None, None, (), "undetermined", why)
    return outcome._replace(
        result="undetermined", raw_term=None, explanation=None, raw_steps=[*outcome.raw_steps, step]
    )


def _open_parts(traced: Trace) -> Iterator[OpenPart]:
    yield from _open_at(traced.direct, "")
    for signature in traced.dkim:
        if signature.open:
            yield _unanswered(f"dkim {describe(signature.open[0])}", *signature.open)
    if traced.arc is not None and traced.arc.open:
        yield _unanswered("arc", *traced.arc.open)
    if traced.forwarded is not None:
        yield from _open_at(traced.forwarded, "forwarded ")


def _open_at(hop: Hop, title: str) -> Iterator[OpenPart]:
    for part, outcome in (("spf helo", hop.helo), ("spf mail_from", hop.mail_from)):
        if outcome is None or outcome.result not in ("temperror", "undetermined"):
            continue
        if found := open_question(outcome):
            yield _unanswered(title + part, *found)
        else:
            yield OpenPart(title + part, None, "not_asked", outcome.why)
    if hop.dmarc.open:
        yield _unanswered(f"{title}dmarc", *hop.dmarc.open)
    if hop.ptr.open:
        yield _unanswered(f"{title}ptr", *hop.ptr.open)


def open_question(outcome: SpfOutcome) -> tuple[Question, Unknown] | None:
    """The question whose missing answer ended a check of SPF."""
    if outcome.open is not None:
        return outcome.open
    asked = [pair for step in outcome.steps for pair in step.asked]
    return next(((question, answer) for question, answer in asked[::-1] if isinstance(answer, Unknown)), None)


def _unanswered(part: str, question: Question, answer: Unknown) -> OpenPart:
    what = answer.detail or describe(question)
    why = {"not_asked": "not asked", "limit": "over a limit", "unread": "not readable in its zone file"}
    return OpenPart(
        part, question, answer.reason, f"{why.get(answer.reason, f'no answer ({answer.reason})')}: {what}"
    )
