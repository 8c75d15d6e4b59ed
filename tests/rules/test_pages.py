"""A rule's page is complete."""

import re

import pytest

from mailcheck.lint.own_findings import OWN_RULES
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.repeats import WHATEVER

SECTIONS = ["What it checks", "Why it matters", "Example", "How to fix", "References"]
INFOS = {rule_id: rule.info() for rule_id, rule in installed_rules().items()} | OWN_RULES


@pytest.mark.parametrize("rule_id", INFOS)
def test_page_has_its_five_sections_in_order(rule_id: str) -> None:
    page = INFOS[rule_id].page
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == SECTIONS
    bodies = re.split(r"^## .+$", page, flags=re.MULTILINE)
    assert all(body.strip() for body in bodies)
    assert len(INFOS[rule_id].title) <= 90
    assert "\n" not in INFOS[rule_id].title


@pytest.mark.parametrize("rule_id", installed_rules())
def test_yields_only_to_rules_that_exist(rule_id: str) -> None:
    known = {other.removesuffix(WHATEVER) for other in installed_rules()[rule_id].yields_to}
    assert known <= set(installed_rules())
