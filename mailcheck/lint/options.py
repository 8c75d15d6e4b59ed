"""A rule's options: from the mapping of a profile or `mailcheck.yaml` to the rule's own named tuple."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin, get_type_hints

from mailcheck.errors import UsageError
from mailcheck.lint.registry import AnyRule, nearest
from mailcheck.lint.rule import Options
from mailcheck.model.settings import RuleSetting


def with_options(rule: AnyRule, base: Options, setting: RuleSetting) -> Options:
    """The rule's options `base` with those of `setting` over them.

    Raises UsageError, naming where the setting was written, for an option that the rule does not
    have, and for a value of another type.
    """
    hints = get_type_hints(rule.options)
    names = base._fields
    place = f"{setting.origin}: " if setting.origin else ""
    values = {}
    for name, value in setting.options.items():
        key = name.replace("-", "_")
        if key not in names:
            otherwise = f"it has {', '.join(names)}" if names else "it has none"
            raise UsageError(f"{place}{rule.id} has no option {name!r}", hint=nearest(key, names, otherwise))
        wanted = _misfit(hints[key], value)
        if wanted:
            raise UsageError(f"{place}option {name!r} of {rule.id} must be {wanted}, not {value!r}")
        values[key] = tuple(value) if isinstance(value, list) else value
    return base._replace(**values)


def _misfit(kind: Any, value: Any) -> str:
    """What an option of type `kind` must be, where `value` is not that; else nothing."""
    if get_origin(kind) is Literal:
        choices = get_args(kind)
        return "" if value in choices else "one of " + ", ".join(str(choice) or "''" for choice in choices)
    if get_origin(kind) is tuple:
        fits = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return "" if fits else "a list of strings"
    if kind is int and type(value) is int and value < 0:
        return "a whole number from 0 on"
    if type(value) is kind:
        return ""
    return {int: "a whole number", bool: "true or false", str: "a string"}[kind]
