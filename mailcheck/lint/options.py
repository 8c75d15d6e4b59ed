"""A rule's options: from the mapping of a profile or `mailcheck.yaml` to the rule's own dataclass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from mailcheck.errors import UsageError
from mailcheck.lint.registry import AnyRule, nearest
from mailcheck.lint.rule import Options


def build_options(rule: AnyRule, given: Mapping[str, Any]) -> Options:
    """The rule's options with `given` over their defaults.

    Raises UsageError for an option that the rule does not have, or a value of another type.
    """
    if not given:
        return rule.options()
    hints = get_type_hints(rule.options)
    names = [field.name for field in fields(rule.options)]
    values = {}
    for name, value in given.items():
        key = name.replace("-", "_")
        if key not in names:
            otherwise = f"it has {', '.join(names)}" if names else "it has none"
            raise UsageError(f"{rule.id} has no option {name!r}", hint=nearest(key, names, otherwise))
        values[key] = _fitting(rule, name, hints[key], value)
    return rule.options(**values)


def _fitting(rule: AnyRule, name: str, kind: Any, value: Any) -> Any:
    if get_origin(kind) is Literal:
        if value in get_args(kind):
            return value
        expected = "one of " + ", ".join(str(choice) for choice in get_args(kind))
    elif get_origin(kind) is tuple:
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        expected = "a list of strings"
    else:
        if type(value) is kind:
            return value
        expected = {int: "a whole number", bool: "true or false", str: "a string"}[kind]
    raise UsageError(f"option {name!r} of {rule.id} must be {expected}, not {value!r}")
