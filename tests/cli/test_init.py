"""`mailcheck init` from nothing: with flags, and with answers typed on a terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from mailcheck.cli.main import main

Captured = pytest.CaptureFixture[str]
FLAGS = ("example.com", "--host", "mail.example.com", "--address", "192.0.2.25", "--address", "2001:db8::25")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("kind", ["octodns", "master"])
def test_flags_alone_give_what_lints_clean_until_there_is_a_key(here: Path, capsys: Captured, kind: str) -> None:
    options = ("--reports", "dmarc@example.com", "--policy", "quarantine", "--zone-format", kind)
    assert main(["init", *FLAGS, *options]) == 0
    told = capsys.readouterr()
    assert "- DKIM: make a key on mail.example.com" in told.err
    assert main(["lint", "--format", "concise"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[:-1] == []
    assert "3 zones, 8 records: 0 errors, 0 warnings, 0 infos" in out[-1]
    spec = Path("mailcheck.yaml").read_text("utf-8")
    assert "  # dkim-present: no key is published yet; take this out with the first of each domain\n" in spec
    Path("mailcheck.yaml").write_text(spec.replace(", dkim-present]", "]"))
    assert main(["lint", "--format", "concise"]) == 0
    (line, _) = capsys.readouterr().out.splitlines()
    assert line.split(" ")[2] == "dkim-present"


def test_with_a_key_nothing_is_left_to_say(here: Path, capsys: Captured) -> None:
    options = (
        "--reports",
        "dmarc@example.com",
        "--policy",
        "quarantine",
        "--sender",
        "mailchimp",
        "--sender",
        "zendesk",
    )
    assert main(["init", *FLAGS, *options]) == 0
    capsys.readouterr()
    assert main(["lint"]) == 0
    assert "0 errors, 0 warnings, 0 infos" in capsys.readouterr().out
    zone = Path("zones/example.com.yaml").read_text("utf-8")
    assert "zendesk1._domainkey:\n  ttl: 3600\n  type: CNAME\n" in zone
    assert "# Paste" not in zone


def test_a_name_in_letters_of_its_own_is_written_as_an_a_label(here: Path) -> None:
    assert main(["init", "müller.example", "--sender", "zendesk", "--reports", "d@müller.example"]) == 0
    assert Path("zones/xn--mller-kva.example.yaml").is_file()
    assert "reports: d@xn--mller-kva.example\n" in Path("mailcheck.yaml").read_text("utf-8")


@pytest.mark.parametrize(("service", "code"), [("zendesk", 0), ("", 2)])
def test_on_a_terminal_there_may_be_no_host_but_then_a_service(here: Path, service: str, code: int) -> None:
    ours, theirs = pty.openpty()
    command = [
        str(Path(sys.executable).with_name("mailcheck")),
        "init",
        "example.com",
        "--reports",
        "d@example.com",
    ]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=here) as process:
        os.close(theirs)
        answered(ours, "empty for none: ", "\n")
        answered(ours, "names of the catalogue: ", f"{service}\n")
        answered(ours, "wrote zones/example.com.yaml" if service else "nobody sends for the domain", "")
        assert process.wait(30) == code
    os.close(ours)


def test_a_service_alone_needs_no_host(here: Path, capsys: Captured) -> None:
    assert main(["init", "example.com", "--sender", "google-workspace"]) == 0
    zone = Path("zones/example.com.yaml").read_text("utf-8")
    assert "value: v=spf1 include:_spf.google.com ~all\n" in zone.replace("'", "")
    assert "# MX: no host here takes its mail. Add the exchanges that do.\n" in zone
    assert sorted(path.name for path in Path("zones").iterdir()) == ["example.com.yaml"]


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ([], "give it with DOMAIN"),
        (["example.com"], "give it with --host"),
        (["example.com", "--host", "mail.example.com"], "give it with --address"),
        (["example.com", "example.net"], "--from-host"),
        (["exam ple"], "such as example.com"),
        (["192.0.2.25"], "such as example.com"),
        (["--from-dns"], "mailcheck init --from-dns example.com"),
        (["--root", "."], ""),
    ],
)
def test_without_a_terminal_what_is_missing_is_named(
    here: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, options: list[str], hint: str
) -> None:
    monkeypatch.setattr("sys.stdin", open(os.devnull, encoding="ascii"))  # noqa: SIM115, PTH123
    assert main(["init", *options]) == 2
    assert hint in capsys.readouterr().err
    assert not list(here.iterdir())


def test_answers_on_a_terminal(here: Path) -> None:
    ours, theirs = pty.openpty()
    command = [str(Path(sys.executable).with_name("mailcheck")), "init"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=here) as process:
        os.close(theirs)
        seen = ""
        for question, answer in (
            ("The domain: ", "nonsense\n"),
            ("The domain: ", "example.com\n"),
            ("such as mail.example.com, empty for none: ", "mail.example.com\n"),
            ("IPv4 and IPv6: ", "\n"),
            ("IPv4 and IPv6: ", "192.0.2.25, 2001:db8::25\n"),
            ("names of the catalogue: ", "zendesk\n"),
            ("empty for none yet: ", "\n"),
        ):
            seen += answered(ours, question, answer)
        seen += answered(ours, "left to you:", "")
        assert process.wait(30) == 0
    os.close(ours)
    assert "error: `nonsense` is no full domain name" in seen
    assert "error: no address was given" in seen
    assert "addresses: [192.0.2.25, '2001:db8::25']" in Path("mailcheck.yaml").read_text("utf-8")
    assert "senders: [zendesk]" in Path("mailcheck.yaml").read_text("utf-8")


def answered(terminal: int, question: str, answer: str) -> str:
    """What stands on the terminal once it ends in the question, which is then answered."""
    seen = ""
    while question not in seen:
        ready, _, _ = select.select([terminal], [], [], 30)
        assert ready, f"nobody asked {question!r}: {seen!r}"
        seen += os.read(terminal, 4096).decode("utf-8")
    os.write(terminal, answer.encode("ascii"))
    return seen


def test_a_terminal_that_is_closed_is_no_answer(here: Path) -> None:
    ours, theirs = pty.openpty()
    command = [str(Path(sys.executable).with_name("mailcheck")), "init"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=here) as process:
        os.close(theirs)
        seen = answered(ours, "The domain: ", "\x04")
        seen += answered(ours, "hint: give it with DOMAIN", "")
        assert process.wait(30) == 2
    os.close(ours)
    assert "error: no answer: the input has ended" in seen


def test_a_folder_that_cannot_be_made_is_one_line(here: Path, capsys: Captured) -> None:
    Path("zones").write_text("a file\n")
    assert main(["init", *FLAGS, "--reports", "d@example.com", "--sender", "zendesk"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: cannot write zones/example.com.yaml: ")
    assert len(err.splitlines()) == 1
    assert [path.name for path in here.iterdir()] == ["zones"]


def test_a_file_that_comes_in_between_is_kept(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    from mailcheck.cli import new_files

    monkeypatch.setattr(new_files.os.path, "lexists", lambda path: False)
    Path("mailcheck.yaml").write_text("mine\n")
    assert main(["init", *FLAGS, "--sender", "zendesk", "--reports", "d@example.com"]) == 2
    assert Path("mailcheck.yaml").read_text() == "mine\n"
    assert [path.name for path in here.iterdir() if path.is_file()] == ["mailcheck.yaml"]
    assert "cannot write mailcheck.yaml: File exists" in capsys.readouterr().err
