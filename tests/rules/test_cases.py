"""Every rule's own examples: good ones are silent, bad ones are found at the exact place."""

import pytest

from mailcheck.lint.cases import check_rule
from mailcheck.lint.registry import installed_rules


@pytest.mark.parametrize("rule_id", installed_rules())
def test_cases(rule_id: str) -> None:
    results = list(check_rule(installed_rules()[rule_id]))
    assert not [(result.case, result.why) for result in results if not result.passed]
    assert {result.case.split()[0] for result in results} == {"good", "bad"}
