"""Which rules run on a zone, how severe each is there, and with what options."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from mailcheck.errors import UsageError
from mailcheck.lint.options import with_options
from mailcheck.lint.own_findings import ASKED_FOR, OWN_RULES
from mailcheck.lint.registry import AnyRule, installed_ids, nearest
from mailcheck.lint.rule import Options
from mailcheck.model.finding import Finding, Severity
from mailcheck.model.settings import RuleSetting


class ActiveRule(NamedTuple):
    """A rule as it runs: severity and options already decided."""

    rule: AnyRule
    severity: Severity
    options: Options


def select_rules(rules: Mapping[str, AnyRule], settings: Sequence[RuleSetting]) -> tuple[ActiveRule, ...]:
    """The rules that `settings` enable, in the order of their ids.

    Raises UsageError for a glob that matches no rule and for options that a rule does not have.
    """
    enabled: dict[str, bool] = dict.fromkeys(rules, False)
    severity = {rule_id: rule.severity for rule_id, rule in rules.items()}
    options = {rule_id: rule.options() for rule_id, rule in rules.items()}
    for setting in settings:
        for rule_id in matching(setting, rules):
            if setting.enabled is not None:
                enabled[rule_id] = setting.enabled
            if setting.severity is not None:
                severity[rule_id] = setting.severity
            if setting.options:
                options[rule_id] = with_options(rules[rule_id], options[rule_id], setting)
    return tuple(
        ActiveRule(rule, severity[rule_id], options[rule_id])
        for rule_id, rule in rules.items()
        if enabled[rule_id]
    )


def select_own(settings: Sequence[RuleSetting]) -> Mapping[str, Severity]:
    """mailcheck's own findings that `settings` leave, and how severe each is.

    What an option of the command line asks for is left out only by name, not where `select` names others.
    """
    severity = {rule_id: info.severity for rule_id, info in OWN_RULES.items()}
    enabled = dict.fromkeys(OWN_RULES, True)
    for setting in settings:
        for rule_id in OWN_RULES:
            if not fnmatchcase(rule_id, setting.rule):
                continue
            if setting.enabled is not None and not (setting.rule == "*" and rule_id in ASKED_FOR):
                enabled[rule_id] = setting.enabled
            if setting.severity is not None:
                severity[rule_id] = setting.severity
    return {rule_id: severity[rule_id] for rule_id in OWN_RULES if enabled[rule_id]}


def chosen(findings: Iterable[Finding], own: Mapping[str, Severity]) -> Iterator[Finding]:
    """Those of mailcheck's own findings that are left, as severe as they are to be."""
    for finding in findings:
        if finding.rule in own:
            yield finding._replace(severity=own[finding.rule])


def matching(setting: RuleSetting, rules: Mapping[str, AnyRule]) -> tuple[str, ...]:
    """The ids in `rules` that the setting's glob matches. Raises UsageError where it matches no rule at all."""
    glob = setting.rule
    found = (glob,) if glob in rules else tuple(rule_id for rule_id in rules if fnmatchcase(rule_id, glob))
    if not found and not any(fnmatchcase(rule_id, glob) for rule_id in installed_ids() | OWN_RULES.keys()):
        place = f"{setting.origin}: " if setting.origin else ""
        raise UsageError(
            f"{place}no rule matches {glob!r}",
            hint=nearest(glob, [*rules, *OWN_RULES], "see `mailcheck rule list`"),
        )
    return found
