"""Macros of SPF records and explanations expanded for one message (RFC 7208 section 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mailcheck.analysis.spf_names import dns_name, domain_text, expand_part
from mailcheck.analysis.spf_ptr import validated_name
from mailcheck.analysis.spf_run import Run
from mailcheck.grammar.spf_macro import MacroString
from mailcheck.model.dns import Evaluation

LONGEST_EXPLANATION = 10_000
"""Characters; a longer explanation is as good as none."""

_LONGER_THAN_ANY_NAME = 512
_LOCAL_PART = frozenset("sl")


def expanded_name(run: Run, domain: str, text: MacroString) -> Evaluation[str | None]:
    """The absolute name that a domain-spec in the record of `domain` stands for; None where it is no name.

    With a local part beyond ASCII, `%{s}` and `%{l}` make no name (RFC 8616 section 4).
    """
    values = yield from _values(run, domain, text)
    if not (text.letters.isdisjoint(_LOCAL_PART) or _sender(run).isascii()):
        return None
    pieces: list[str] = []
    length = 0
    # Only the end of a name that is too long is kept: from the right, a hostile one costs no more than another.
    for part in reversed(text.parts):
        piece = part if isinstance(part, str) else expand_part(part, values[part.letter])
        pieces.append(piece)
        length += len(piece)
        if length > _LONGER_THAN_ANY_NAME:
            break
    pieces.reverse()
    name = "".join(pieces)
    return dns_name(name) if name.isascii() else None


def expanded_explanation(run: Run, domain: str, text: MacroString) -> Evaluation[str | None]:
    """The explanation with its macros expanded (section 6.2); None where it grows too long."""
    values = yield from _values(run, domain, text)
    pieces: list[str] = []
    length = 0
    for part in text.parts:
        piece = part if isinstance(part, str) else expand_part(part, values[part.letter])
        pieces.append(piece)
        length += len(piece)
        if length > LONGEST_EXPLANATION:
            return None
    return "".join(pieces)


def _values(run: Run, domain: str, text: MacroString) -> Evaluation[dict[str, str]]:
    """By macro letter, those that the text needs."""
    values = run.values
    for letter in text.letters:
        if letter == "d":
            values["d"] = domain_text(domain)
        elif letter == "p":
            values["p"] = yield from validated_name(run, domain)
        elif letter not in values:
            values[letter] = _CONSTANT[letter](run)
    return values


def _sender(run: Run) -> str:
    return run.request.sender or f"postmaster@{_helo(run)}"


def _helo(run: Run) -> str:
    return run.request.helo.removesuffix(".")


def _dotted_address(run: Run) -> str:
    return str(run.ip) if run.is_ip4 else ".".join(f"{run.bits:032X}")


_CONSTANT: Mapping[str, Callable[[Run], str]] = {
    "s": _sender,
    "l": lambda run: _sender(run).rpartition("@")[0],
    "o": lambda run: _sender(run).rpartition("@")[2],
    "i": _dotted_address,
    "v": lambda run: "in-addr" if run.is_ip4 else "ip6",
    "h": _helo,
    "c": lambda run: str(run.ip),
    "r": lambda run: run.request.receiver,
    "t": lambda run: str(run.request.timestamp or 0),
}
