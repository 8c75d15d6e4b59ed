"""What a shell is told of the values that an option or argument takes: rules and profiles.

Each function is given what is typed so far. Nothing is imported before a shell asks.
"""

from __future__ import annotations

from collections.abc import Iterable


def rule_ids(incomplete: str) -> list[str]:
    """The ids that have a page: those of the installed rules, and of what lint says of itself."""
    from mailcheck.lint.own_findings import OWN_RULES

    return _beginning({*_ids(), *OWN_RULES}, incomplete)


def rule_lists(incomplete: str) -> list[str]:
    """The last id of a list with commas; those before it are kept, and not offered again."""
    before, comma, last = incomplete.rpartition(",")
    given = set(before.split(","))
    return [f"{before}{comma}{found}" for found in _beginning(_ids(), last) if found not in given]


def plan_rule_lists(incomplete: str) -> list[str]:
    """As rule_lists(), of the rules about plans alone: `sync` asks for consent to no others."""
    return [found for found in rule_lists(incomplete) if found.rpartition(",")[2].startswith("plan-")]


def profiles(incomplete: str) -> list[str]:
    """The names of the installed profiles."""
    from mailcheck.lint.registry import installed_profiles

    return _beginning(installed_profiles(), incomplete)


def _ids() -> Iterable[str]:
    from mailcheck.lint.registry import installed_ids

    return installed_ids()


def _beginning(words: Iterable[str], start: str) -> list[str]:
    return sorted(word for word in words if word.startswith(start))
