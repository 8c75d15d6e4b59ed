"""Every rule's own examples: good ones are silent, bad ones are found at the exact place."""

import pytest

from mailcheck.lint.cases import check_rule
from mailcheck.lint.registry import installed_rules

# A case of a host is the whole example host, read and judged by all rules about hosts.
IDS = [
    pytest.param(rule_id, marks=[pytest.mark.slow] if rule.stage == "host" else [])
    for rule_id, rule in installed_rules().items()
]


@pytest.mark.parametrize("rule_id", IDS)
def test_cases(rule_id: str) -> None:
    results = list(check_rule(installed_rules()[rule_id]))
    assert not [(result.case, result.why) for result in results if not result.passed]
    assert {result.case.split()[0] for result in results} == {"good", "bad"}
