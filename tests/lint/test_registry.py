"""What is installed is found by entry point; what does not fit is told in one line."""

import pytest

from mailcheck.errors import UsageError
from mailcheck.lint import profiles, registry


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    registry.installed_rules.cache_clear()
    monkeypatch.setattr(registry, "installed_rules", registry.installed_rules.__wrapped__)
    return monkeypatch


def test_a_package_named_twice_is_one(fresh: pytest.MonkeyPatch) -> None:
    fresh.setattr(registry, "entry_points", lambda group: ("mailcheck_rules.ptr", "mailcheck_rules.ptr"))
    assert {rule.split("-")[0] for rule in registry.installed_rules()} == {"ptr"}


def test_two_rules_of_one_id_are_refused(fresh: pytest.MonkeyPatch) -> None:
    rule = registry.rule_by_id("ptr-multiple")

    twin = rule._replace(module="plugin.ptr.multiple")
    fresh.setattr(registry, "entry_points", lambda group: ("one", "two"))
    fresh.setattr(registry, "_rules_of", lambda value: [rule if value == "one" else twin])
    with pytest.raises(UsageError, match="two rules are called ptr-multiple"):
        registry.installed_rules()


def test_a_file_without_a_rule_is_refused(fresh: pytest.MonkeyPatch) -> None:
    fresh.setattr(registry, "entry_points", lambda group: ("mailcheck.config",))
    with pytest.raises(UsageError, match="declares no RULE"):
        registry.installed_rules()


def test_profiles_that_extend_each_other_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"a": "extends: b", "b": "extends: a"}
    monkeypatch.setattr(profiles, "profile_text", lambda name: (texts[name], name))
    with pytest.raises(UsageError, match="in a circle: a -> b -> a"):
        profiles.load_profile("a")
