"""Which domains stand in which address class."""

import pytest

from mailcheck.analysis.host_facts import host_facts
from mailcheck.analysis.postfix_domains import DomainList, domain_list
from mailcheck.lint.host_cases import example
from mailcheck.lint.rule import changed

MAIN = "/etc/postfix/main.cf"


def classed(value: str, files: dict[str, str] | None = None, setting: str = "virtual_alias_domains") -> DomainList:
    old = {"virtual_alias_domains": "virtual_alias_domains = example.net", "relay_domains": "relay_domains =\n"}
    edit = (MAIN, old[setting], f"{setting} = {value}\n")
    machine = example(changed(edit, files=files or {})).machine
    facts = host_facts(machine)
    assert facts.postfix is not None
    return domain_list(facts.postfix, setting, machine.files)


@pytest.mark.parametrize(
    ("value", "files"),
    [
        ("Example.ORG", {}),
        ("a.example, example.org", {}),
        ("hash:/etc/postfix/own", {"/etc/postfix/own": "# comment\nexample.org anything\n more\n\n"}),
        ("texthash:/etc/postfix/own", {"/etc/postfix/own": "a@example.net x\nexample.org x\n"}),
        ("/etc/postfix/own", {"/etc/postfix/own": "# comment\na.example example.org\n"}),
        ("inline:{ { example.org = x } }", {}),
        ("inline:{ example.org=x }", {}),
    ],
)
def test_it_is_in_the_class(value: str, files: dict[str, str]) -> None:
    found = classed(value, files)
    assert found.holds("example.org.") is True
    assert found.holds("sub.example.org.") is False
    assert found.why == ""


def test_the_place_is_the_line_of_the_table() -> None:
    found = classed("hash:/etc/postfix/own", {"/etc/postfix/own": "# comment\nexample.org anything\n"})
    at = found.names["example.org."]
    assert (at.path, *at.span) == ("/etc/postfix/own", 2, 1, 2, 12)


@pytest.mark.parametrize(
    "value",
    [
        "mysql:/etc/postfix/own.cf",
        "hash:/etc/postfix/gone",
        "/etc/postfix/gone",
        "$process_id",
        "pcre:/etc/postfix/p",
    ],
)
def test_what_cannot_be_read_is_not_determined(value: str) -> None:
    found = classed(f"{value}, example.net")
    assert found.holds("example.net.") is True
    assert found.holds("example.org.") is None


@pytest.mark.parametrize(
    "value",
    [
        "!example.org, example.org",
        "!Example.ORG example.net, example.org",
        "!inline:{ example.org=x }, example.org",
        "!/etc/postfix/own, example.org",
        "/etc/postfix/negated, example.org",
        "!example.org, mysql:/etc/postfix/own.cf",
        "!example.org, static:all",
        "fail:, example.net",
        "$unknown, example.net",
        "hash:/etc/postfix/without",
    ],
)
def test_what_comes_first_decides(value: str) -> None:
    files = {
        "/etc/postfix/own": "a.example, example.org\n",
        "/etc/postfix/negated": "!example.org\n",
        "/etc/postfix/without": "example.org\nexample.net x\n",
    }
    found = classed(value, files)
    assert found.holds("example.org.") is False
    assert "example.org." not in found.names


@pytest.mark.parametrize(
    "value",
    [
        "example.org, !example.org",
        "!example.net, static:all",
        "!!example.org",
        "unionmap:{inline:{example.org=1}}",
    ],
)
def test_an_exclusion_of_others_changes_nothing(value: str) -> None:
    assert classed(value).holds("example.org.") is True


@pytest.mark.parametrize("value", ["!mysql:/etc/postfix/own.cf, example.org", "!/etc/postfix/gone example.org"])
def test_what_may_be_excluded_is_not_determined(value: str) -> None:
    assert classed(value).holds("example.org.") is None


def test_an_excluded_parent_excludes_what_is_below() -> None:
    assert classed("!.example.org, a.example.org").holds("a.example.org.") is False


def test_relay_domains_stand_for_names_below_them() -> None:
    assert classed("example.org", setting="relay_domains").holds("a.example.org.") is True
    assert classed(".example.org").holds("a.example.org.") is True
    assert classed(".example.org").holds("example.org.") is False
