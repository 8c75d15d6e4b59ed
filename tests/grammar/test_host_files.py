"""Grammars of a host's files: held against the real programs, and against hostile text."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailcheck.grammar.account_files import parse_group, parse_passwd
from mailcheck.grammar.aliases import parse_aliases
from mailcheck.grammar.hosts_file import parse_hosts
from mailcheck.grammar.opendkim_conf import parse_opendkim_conf
from mailcheck.grammar.opendkim_data_set import parse_rows
from mailcheck.grammar.postsrsd_conf import parse_postsrsd_conf
from mailcheck.grammar.shell_assignments import parse_shell_assignments
from mailcheck.grammar.systemd_unit import parse_unit
from mailcheck.grammar.table import parse_table
from tests.lab import program

PARSERS = [
    parse_opendkim_conf,
    parse_rows,
    parse_shell_assignments,
    parse_unit,
    parse_postsrsd_conf,
    parse_aliases,
    parse_table,
    lambda text, path: parse_table(text, path, "regexp"),
    parse_hosts,
    parse_group,
    parse_passwd,
]
HOSTILE = st.text(alphabet=st.sampled_from("aA=:/#\\\"'$`{}()[], \t\n\r;|if1\x00\udcff+-@*%"), max_size=60)


@given(HOSTILE)
def test_nothing_raises(text: str) -> None:
    for parse in PARSERS:
        parse(text, "/x")
        parse("[Service]\n" + text, "/x")


@pytest.mark.parametrize(
    "conf",
    [
        "UMask 008",
        "UMask 0x2",
        "Socket",
        "Foo x",
        "SubDomains On",
        "subdomains yes please",
        "Mode s # x",
        "IdentityHeader x",
    ],
)
def test_opendkim_refuses_the_same(conf: str, tmp_path: Path) -> None:
    file = tmp_path / "conf"
    file.write_text(conf + "\n")
    ran = subprocess.run(
        [program("opendkim"), "-n", "-x", str(file)], capture_output=True, check=False, timeout=20
    )
    assert bool(parse_opendkim_conf(conf, "/x").problems) == (ran.returncode != 0)


@given(st.text(alphabet=st.sampled_from("ab\\\"' =#$A{}"), max_size=15))
@example("=\\")
def test_shell_reads_the_same(value: str) -> None:
    text = f"A=1\nB={value}\n"
    tree = parse_shell_assignments(text, "/x", {"a": "", "b": ""})
    found = tree.last("B")
    if tree.problems or found is None or found.value is None:
        return
    # An empty line between, for a value that ends in a backslash and goes on in the next.
    script = text + '\nprintf %s "$B"'
    ran = subprocess.run(
        ["/bin/sh", "-c", script], capture_output=True, text=True, env={}, check=False, timeout=20
    )
    assert ran.stdout == found.value


def test_aliases_and_tables() -> None:
    tree = parse_aliases('root: you,\n  "|/bin/x a, b", :include:/l, /dev/null # c\n"a b": c\nnonsense\n', "/x")
    first = [(one.kind, one.target.text) for one in tree.aliases[0].destinations]
    assert first[:3] == [("address", "you"), ("command", "/bin/x a, b"), ("include", "/l")]
    assert (tree.aliases[1].name.text, len(tree.problems)) == ("a b", 1)
    rows = parse_table("if /a/\n/x y/i  OK\nendif\n", "/x", "pcre")
    assert [(row.condition, row.key.text, row.value.text) for row in rows] == [
        ("if", "/a/", ""),
        ("", "/x y/i", "OK"),
        ("endif", "", ""),
    ]
