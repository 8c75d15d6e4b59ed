"""`mailcheck lint`: what it asks of the command, what it writes, how it ends."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from mailcheck.cli.main import main
from mailcheck.commands.lint import LintSettings
from mailcheck.model.finding import Finding, Refused, Report, Severity, Skipped
from mailcheck.model.limits import Limits
from mailcheck.model.location import whole_line
from mailcheck.model.progress import Progress, Silent
from tests.render.sample import NEUTRAL, REPORT, TWICE, on_lines

Captured = pytest.CaptureFixture[str]


class FakeLint:
    """Stands for the command: keeps what it was asked, answers with a report made by hand."""

    def __init__(self) -> None:
        self.report = Report(zones=1)
        self.settings = LintSettings()
        self.progress: Progress = Silent()

    def __call__(self, settings: LintSettings, progress: Progress) -> Report:
        self.settings, self.progress = settings, progress
        return self.report


@pytest.fixture
def lint(monkeypatch: pytest.MonkeyPatch) -> FakeLint:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    fake = FakeLint()
    monkeypatch.setattr("mailcheck.commands.lint.lint", fake)
    return fake


def test_options_reach_the_command(lint: FakeLint) -> None:
    arguments = ["lint", "zones", "more", "--config", "c.yaml", "--profile", "strict", "--select", "spf-*,mx-*"]
    arguments += ["--ignore", "a", "--ignore", "b", "--include-root", "root", "--limit", "files=3", "--offline"]
    assert main(arguments) == 0
    asked = lint.settings
    assert asked.paths == (Path("zones"), Path("more"))
    assert (asked.config, asked.profile) == (Path("c.yaml"), "strict")
    assert (asked.select, asked.ignore) == (("spf-*", "mx-*"), ("a", "b"))
    assert (asked.include_root, asked.limits) == (Path("root"), Limits(files=3))


def test_nothing_said_leaves_everything_to_the_configuration(lint: FakeLint) -> None:
    assert main(["lint"]) == 0
    assert lint.settings == LintSettings(today=lint.settings.today)
    assert isinstance(lint.progress, Silent)


def having(*severities: Severity) -> tuple[Finding, ...]:
    return tuple(NEUTRAL._replace(severity=severity) for severity in severities)


INFO, WARNING, ERROR = (having(severity) for severity in (Severity.INFO, Severity.WARNING, Severity.ERROR))
REFUSED = (Refused("yaml-syntax", whole_line("x"), "no"),)
ASKED = (Skipped("mx-target", "x.", "timeout", asked=True),)
OVER_LIMIT = (Skipped("dmarc-report-mailbox", "x.", "not checked", over_limit=True),)
NOT_ASKED = (Skipped("mx-target", "x.", "not asked"),)


@pytest.mark.parametrize(
    ("report", "options", "code"),
    [
        (Report(), [], 0),
        (Report(findings=WARNING), [], 0),
        (Report(findings=ERROR), [], 1),
        (Report(findings=WARNING, fail_on=Severity.WARNING), [], 1),
        (Report(findings=WARNING, fail_on=Severity.WARNING), ["--fail-on", "error"], 0),
        (Report(findings=WARNING), ["--fail-on", "warning"], 1),
        (Report(findings=INFO), ["--fail-on", "warning"], 0),
        (Report(findings=INFO), ["--fail-on", "info"], 1),
        (Report(findings=ERROR), ["--fail-on", "never"], 0),
        (Report(refused=REFUSED), ["--fail-on", "never"], 3),
        (Report(findings=ERROR, refused=REFUSED), [], 3),
        (Report(skipped=ASKED), [], 4),
        (Report(findings=ERROR, refused=REFUSED, skipped=ASKED), [], 4),
        (Report(skipped=OVER_LIMIT), [], 4),
        (Report(skipped=NOT_ASKED), [], 0),
        (Report(skipped=NOT_ASKED), ["--strict"], 4),
        (Report(), ["--strict"], 0),
    ],
)
def test_the_highest_code_wins(report: Report, options: list[str], code: int, lint: FakeLint) -> None:
    lint.report = report
    assert main(["lint", *options]) == code


def test_text_goes_to_standard_output(lint: FakeLint, capsys: Captured) -> None:
    lint.report = REPORT
    assert main(["lint"]) == 4
    out, err = capsys.readouterr()
    assert out.startswith("error: the zone declares nothing\n --> zones/example.com.zone:1:1\n")
    assert out.splitlines()[-1].startswith("405 zones, 6,549 records:")
    assert err == ""


def test_several_formats_in_one_run(lint: FakeLint, capsys: Captured, tmp_path: Path) -> None:
    lint.report = REPORT
    first, second = tmp_path / "out.json", tmp_path / "out.sarif"
    arguments = ["lint", "--format", "json", "--output", str(first), "--format", "concise"]
    assert main([*arguments, "--format=sarif", f"--output={second}"]) == 4
    assert json.loads(first.read_text())["summary"]["errors"] == 2
    assert json.loads(second.read_text())["runs"][0]["invocations"][0]["exitCode"] == 4
    assert ": W spf-all-neutral " in capsys.readouterr().out
    assert sorted(tmp_path.iterdir()) == [first, second]


def test_an_output_alone_leaves_standard_output_empty(lint: FakeLint, capsys: Captured, tmp_path: Path) -> None:
    target = tmp_path / "report.txt"
    assert main(["lint", "--output", str(target)]) == 0
    assert target.read_text().startswith("1 zone, 0 records:")
    assert capsys.readouterr().out == ""


def test_formats_that_get_in_each_others_way(lint: FakeLint, capsys: Captured) -> None:
    assert main(["lint", "--format", "json", "--format", "text"]) == 2
    assert capsys.readouterr().err.startswith("error: only one format can go to standard output\nhint: ")


def test_a_file_that_cannot_be_written_keeps_nothing_else_back(
    lint: FakeLint, capsys: Captured, tmp_path: Path
) -> None:
    lint.report = Report(findings=(TWICE,))
    lost = tmp_path / "missing" / "out.json"
    assert main(["lint", "--format", "json", "--output", str(lost), "--format", "concise"]) == 2
    out, err = capsys.readouterr()
    assert ": E spf-single-record " in out
    assert err == f"error: cannot write {lost}: No such file or directory\n"


def test_the_outcome_wins_over_a_file_that_cannot_be_written(lint: FakeLint, tmp_path: Path) -> None:
    lint.report = Report(refused=REFUSED)
    assert main(["lint", "--format", "json", "--output", str(tmp_path)]) == 3


@pytest.mark.parametrize(
    ("options", "annotated"),
    [([], True), (["--format", "concise"], True), (["--format", "json"], False), (["--format", "github"], True)],
)
def test_github_actions_gets_annotations_beside_text_for_people(
    options: list[str], annotated: bool, lint: FakeLint, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    lint.report = Report(findings=(NEUTRAL,))
    main(["lint", *options])
    commands = [line for line in capsys.readouterr().out.splitlines() if line.startswith("::")]
    assert len(commands) == annotated


def test_files_get_no_annotations(lint: FakeLint, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    lint.report = Report(findings=(NEUTRAL,))
    main(["lint", "--output", str(tmp_path / "report.txt")])
    assert "::" not in (tmp_path / "report.txt").read_text()


def test_quiet_and_clean_says_nothing(lint: FakeLint, capsys: Captured) -> None:
    assert main(["lint", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_printed_findings_are_limited_on_the_command_line(lint: FakeLint, capsys: Captured) -> None:
    lint.report = Report(findings=on_lines(NEUTRAL, 5))
    main(["lint", "--limit", "findings=2", "--format", "concise"])
    assert capsys.readouterr().out.count(": W ") == 2


def test_colour_always(lint: FakeLint, capsys: Captured, tmp_path: Path) -> None:
    lint.report = REPORT
    main(["lint", "--color", "always", "--format", "text", "--output", str(tmp_path / "colored")])
    assert "\x1b[1;31merror\x1b[0m" in (tmp_path / "colored").read_text()
    main(["lint", "--color", "always"])
    assert "\x1b[1;31merror\x1b[0m" in capsys.readouterr().out


def test_colour_of_a_terminal_stays_out_of_files(
    lint: FakeLint, capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lint.report = REPORT
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    main(["lint", "--format", "text", "--output", str(tmp_path / "plain"), "--format", "text"])
    assert "\x1b[" not in (tmp_path / "plain").read_text()
    assert "\x1b[" in capsys.readouterr().out
