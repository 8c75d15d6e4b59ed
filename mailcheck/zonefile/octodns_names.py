"""Names as octoDNS YAML writes them, as owner names and targets of DNS: checked, lower case, A-labels."""

from __future__ import annotations

import re
from typing import Final

from mailcheck.model.names import split_labels
from mailcheck.model.patterns import late

_COMMON: Final = re.compile(r"[a-z0-9_*/-]{1,63}(?:\.[a-z0-9_*/-]{1,63})*")
_ESCAPE: Final = late(r"\\(?:[0-9]{3}|[^0-9])")
LONGEST_NAME = 254
"""Octets of a name's text, its final dot included and each escape counted as one."""

_CONTEXTUAL: Final = frozenset("-\u00b7\u0375\u05f3\u05f4\u30fb\u200c\u200d")
_LABEL_CATEGORIES: Final = frozenset({"Ll", "Lo", "Lm", "Mn", "Mc", "Nd"})


def owner_name(text: str, zone_name: str) -> str:
    """The absolute owner name that a key stands for in a zone; the empty key is the zone itself.

    Raises `ValueError` with the reason where it is no name.
    """
    if not text:
        return zone_name
    name = text.lower()
    if not _COMMON.fullmatch(name):
        if name == "@":
            raise ValueError("octoDNS writes the zone's own name as `''`")
        if name.endswith("."):
            raise ValueError("names are relative to the zone, so no dot ends them")
        name = to_ascii(name)
    owner = name + zone_name if zone_name == "." else f"{name}.{zone_name}"
    if len(owner) > LONGEST_NAME and octets(owner) > LONGEST_NAME:
        raise ValueError("the whole name is longer than 253 characters")
    return owner


def to_ascii(name: str) -> str:
    """A name without its final dot, every label checked and non-ASCII ones as A-labels.

    octoDNS encodes each label by IDNA 2008 without any mapping but lower case (RFC 5891 section
    4.4), which is Punycode from the standard library for every label that IDNA 2008 allows.
    Raises `ValueError` with the reason where it is no name.
    """
    return ".".join([_checked_label(label) for label in split_labels(name + ".")])


def _checked_label(label: str) -> str:
    if not label:
        raise ValueError("a label is empty")
    if not label.isascii():
        label = _a_label(label.lower())
    if not label.isprintable() or " " in label:
        raise ValueError("a name holds no white space or control characters")
    if "\\" in label and "\\" in _ESCAPE.sub("", label):
        raise ValueError("a backslash escapes nothing")
    if octets(label) > 63:
        raise ValueError("a label is longer than 63 characters")
    return label


def octets(name: str) -> int:
    """How many octets the text of a name stands for, an escape being one."""
    return len(_ESCAPE.sub("x", name)) if "\\" in name else len(name)


def _a_label(label: str) -> str:
    import unicodedata

    if len(label) > 63:
        raise ValueError("a label is longer than 63 characters")
    if unicodedata.normalize("NFKC", label) != label or unicodedata.category(label[0]).startswith("M"):
        raise ValueError("a label is not in the form that IDNA 2008 requires")
    for char in label:
        allowed = unicodedata.category(char) in _LABEL_CATEGORIES if not char.isascii() else char.isalnum()
        if not allowed and char not in _CONTEXTUAL:
            raise ValueError(f"IDNA 2008 does not allow the character U+{ord(char):04X}")
    return "xn--" + label.encode("punycode").decode("ascii")
