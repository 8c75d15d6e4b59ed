"""From SPF macro strings to the names that DNS is asked for (RFC 7208 sections 4.8 and 7.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mailcheck.grammar.spf import Directive, Modifier
from mailcheck.grammar.spf_macro import Expansion, MacroString
from mailcheck.model.patterns import late

LONGEST = 253
"""Characters of an expanded name, its final dot not counted (section 7.3)."""

_PLAIN = re.compile(r"(?:[a-z0-9_-]{1,63}+\.)*+[a-z0-9_-]{1,63}+")
_SPECIAL = frozenset('"();\\@$')
_ESCAPE = late(r"\\(?:([0-9]{3})|(.))")
_KNOWN_BEFOREHAND = frozenset("d")


def expand(text: MacroString, values: Mapping[str, str]) -> str:
    """The text with every expansion replaced; `values` by macro letter, each a text with dots in it."""
    return "".join(
        part if isinstance(part, str) else expand_part(part, values[part.letter]) for part in text.parts
    )


def expand_part(part: Expansion, value: str) -> str:
    """What one expansion makes of its letter's value: split, reversed, shortened, URL-escaped (section 7.3)."""
    if part.reverse or part.digits or part.delimiters:
        delimiters = part.delimiters
        pieces = re.split(f"[{re.escape(delimiters)}]", value) if delimiters else value.split(".")
        if part.reverse:
            pieces.reverse()
        value = ".".join(pieces[-part.digits :])
    if part.url_escape:
        from urllib.parse import quote

        value = quote(value, safe="")
    return value


def dns_name(text: str) -> str | None:
    """`text` as an absolute lower-case name, cut from the left to 253 characters; None where it can be none.

    An empty label and one of over 63 octets make it none. Octets that need it come out escaped.
    """
    name = text.lower().removesuffix(".")
    if len(name) > LONGEST:
        name = name[name.find(".", len(name) - LONGEST - 1) + 1 :]
    if _PLAIN.fullmatch(name) and len(name) <= LONGEST:
        return name + "."
    labels = name.split(".")
    if not all(0 < len(label) <= 63 for label in labels):
        return None
    return ".".join("".join(map(_presented, label)) for label in labels) + "."


def _presented(character: str) -> str:
    if character in _SPECIAL:
        return "\\" + character
    return character if "!" <= character <= "~" else f"\\{ord(character):03d}"


def is_known_beforehand(text: MacroString) -> bool:
    """Whether the text depends on nothing but the domain whose record it stands in (`%{d}`)."""
    return text.letters <= _KNOWN_BEFOREHAND


def target_of(term: Directive | Modifier, domain: str) -> str | None:
    """The name that a term of `domain`'s record asks for, absolute.

    None where it depends on the message (macros other than `%{d}`), and where it can be no name at all.
    """
    text = term.domain if isinstance(term, Directive) else term.value
    if text is None:
        return domain
    literal = text.literal
    if literal is None:
        if not is_known_beforehand(text):
            return None
        literal = expand(text, {"d": domain_text(domain)})
    return dns_name(literal)


def domain_text(domain: str) -> str:
    """The value of `%{d}`: an absolute name without its final dot and without escapes."""
    name = domain.removesuffix(".")
    return _ESCAPE.sub(_octet, name) if "\\" in name else name


def _octet(escape: re.Match[str]) -> str:
    return chr(int(escape[1])) if escape[1] else escape[2]
