"""Configuration files of a host of a million characters, made to take quadratic time."""

from __future__ import annotations

import pytest

from mailcheck.grammar.main_cf import parse_main_cf
from mailcheck.grammar.master_cf import parse_master_cf
from mailcheck.grammar.postfix_values import parse_table
from mailcheck.grammar.postsrsd_conf import parse_postsrsd_conf
from mailcheck.grammar.shell_assignments import parse_shell_assignments

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("override", ["-o a= ", "-o a ", "-o a=\n "])
def test_overrides_of_nothing(override: str) -> None:
    text = "smtp inet n - y - - smtpd " + override * (900_000 // len(override))
    assert parse_master_cf("/m", text + "x").problems


def test_proxies_of_proxies() -> None:
    assert parse_table("proxy:" * 160_000 + "hash:/a").name == "/a"


def test_lists_of_postsrsd_that_grow_line_by_line() -> None:
    tree = parse_postsrsd_conf("domains += a\n" * 75_000, "/p")
    (option,) = tree.options
    assert len(option.values) == 75_000
    assert (option.at.line, option.at.end_line) == (1, 75_000)


def test_shell_variables_of_long_values() -> None:
    tree = parse_shell_assignments("A=" + "x" * 60_000 + "\n" + "B=$A\n" * 180_000, "/s")
    assert tree.assignments[1].value == "x" * 60_000
    last = tree.last("B")
    assert last is not None
    assert (last.value, last.why) == (None, "the file grows too long")


@pytest.mark.parametrize("marker", ["{%", "<%", "{{", "%%", "{%a <%", "{{ a"])
def test_markers_of_templates_that_never_end(marker: str) -> None:
    assert not parse_main_cf("/m", "a = " + marker * (900_000 // len(marker))).is_template
