"""The rules and profiles that are installed, found by entry point: built-in ones have no privilege."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from mailcheck.errors import UsageError
from mailcheck.lint.entry_points import entry_points
from mailcheck.lint.rule import Rule, rule_id

AnyRule = Rule[Any]


@cache
def installed_rules(*without: str) -> Mapping[str, AnyRule]:
    """Every rule of every package that the entry-point group `mailcheck.rules` names, by id, sorted.

    Folders in `without` are not even imported, nor what lies below them. Raises UsageError where two rules
    claim one id, and where a file declares none.
    """
    found: dict[str, AnyRule] = {}
    for package in entry_points("mailcheck.rules"):
        for rule in _rules_of(package) if not set(package.split(".")[1:]) & set(without) else ():
            if rule.id in found and found[rule.id].module != rule.module:
                raise UsageError(f"two rules are called {rule.id}: {found[rule.id].module} and {rule.module}")
            found[rule.id] = rule
    return dict(sorted(found.items()))


@cache
def installed_ids() -> frozenset[str]:
    """The ids of all installed rules, told from the names of their files; nothing more is imported."""
    packages = [import_module(name) for name in entry_points("mailcheck.rules")]
    return frozenset(
        rule_id(f"{package.__name__}.{found.name}")
        for package in packages
        for found in iter_modules(package.__path__)
    )


def _rules_of(package_name: str) -> Iterable[AnyRule]:
    package = import_module(package_name)
    for found in iter_modules(package.__path__):
        module = import_module(f"{package_name}.{found.name}")
        rule = getattr(module, "RULE", None)
        if not isinstance(rule, Rule):
            raise UsageError(f"{module.__name__} declares no RULE", hint="is a plugin of rules out of date?")
        yield rule


def rule_by_id(rule_id: str) -> AnyRule:
    """The rule of that id. Raises UsageError, with the nearest id as its hint."""
    rules = installed_rules()
    if rule_id not in rules:
        raise UsageError(
            f"there is no rule {rule_id!r}", hint=nearest(rule_id, rules, "see `mailcheck rule list`")
        )
    return rules[rule_id]


def installed_profiles() -> tuple[str, ...]:
    """The names of all profiles, sorted."""
    return tuple(sorted({file.stem for file in _profile_files()}))


def _profile_files() -> Iterator[Path]:
    for package in entry_points("mailcheck.profiles"):
        for folder in import_module(package).__path__:
            yield from Path(folder).glob("*.yaml")


def profile_text(name: str) -> tuple[str, str]:
    """The YAML text of an installed profile and the path it is shown under. Raises UsageError."""
    for file in _profile_files():
        if file.stem == name:
            return file.read_text(encoding="utf-8"), f"profile {name}"
    known = installed_profiles()
    raise UsageError(f"there is no profile {name!r}", hint=nearest(name, known, f"there are {', '.join(known)}"))


def nearest(word: str, words: Iterable[str], otherwise: str) -> str:
    """A hint that names the likeliest of `words`, or says `otherwise`."""
    import difflib

    close = difflib.get_close_matches(word, list(words), n=1)
    return f"did you mean {close[0]}?" if close else otherwise
