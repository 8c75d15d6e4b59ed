"""Secrets in the texts of a host, each character of them made a `*`, so that places stay where they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mailcheck.grammar.private_key import holds_private_key
from mailcheck.host.password_values import Place, password_values
from mailcheck.model.patterns import late

_PEM = late(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?:-----)?|\Z)", re.DOTALL
)
_ENCODED = late(r"[A-Za-z0-9+/=]{16,}")
_ENCODED_LINE = late(r"[ \t]*[\"']?[A-Za-z0-9+/=]+[\"']?[ \t\r]*\Z")
_IN_ADDRESS = late(r"(?<=://)[^\s/:]*+:(?![0-9]{1,5}/)(?P<run>[^\s\"']++)")
_IN_RELAY = late(
    r"(?:\[|(?:relayhost|fallback_relay)[ \t]*=[ \t]*)[A-Za-z0-9._+-]{1,64}:(?P<secret>[^\s@\]]{1,256})(?=@)"
)
_OF_REQUEST = late(
    r"(?i)(?:\bcurl\b[^\n]{0,200}?\s(?:-u|--user)[ \t=]*[\"']?[^\s:\"']{1,64}:"
    r"|\bmysql[a-z]*\b[^\n]{0,200}?\s-p|\bauthorization:?[ \t]*(?:basic|bearer)[ \t]+)(?P<secret>[^\s\"'}]++)"
)
_HASH = late(
    r"(?P<secret>\$(?:1|2[abxy]?|5|6|7|g?y|sha1|argon2[a-z]{1,2})\$(?:[^\s$:]{1,64}\$){1,4}[./A-Za-z0-9+=]{20,})"
)
_SCHEME = late(
    r"(?i)(?<!\$)\{(?:S?SHA[0-9]{0,3}|S?MD5|(?:[A-Z0-9]{2,8}-)?CRYPT|PLAIN|CLEARTEXT|ARGON2ID?|PBKDF2"
    r"|(?:PLAIN|CRAM|DIGEST|LDAP)-MD5|SCRAM-SHA-[0-9]+)(?:\.[A-Z0-9]{2,6})?\}(?P<secret>[^\s,}\"']+)"
)
_ACCOUNT_FILE = late(r".*/(?:master\.)?(?:passwd|group|shadow|gshadow)(?:[-.~][^/]*)?")
_ACCOUNT_PASSWORD = late(r"(?m)^[^:\r\n]*:(?P<secret>(?!(?:x|[*!]+|NP|\*LK\*)(?:[:\r\n]|\Z))[^:\r\n]+)")
_FOLD = r"(?:[ \t\r]|\n[ \t]|\n#[^\n]*(?=\n))*+"
_LOGICAL = late(rf"(?m)^(?P<name>[A-Za-z0-9_]++){_FOLD}=(?P<value>[^\n]*(?:\n(?:[ \t#][^\n]*|(?=\n)))*)")
_PASSWORD_MAPS = "password_maps"
_OVERRIDE = late(
    rf"(?i)(?<![a-z0-9_])(?=[a-z0-9_]*?{_PASSWORD_MAPS})[a-z0-9_]++{_FOLD}="
    r"(?P<value>(?:(?!\s-o[\s{])[^\n]|\n(?=[ \t#\n]))*)"
)
_STATIC = late(r"(?i)\bstatic:(?!\{)(?P<secret>[^\s,]*[^\s,}])")
_BRACES = late(r":?\{|\}")
_USED = late(r"\$[({]?([A-Za-z0-9_]+)")


_OF_SECRET = late(r"(?!(?<=\n)#)[^\r\n\t ]")
"""A comment between continuation lines stays a comment."""


def masked(text: str, path: str = "") -> str:
    """`text` of the file `path` without private keys and credentials, every other character in its place.

    Masked are private keys (PEM, or base64 of DER), what `static:` and a `{ }` table of a `*password_maps`
    parameter of Postfix hold, values of what is named as a password and parameters that either names, the
    password in a URL or a request, hashed passwords, and the second field of passwd(5) and its like.
    """
    if _ACCOUNT_FILE.fullmatch(path):
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
    text = _IN_ADDRESS.sub(_address_masked, text)
    for mark, pattern in _MARKED:
        if mark in text:
            text = pattern.sub(_secret_masked, text)
    secrets = list(password_values(text))
    for found in _OVERRIDE.finditer(text):
        secrets += _inline(text, *found.span("value"))
    return _covered(text, _and_used(text, secrets))


_MARKED = (("@", _IN_RELAY), (" ", _OF_REQUEST), ("$", _HASH), ("{", _SCHEME))


def _and_used(text: str, secrets: list[Place]) -> list[Place]:
    """These, and the values of parameters that are named there."""
    if not any("$" in text[start:end] for start, end in secrets):
        return secrets
    values: dict[str, list[Place]] = {}
    for found in _LOGICAL.finditer(text):
        values.setdefault(found["name"], []).append(found.span("value"))
    for secret in secrets:  # which grows meanwhile
        for name in _USED.findall(text, *secret):
            secrets += values.pop(name, ())
    return secrets


def _inline(text: str, start: int, end: int) -> Iterator[Place]:
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


def _covered(text: str, secrets: Iterable[Place]) -> str:
    parts: list[str] = []
    done = 0
    for start, end in sorted(secrets):
        parts += (text[done:start], _stars(text[max(done, start) : end]))
        done = max(done, end)
    return "".join((*parts, text[done:]))


def _secret_masked(found: re.Match[str]) -> str:
    start = found.start("secret") - found.start()
    return found[0][:start] + _stars(found["secret"]) + found[0][start + len(found["secret"]) :]


def _address_masked(found: re.Match[str]) -> str:
    before, at, host = found["run"].rpartition("@")
    return found[0][: found.start("run") - found.start()] + _stars(before) + at + host


def _stars(text: str) -> str:
    return _OF_SECRET.sub("*", text)
