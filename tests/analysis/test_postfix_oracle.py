"""Postfix's own postconf answers as mailcheck does."""

import os
import subprocess
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailcheck.analysis.postfix import Postfix, read_postfix
from mailcheck.grammar.postfix_parameters import RAW, defaults
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
ASKED = ("smtpd_banner", "relayhost", "myorigin", "smtp_helo_name", "mydestination")
GAPS = st.sampled_from([" ", "\n  ", "\n# x\n\t", "\n\n ", "\r\n ", ""])

Entries = list[tuple[str, list[tuple[str, str]]]]
MAIN = st.lists(st.tuples(st.sampled_from(NAMES), st.lists(st.tuples(PARTS, GAPS), max_size=4)), max_size=7)
Overrides = list[tuple[str, str, list[str]]]
# postconf 3.7 itself takes `-oname=value` apart wrongly; the daemons do not.
FORMS = st.sampled_from(
    [
        "-o {name}={value}",
        "-o {{ {name} = {value} x }}",
        "-v -o {name}={value}",
        "-o {{{name}={value}}}",
    ]
)
MASTER = st.lists(st.tuples(FORMS, st.sampled_from(NAMES), st.lists(PARTS, max_size=3)), max_size=5)


def master_cf(overrides: Overrides) -> str:
    lines = [form.format(name=name, value="".join(parts)) for form, name, parts in overrides]
    return "smtp inet n - y - - smtpd\n" + "".join([f"  {line}\n" for line in lines])


def postfix_of(main: str, master: str = "", folder: str = "/etc/postfix") -> Postfix:
    texts: Mapping[str, str] = {f"{folder}/main.cf": main, f"{folder}/master.cf": master}
    files = {path: HostFile(path, "file", text=text) for path, text in texts.items()}
    postfix = read_postfix(files, folder, "3.7.11", "vm.example.org")
    assert postfix
    return postfix


class Answer(NamedTuple):
    """What postconf said. One that ends in an error has slept for a second, so that many are asked at once."""

    code: int
    out: str
    warned: str


def postconf(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [program("postconf"), "-c", str(folder), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def answers(asked: Iterable[subprocess.Popen[str]]) -> list[Answer]:
    found = []
    for process in asked:
        out, warned = process.communicate(timeout=20)
        found.append(Answer(process.returncode, out, warned))
    return found


def write(folder: Path, main: str, master: str = "") -> None:
    """Write the settings a minute ago: Postfix waits up to two seconds for a newer file to settle."""
    folder.mkdir(exist_ok=True)
    then = time.time() - 60
    for name, text in (("main.cf", main), ("master.cf", master)):
        (folder / name).write_bytes(text.encode())
        os.utime(folder / name, (then, then))


def words(text: str) -> str:
    return " ".join(text.split())


def values(out: str) -> dict[str, str]:
    return {name: words(value) for name, value in [line.split(" =", 1) for line in out.splitlines()]}


def main_cf(entries: Entries) -> str:
    lines = [f"{name} = {''.join([part + gap for part, gap in parts])}" for name, parts in entries]
    return "compatibility_level = 3.6\nmyhostname = h.example.org\n" + "\n".join(lines) + "\n"


def refuses(postfix: Postfix) -> bool:
    settings = [postfix.of(entry.name) for entry in postfix.main.entries]
    settings += [setting for service in postfix.services for setting in service.overrides.values()]
    return any([setting.problem for setting in settings]) or bool(postfix.main.problems)


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(MAIN, min_size=20, max_size=20))
def test_expanded_values_and_unknown_names_are_postconfs(tmp_path: Path, files: list[Entries]) -> None:
    folders = [tmp_path / str(index) for index in range(len(files))]
    mains = [main_cf(entries) for entries in files]
    for folder, main in zip(folders, mains, strict=True):
        write(folder, main)
    found = answers([postconf(folder, "-x", *ASKED) for folder in folders])
    for folder, main, answer in zip(folders, mains, found, strict=True):
        mine = postfix_of(main, folder=str(folder))
        if answer.code:
            assert refuses(mine), (main, answer.warned)
            continue
        theirs = values(answer.out)
        assert {name: words(mine.of(name).value) for name in ASKED} == theirs, main
        if refuses(mine):
            continue
        warned = [line.partition("unused parameter: ")[2].partition("=")[0] for line in answer.warned.splitlines()]
        assert {entry.name for entry in mine.unknown_entries} == {name for name in warned if name}, main


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(MAIN, MASTER), min_size=20, max_size=20))
def test_overrides_of_services_are_postconfs(tmp_path: Path, files: list[tuple[Entries, Overrides]]) -> None:
    folders = [tmp_path / str(index) for index in range(len(files))]
    texts = [(main_cf(entries), master_cf(overrides)) for entries, overrides in files]
    for folder, (main, master) in zip(folders, texts, strict=True):
        write(folder, main, master)
    found = answers([postconf(folder, "-P", "-x") for folder in folders])
    for folder, (main, master), answer in zip(folders, texts, found, strict=True):
        mine = postfix_of(main, master, str(folder))
        if answer.code or mine.master.problems:
            assert refuses(mine) or mine.master.problems, (main, master, answer.warned)
            continue
        overrides = {
            f"{service.name}/{service.type}/{name}": words(setting.value)
            for service in mine.services
            for name, setting in service.overrides.items()
        }
        assert overrides == values(answer.out), (main, master)


@pytest.mark.slow
def test_parameters_that_are_expanded_later_are_postconfs(tmp_path: Path) -> None:
    names = [name for name in defaults() if name not in ("compatibility_level", "import_environment")]
    write(tmp_path, "compatibility_level = 3.6\n" + "".join([f"{name} = $nobody\n" for name in names]))
    (answer,) = answers([postconf(tmp_path, "-n", "-x")])
    assert {name for name, value in values(answer.out).items() if value == "$nobody"} == RAW


USED = {
    "the example host": Path("mailcheck/lint/example_host/root/etc/postfix"),
    "a host by the guide of 2016": Path("tests/lab/mail_host/seed/etc/postfix"),
    "Debian's own": Path("/usr/share/postfix"),
}
OF_THE_PROGRAM = {"mail_release_date", "process_id", "process_name"}
"""Values that postconf takes from itself."""


@pytest.mark.slow
@pytest.mark.parametrize("name", USED)
def test_every_value_of_configurations_in_use_is_postconfs(tmp_path: Path, name: str) -> None:
    program("postconf")
    folder = USED[name] if USED[name].is_absolute() else Path(__file__).parents[2] / USED[name]
    main = next(path for path in (folder / "main.cf", folder / "main.cf.debian") if path.exists()).read_text()
    master = next(path for path in (folder / "master.cf", folder / "master.cf.dist") if path.exists()).read_text()
    main += "\nmyhostname = h.example.org\nmydomain = example.org\nmynetworks = 127.0.0.0/8\n"
    write(tmp_path, main, master)
    everything, overrides = answers([postconf(tmp_path, "-x"), postconf(tmp_path, "-P", "-x")])
    mine = postfix_of(main, master, str(tmp_path))
    asked = values(everything.out).items() - {("config_directory", str(tmp_path))}
    theirs = {key: value for key, value in asked if key not in OF_THE_PROGRAM}
    assert len(theirs) > 800
    assert {key: words(mine.of(key).value) for key in theirs} == theirs
    assert {
        f"{service.name}/{service.type}/{key}": words(setting.value)
        for service in mine.services
        for key, setting in service.overrides.items()
    } == values(overrides.out)
