"""main.cf, master.cf and values of Postfix."""

import pytest

from mailcheck.grammar.main_cf import parse_main_cf
from mailcheck.grammar.master_cf import MasterCf, parse_master_cf
from mailcheck.grammar.postfix_expand import expand
from mailcheck.grammar.postfix_parameters import defaults
from mailcheck.grammar.postfix_values import parse_table, split_items


def test_a_continuation_goes_on_behind_comments_and_its_places_are_the_files() -> None:
    (entry,) = parse_main_cf("/m", "relayhost = a\r\n# c\n\n  b = c\n").entries
    assert entry.value == "a  b = c"
    assert entry.value_at.within(3, 4).span[:2] == (4, 3)
    assert [part.name for part in entry.swallowed] == ["b"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("foo\n", "no-equals"),
        ("= x\n", "no-name"),
        ("  a = b\n", "nothing-before"),
        ("a = b\0c\n", "nul"),
        ("a = {{ name }}\n", "template"),
        ("%%x%% = 1\n", "template"),
    ],
)
def test_problems_of_main_cf(text: str, kind: str) -> None:
    assert [problem.kind for problem in parse_main_cf("/m", text).problems] == [kind]


def test_an_expression_is_no_template() -> None:
    assert not parse_main_cf("/m", "a = ${{$x} == {y} ? {1}:{2}}\nb = regexp:{{/^[^A-Z]/ x}}\n").problems


def test_overrides_and_the_space_that_kills_a_service() -> None:
    tree = parse_master_cf("/m", "smtp inet n - y - - smtpd\n  -o a=b -o { c = d e }\n  -o f = g\n")
    assert _overrides(tree) == ["a=b", "c=d e", "f=g"]
    assert [(problem.kind, problem.at.line) for problem in tree.problems] == [("override-space", 3)]


def _overrides(tree: MasterCf) -> list[str]:
    return [f"{part.name}={part.value}" for part in tree.services[0].overrides]


@pytest.mark.parametrize(
    ("command", "kinds", "overrides"),
    [
        ("smtpd -o a=b, c -o d=e", ["override-space"], ["a=b, c", "d=e"]),
        ("smtpd -o a=b,\n    c,\n    d -o e=f", ["override-space"], ["a=b,    c,    d", "e=f"]),
        ('smtpd -o a="b c"', ["override-space"], ['a="b c"']),
        ("smtpd -o a = b, c -o d=e", ["override-space"], ["a=b, c", "d=e"]),
        ("smtpd -o a =b", ["override-space"], ["a=b"]),
        ("smtpd -o a= b -o d=e", ["override-space"], ["a=b", "d=e"]),
        ("smtpd -oa=b c", ["override-space"], ["a=b c"]),
        ("smtpd -o a=b # why", ["override-space"], ["a=b # why"]),
        ("smtpd -o a -o d=e", ["override"], ["d=e"]),
        ("smtpd -o a b -o d=e", ["override"], ["d=e"]),
        ("smtpd -o", ["override"], []),
        ("smtpd -v x -o d=e", ["argument"], ["d=e"]),
        ("smtpd -c -o d=e", [], ["d=e"]),
        ("smtpd -o { a = b, c } -o {d=e f} -o g={h i}", [], ["a=b, c", "d=e f", "g={h i}"]),
        ("smtpd -o a=b,c -o d= -o e=f", [], ["a=b,c", "d=", "e=f"]),
        ("smtp -o a=b, c -o d=e", ["override-space"], ["a=b,"]),
        ("smtp -o a = b -o d=e", ["override-space"], ["a=b"]),
        ("pipe -o a=b flags=R user=x argv=/bin/x -o c = d", [], ["a=b"]),
        ("pipe -o a=b, c -o d=e user=x argv=/bin/x", ["override-space"], ["a=b, c", "d=e"]),
        ("/opt/filter -o a=b c -o d=e", [], ["a=b"]),
        ("/opt/filter -o a = b -o d=e", ["override-space"], ["a=b", "d=e"]),
    ],
)
def test_arguments_that_a_service_does_not_take(command: str, kinds: list[str], overrides: list[str]) -> None:
    tree = parse_master_cf("/m", f"x unix - - y - - {command}\n")
    assert [problem.kind for problem in tree.problems] == kinds
    assert _overrides(tree) == overrides


def test_loops_and_floods_end() -> None:
    assert "itself" in expand("$a", {"a": "$b", "b": "x$a"}.get).problem
    flood = {f"n{index}": f"$n{index + 1}" * 10 for index in range(50)}
    assert expand("$n0", flood.get).problem


def test_releases_differ() -> None:
    assert defaults((3, 9))["smtpd_forbid_bare_newline"] == "normalize"
    assert defaults((3, 7, 11))["smtpd_forbid_bare_newline"] == "no"
    assert "smtpd_forbid_bare_newline" not in defaults((3, 7, 6))
    assert defaults((3, 5, 0))["smtpd_tls_protocols"] == "!SSLv2, !SSLv3"


def test_items_and_tables() -> None:
    assert [item.text for item in split_items("a, { unix:s, x=y }  ${b?{c, d}}")] == [
        "a",
        "{ unix:s, x=y }",
        "${b?{c, d}}",
    ]
    assert parse_table("proxy:mysql:/etc/x.cf") == ("mysql", "/etc/x.cf", 12, True)
