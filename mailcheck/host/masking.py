"""Secrets in the texts of a host, each character of them made a `*`, so that places stay where they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mailcheck.grammar.private_key import holds_private_key
from mailcheck.model.patterns import late

_PEM = late(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?:-----)?|\Z)", re.DOTALL
)
_ENCODED = late(r"[A-Za-z0-9+/=]{16,}")
_ENCODED_LINE = late(r"[ \t]*[\"']?[A-Za-z0-9+/=]+[\"']?[ \t\r]*\Z")
_PASSWORD = late(
    r"(?im)^(?:[ \t]*(?:-o[ \t]*)?(?:\{[ \t]*)?(?:[a-z0-9_]*_)?(?:password|passwd|bind_pw)[ \t]*=[ \t]*"
    r"|[ \t]*LDAPBindPassword[ \t]+)(?P<secret>[^\r\n]*)"
)
_IN_ADDRESS = late(r"(?<=://)[^\s/:@]*:(?P<secret>[^\s/@]+)(?=@)")
_LOGICAL = late(r"(?m)^(?P<name>[A-Za-z0-9_]+)[ \t]*=(?P<value>[^\n]*(?:\n(?:[ \t#][^\n]*|(?=\n)))*)")
_OVERRIDE = late(r"(?<![A-Za-z0-9_])(?P<name>[A-Za-z0-9_]+)[ \t]*=[ \t]*(?P<value>[^\n]*)")
_PASSWORD_MAPS = "password_maps"
_STATIC = late(r"\bstatic:(?!\{)(?P<secret>[^\s,]*[^\s,}])")
_BRACES = late(r":?\{|\}")
_USED = late(r"\$[({]?([A-Za-z0-9_]+)")
_Place = tuple[int, int]
"""Where something begins and ends in a text."""


def masked(text: str) -> str:
    """`text` without private keys and inline credentials, every other character in its place.

    Masked are private keys (PEM, or base64 of DER), what `static:` and a `{ }` table of a `*password_maps`
    parameter of Postfix hold, parameters these name, values of `*password` and `*bind_pw`, and the password
    in a URL.
    """
    return _without_keys(_without_credentials(text))


def _without_keys(text: str) -> str:
    if "PRIVATE KEY" in text:
        text = _PEM.sub(lambda found: _stars(found[0]), text)
    if not holds_private_key(text):
        return text
    lines: list[str] = []
    inside = False
    for line in text.split("\n"):
        inside = holds_private_key(line) or (inside and bool(_ENCODED_LINE.match(line)))
        lines.append(_key_line(line) if inside else line)
    joined = "\n".join(lines)
    return _stars(joined) if holds_private_key(joined) else joined


def _key_line(line: str) -> str:
    narrow = _ENCODED.sub(lambda found: _stars(found[0]), line)
    return _stars(line) if narrow == line or holds_private_key(narrow) else narrow


def _without_credentials(text: str) -> str:
    if "assw" in text.lower() or "bind_pw" in text.lower():
        text = _PASSWORD.sub(_secret_masked, text)
    if "://" in text:
        text = _IN_ADDRESS.sub(_secret_masked, text)
    return _without_inline_maps(text) if _PASSWORD_MAPS in text else text


def _without_inline_maps(text: str) -> str:
    """What `static:` and `{ }` say in password maps, and the parameters that are named there."""
    places: dict[str, list[_Place]] = {}
    for found in _LOGICAL.finditer(text):
        places.setdefault(found["name"], []).append(found.span("value"))
    secrets: list[_Place] = []
    for pattern in (_LOGICAL, _OVERRIDE):
        for found in pattern.finditer(text):
            if found["name"].endswith(_PASSWORD_MAPS):
                secrets += _inline(text, *found.span("value"))
    for secret in secrets:  # which grows meanwhile
        for name in _USED.findall(text, *secret):
            secrets += places.pop(name, ())
    return _covered(text, secrets)


def _inline(text: str, start: int, end: int) -> Iterator[_Place]:
    yield from (found.span("secret") for found in _STATIC.finditer(text, start, end))
    depth = begin = 0
    for found in _BRACES.finditer(text, start, end):
        if found[0] == "}":
            depth = max(0, depth - 1)
            if begin and not depth:
                yield begin, found.start()
                begin = 0
        elif depth or found[0] == ":{":
            depth += 1
            begin = begin or found.end()
    if begin:
        yield begin, end


def _covered(text: str, secrets: Iterable[_Place]) -> str:
    parts: list[str] = []
    done = 0
    for start, end in sorted(secrets):
        parts += (text[done:start], _stars(text[max(done, start) : end]))
        done = max(done, end)
    return "".join((*parts, text[done:]))


def _secret_masked(found: re.Match[str]) -> str:
    start = found.start("secret") - found.start()
    return found[0][:start] + _stars(found["secret"]) + found[0][start + len(found["secret"]) :]


def _stars(text: str) -> str:
    return "".join(letter if letter in "\r\n\t " else "*" for letter in text)
