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
_NAMES_A_PASSWORD = (
    r"[a-z0-9_.-]{0,40}(?:pass(?:w(?:or)?d|phrase)[a-z0-9_.-]{0,40}(?<!maps)(?<!file)(?<!path)(?<!scheme)"
    r"|bind_?pw|pass|pwd|_pw)"
)
_COMMENT = r"(?:[ \t]*[#;])*[ \t]*"
_PASSWORD = late(
    rf"(?im)^(?:{_NAMES_A_PASSWORD}[ \t]*=[ \t]*(?P<folded>[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)"
    rf"|{_COMMENT}(?:-o[ \t]*)?(?:\{{[ \t]*)?{_NAMES_A_PASSWORD}[ \t]*=[ \t]*(?P<value>[^\r\n]*)"
    rf"|{_COMMENT}LDAPBindPassword[ \t]+(?P<ldap>[^\r\n]*))"
)
_IN_QUERY = late(r"(?i)(?<=[?&;,\s\"'])(?:password|passwd|pwd)=(?P<secret>[^\s&;,\"']+)")
_IN_ADDRESS = late(r"(?<=://)[^\s/:@]{0,64}:(?P<secret>(?![0-9]{1,5}/)[^\s\"']{1,128})(?=@)")
_HASH = late(r"\$(?:1|2[abxy]|5|6|7|g?y|argon2[a-z]{1,2})\$[./A-Za-z0-9=,+]+\$[./A-Za-z0-9$+]{20,}")
_ACCOUNT_FILES = ("/passwd", "/group", "/shadow", "/gshadow")
_ACCOUNT_PASSWORD = late(r"(?m)^[^:\n]*:(?P<secret>(?!(?:x|[*!]+|NP|\*LK\*)?:)[^:\n]+)")
_LOGICAL = late(
    r"(?m)^(?:[#;][#; \t]*)?(?P<name>[A-Za-z0-9_]+)[ \t]*=(?P<value>[^\n]*(?:\n(?:[ \t#][^\n]*|(?=\n)))*)"
)
_OVERRIDE = late(r"(?<![A-Za-z0-9_])(?P<name>[A-Za-z0-9_]+)[ \t]*=[ \t]*(?P<value>[^\n]*)")
_PASSWORD_MAPS = "password_maps"
_STATIC = late(r"\bstatic:(?!\{)(?P<secret>[^\s,]*[^\s,}])")
_BRACES = late(r":?\{|\}")
_USED = late(r"\$[({]?([A-Za-z0-9_]+)")
_Place = tuple[int, int]
"""Where something begins and ends in a text."""


def masked(text: str, path: str = "") -> str:
    """`text` of the file `path` without private keys and credentials, every other character in its place.

    Masked are private keys (PEM, or base64 of DER), what `static:` and a `{ }` table of a `*password_maps`
    parameter of Postfix hold, parameters these name, values of what is named as a password (commented out
    or not), the password in a URL, hashes of crypt(5), and the second field of passwd(5) and its like.
    """
    if path.removesuffix("-").endswith(_ACCOUNT_FILES):
        text = _ACCOUNT_PASSWORD.sub(_secret_masked, text)
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
    lower = text.lower()
    if "pass" in lower or "pw" in lower:
        text = _IN_QUERY.sub(_secret_masked, _PASSWORD.sub(_secret_masked, text))
    if "$" in text:
        text = _HASH.sub(lambda found: _stars(found[0]), text)
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
    """Each named group of such a pattern is a secret."""
    start, end = (at - found.start() for at in found.span(found.lastgroup or 0))
    return found[0][:start] + _stars(found[0][start:end]) + found[0][end:]


def _stars(text: str) -> str:
    return "".join(letter if letter in "\r\n\t " else "*" for letter in text)
