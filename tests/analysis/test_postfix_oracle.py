"""Postfix's own postconf answers as mailcheck does."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailcheck.analysis.postfix import Postfix, read_postfix
from mailcheck.model.machine import HostFile
from tests.lab import program

NAMES = (
    "smtpd_banner",
    "relayhost",
    "myorigin",
    "mydomain",
    "myhostname",
    "foo",
    "bar",
    "smtp_helo_name",
    "mydestination",
)
PARTS = st.sampled_from(
    [
        "a",
        "b{x}",
        "$mydomain",
        "$(relayhost)",
        "${foo}",
        "${foo?y}",
        "${bar:n}",
        "${foo?{$bar}:{none}}",
        "$$",
        ",",
        "#",
        "=",
        "é",
        "${{$foo}=={$bar}?{same}:{other}}",
        "${{3.10}<level{3.6}?{old}:{new}}",
        "$undefined",
        "${bar?$foo}",
        "$",
        "${",
        "${-}",
        "{{a}",
    ]
)
GAPS = st.sampled_from([" ", "\n  ", "\n# x\n\t", "\n\n ", "\r\n ", ""])


def postfix_of(main: str, master: str = "", folder: str = "/etc/postfix") -> Postfix:
    texts: Mapping[str, str] = {f"{folder}/main.cf": main, f"{folder}/master.cf": master}
    files = {path: HostFile(path, "file", text=text) for path, text in texts.items()}
    postfix = read_postfix(files, folder, "3.7.11", "vm.example.org")
    assert postfix
    return postfix


def postconf(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [program("postconf"), "-c", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.lists(st.tuples(PARTS, GAPS), max_size=4)), max_size=7))
def test_expanded_values_and_unknown_names_are_postconfs(
    tmp_path: Path, entries: list[tuple[str, list[tuple[str, str]]]]
) -> None:
    lines = [f"{name} = {''.join([part + gap for part, gap in parts])}" for name, parts in entries]
    main = "compatibility_level = 3.6\nmyhostname = h.example.org\n" + "\n".join(lines) + "\n"
    (tmp_path / "main.cf").write_bytes(main.encode())
    (tmp_path / "master.cf").write_text("")
    mine = postfix_of(main, folder=str(tmp_path))
    asked = ("smtpd_banner", "relayhost", "myorigin", "smtp_helo_name", "mydestination")
    answer = postconf(tmp_path, "-x", *asked)
    if answer.returncode:
        broken = [*[mine.of(entry.name).problem for entry in mine.main.entries], *mine.main.problems]
        assert any(broken), (main, answer.stderr)
        return
    theirs = dict([line.split(" =", 1) for line in answer.stdout.splitlines()])
    for name in asked:
        assert words(mine.of(name).value) == words(theirs[name]), (name, main)
    warned = {
        line.partition("unused parameter: ")[2].partition("=")[0]
        for line in answer.stderr.splitlines()
        if "unused parameter" in line
    }
    assert {entry.name for entry in mine.unknown_entries} == warned, main
