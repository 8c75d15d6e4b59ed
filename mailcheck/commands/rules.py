"""`mailcheck rule`: the catalogue, one page, and the rules' own cases."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from mailcheck.errors import UsageError
from mailcheck.lint.cases import CaseResult, check_rule
from mailcheck.lint.own_findings import OWN_RULES
from mailcheck.lint.registry import installed_rules, rule_by_id
from mailcheck.model.finding import RuleInfo

__all__ = ["CaseResult", "explain", "list_rules", "test_rules"]


def list_rules() -> tuple[RuleInfo, ...]:
    """Every rule, sorted by id."""
    infos = [rule.info() for rule in installed_rules().values()] + list(OWN_RULES.values())
    return tuple(sorted(infos, key=lambda info: info.id))


def explain(rule_id: str) -> RuleInfo:
    """One rule's page. Raises UsageError with the nearest id as its hint."""
    return OWN_RULES[rule_id] if rule_id in OWN_RULES else rule_by_id(rule_id).info()


def test_rules(pattern: str | None) -> Iterator[CaseResult]:
    """Run the cases of the rules whose id matches the glob `pattern`. Raises UsageError where none does."""
    chosen = [rule for rule in installed_rules().values() if fnmatchcase(rule.id, pattern or "*")]
    if not chosen:
        raise UsageError(f"no rule matches {pattern!r}", hint="see `mailcheck rule list`")
    for rule in chosen:
        yield from check_rule(rule)
