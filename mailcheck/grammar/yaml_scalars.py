"""What PyYAML's SafeLoader makes of a scalar: YAML 1.1 turns `no`, `010` and `1:30` into other things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from yaml.constructor import SafeConstructor
from yaml.nodes import ScalarNode
from yaml.resolver import Resolver

if TYPE_CHECKING:
    from dataclasses import dataclass

    from yaml.error import Mark

    @dataclass(frozen=True)
    class Scalar:
        """A scalar is libyaml's own event, since a second object for each would cost too much.

        `implicit[0]` where it is plain and without a tag; `style` is the character that opens it,
        empty for a plain one. Marks are 0-based and count characters.
        """

        anchor: str | None
        tag: str | None
        implicit: tuple[bool, bool]
        value: str
        start_mark: Mark
        end_mark: Mark
        style: str

else:
    from yaml.events import ScalarEvent as Scalar

_PREFIX = "tag:yaml.org,2002:"
_TYPED_FIRST: Final = frozenset(Resolver.yaml_implicit_resolvers) - {"!", "&", "*", "<", "="}
_LONGEST_WORD = len("false")
_LONGEST_TYPED = 40
_MOST_DIGITS = 19
_resolver: Any = Resolver()


def tag_of(scalar: Scalar) -> str:
    """`str`, `int`, `float`, `bool`, `null` or `timestamp`, as SafeLoader resolves the scalar."""
    value = scalar.value
    first = value[:1]
    if first not in _TYPED_FIRST or not scalar.implicit[0] or (len(value) > _LONGEST_WORD and first.isalpha()):
        return "str"
    tag: str = _resolver.resolve(ScalarNode, value, (True, False))
    return tag.removeprefix(_PREFIX)


def constructed(scalar: Scalar) -> Any:
    """The Python value that SafeLoader makes of the scalar.

    Raises `ValueError` for numbers of over 19 digits, and for dates that do not exist, at which
    SafeLoader stops as well.
    """
    tag = tag_of(scalar)
    if tag == "str":
        return scalar.value
    digits = 0 if tag == "timestamp" else sum(map(str.isalnum, scalar.value))
    if digits > _MOST_DIGITS or len(scalar.value) > _LONGEST_TYPED:
        raise ValueError("a number of too many digits")
    return SafeConstructor().construct_object(ScalarNode(_PREFIX + tag, scalar.value))


def whole_number(scalar: Scalar) -> int | None:
    """The integer that the scalar stands for, quoted or not; None where it is none.

    A bool, a float, digits that are not ASCII and numbers of over 19 digits are none.
    """
    text = scalar.value
    if text.isdigit() and text.isascii() and len(text) <= _MOST_DIGITS and (text[0] != "0" or text == "0"):
        return int(text)
    tag = tag_of(scalar)
    if tag == "int":
        try:
            number: int = constructed(scalar)
        except ValueError:
            return None
        return number
    if tag != "str":
        return None
    text = text.strip()
    digits = text[1:] if text[:1] in ("-", "+") else text
    if not digits.isascii() or len(digits) > _MOST_DIGITS or not digits.replace("_", "").isdigit():
        return None
    try:
        return int(text)
    except ValueError:
        return None
