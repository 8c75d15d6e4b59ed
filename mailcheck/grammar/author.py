"""The From field: which domains a message says it is from (RFC 5322 section 3.4, RFC 6854)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.grammar.mail_domain import mail_domain
from mailcheck.grammar.message import Message

_LONGEST = 65_536
"""Octets of From fields from which on none is read."""
_SPECIALS = "<>:;@,"
_ATOM = re.compile(r'[^ \t\r\n()<>\[\]:;@\\,"]+')
_QUOTED = re.compile(r'"(?:[^"\\]|\\.?)*+"?', re.DOTALL)
_LITERAL = re.compile(r"\[[^\]]*+\]?")
_COMMENT_PART = re.compile(r"[^()\\]++|\\.|[()\\]", re.DOTALL)
_AROUND_DOT = re.compile(r" ?\. ?")


class _Token(NamedTuple):
    """`special` is one of `<>:;@,` or empty; `text` is an atom with its dots, a quoted string or a literal."""

    special: str
    text: str = ""


def author_domains(message: Message) -> tuple[str, ...]:
    """The domains of all addresses in all From fields, each once, in their order; never raises.

    Absolute, lower case, U-labels as A-labels. Empty where there is no From field or none that can be
    read; an address whose domain is none (a literal, an empty one) adds nothing.
    """
    fields = message.named("from")
    if sum(len(field.value) for field in fields) > _LONGEST:
        return ()
    return tuple(dict.fromkeys(domain for field in fields for domain in _domains(field.text)))


def _domains(text: str) -> list[str]:
    found = []
    mailbox: list[_Token] = []
    inside = False
    for token in [*_tokens(text), _Token(",")]:
        if token.special in ("<", ">"):
            inside = token.special == "<"
        if token.special == ":" and not inside:
            mailbox = []
        elif token.special in (",", ";") and not inside:
            found.append(_domain(mailbox))
            mailbox = []
        else:
            mailbox.append(token)
    return [domain for domain in found if domain is not None]


def _domain(mailbox: list[_Token]) -> str | None:
    """The domain of one mailbox: of what stands in angle brackets, else of the whole."""
    specials = [token.special for token in mailbox]
    if "<" in specials:
        mailbox = mailbox[len(specials) - specials[::-1].index("<") :]
        specials = [token.special for token in mailbox]
        specials = specials[: specials.index(">")]
    if "@" not in specials:
        return None
    behind = len(specials) - specials[::-1].index("@")
    if any(specials[behind:]):
        return None
    return mail_domain(_AROUND_DOT.sub(".", " ".join([token.text for token in mailbox[behind : len(specials)]])))


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        character = text[at]
        if character == "(":
            at = _comment_end(text, at)
            continue
        pattern = {'"': _QUOTED, "[": _LITERAL}.get(character, _ATOM)
        found = pattern.match(text, at)
        if found is not None:
            yield _Token("", found[0])
        elif character in _SPECIALS:
            yield _Token(character)
        at = found.end() if found is not None else at + 1


def _comment_end(text: str, at: int) -> int:
    depth = 0
    for part in _COMMENT_PART.finditer(text, at):
        depth += {"(": 1, ")": -1}.get(part[0], 0)
        if depth == 0:
            return part.end()
    return len(text)
