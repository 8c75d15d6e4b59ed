"""Domains as mail headers write them."""

from __future__ import annotations

import re

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LONGEST = 253


def mail_domain(text: str) -> str | None:
    """The absolute lower-case name, U-labels as A-labels; None where `text` is no domain of a mail address.

    RFC 5321 section 4.1.2, with `_` let pass; RFC 6531 for U-labels, here as UTF-8 in Latin-1.
    """
    if len(text) > 4 * _LONGEST:
        return None
    if not text.isascii():
        from encodings.idna import ToASCII

        try:
            labels = text.encode("latin-1").decode("utf-8").split(".")
            text = ".".join([ToASCII(label).decode("ascii") if label else "" for label in labels])
        except UnicodeError:
            return None
    text = text.lower().removesuffix(".")
    if len(text) > _LONGEST or not all([_LABEL.fullmatch(label) for label in text.split(".")]):
        return None
    return text + "."


def full_domain(text: str) -> str | None:
    """As mail_domain(), of names that a registry may have handed out: two labels or more, the last no number."""
    name = mail_domain(text)
    labels = name.split(".")[:-1] if name else []
    return name if len(labels) > 1 and not labels[-1].isdigit() and labels[-1][0] != "_" else None
