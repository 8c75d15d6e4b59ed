"""`mailcheck lint --diff-base REV`: only what a change has to do with, both worlds judged in whole."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from mailcheck.cli.main import main
from tests.gate_world import World

REAL = Path(__file__).parents[3] / "shared" / "real" / "zones-octodns"
NEUTRAL = '@ TXT "v=spf1 ip4:192.0.2.1 ?all"\n'
SPF = ("--select", "spf-*", "--fail-on", "warning")
ED25519 = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    return World(tmp_path)


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def test_what_was_there_before_is_not_told(world: World, capsys: Captured) -> None:
    path = world.zone("example.com", NEUTRAL)
    world.commit()
    assert world.lint(*SPF).code == 1
    append(path, "www A 192.0.2.80\n")
    outcome = world.lint(*SPF, "--diff-base", "HEAD")
    assert (outcome.code, outcome.findings, outcome.summary["unchanged"]) == (0, [], 1)
    main(["lint", *SPF, "--diff-base", "HEAD"])
    assert " 1 unchanged, " in capsys.readouterr().out


def test_a_new_fault_is_told_with_the_path_in_the_repository(world: World) -> None:
    path = world.zone("example.com", NEUTRAL)
    base = world.commit()
    append(path, 'sub TXT "v=spf1 ip4:192.0.2.300 -all"\n')
    world.commit()
    outcome = world.lint(*SPF, "--diff-base", base)
    assert (outcome.code, outcome.findings) == (1, [("spf-syntax", "sub.example.com.")])
    assert outcome.document["findings"][0]["path"] == "zones/example.com.zone"
    assert world.lint(*SPF, "--diff-base", "HEAD").findings == []


def test_a_fault_elsewhere_that_the_change_causes_is_told(world: World) -> None:
    world.zone("example.com", '@ TXT "v=spf1 include:_spf.example.net -all"\n')
    other = world.zone("example.net", '_spf TXT "v=spf1 ip4:192.0.2.1 -all"\n')
    world.commit()
    other.write_text(other.read_text().replace("_spf TXT", "_old TXT"))
    outcome = world.lint("--select", "spf-include-no-record", "--diff-base", "HEAD")
    assert outcome.findings == [("spf-include-no-record", "example.com.")]


def test_an_old_fault_on_a_line_that_was_edited_is_told(world: World) -> None:
    path = world.zone("example.com", NEUTRAL + 'a TXT "v=spf1 ip4:192.0.2.1 ?all"\n')
    world.commit()
    path.write_text(path.read_text().replace('@ TXT "v=spf1 ip4:192.0.2.1 ', '@ TXT "v=spf1 ip4:192.0.2.2 '))
    assert world.lint(*SPF, "--diff-base", "HEAD").findings == [("spf-all-neutral", "example.com.")]


def test_an_old_fault_of_a_record_set_that_changed_elsewhere_is_told(world: World) -> None:
    path = world.zone("example.com", NEUTRAL)
    world.commit()
    path.write_text(path.read_text().replace("$TTL 3600", "$TTL 7200"))
    assert world.lint(*SPF, "--diff-base", "HEAD").findings == [("spf-all-neutral", "example.com.")]


def test_an_old_fault_with_a_related_label_on_an_edited_line_is_told(world: World) -> None:
    path = world.zone("example.com", NEUTRAL + 'x A 192.0.2.1\n@ TXT "v=spf1 -all"\n')
    world.commit()
    options = ("--select", "spf-single-record", "--diff-base", "HEAD")
    append(path, "y A 192.0.2.2\n")
    assert world.lint(*options).findings == []
    path.write_text(path.read_text().replace('"v=spf1 -all"', '"v=spf1 -all" ; why'))
    outcome = world.lint(*options)
    (finding,) = outcome.document["findings"]
    assert len(finding["labels"]) == 2


def test_moved_lines_and_comments_elsewhere_bring_nothing_back(world: World) -> None:
    path = world.zone("example.com", NEUTRAL)
    world.commit()
    path.write_text("; a comment\n\n" + path.read_text() + "; another\n")
    assert world.lint("--diff-base", "HEAD", "--ignore", "plan-*").findings == []


def test_a_file_that_was_only_renamed_brings_nothing_back(world: World) -> None:
    path = world.zone("example.com", NEUTRAL)
    world.commit()
    path.rename(path.with_name("db.example.com"))
    assert world.lint(*SPF, "--diff-base", "HEAD").findings == []


def test_all_of_a_new_zone_is_told_committed_or_not(world: World) -> None:
    world.zone("example.com", NEUTRAL)
    world.commit()
    world.zone("example.net", NEUTRAL)
    assert world.lint(*SPF, "--diff-base", "HEAD").findings == [("spf-all-neutral", "example.net.")]
    world.commit()
    assert world.lint(*SPF, "--diff-base", "HEAD~1").findings == [("spf-all-neutral", "example.net.")]


def test_a_suppression_that_is_taken_away_brings_its_finding_back(world: World) -> None:
    path = world.zone("example.com", "; mailcheck: ignore[spf-all-neutral] for now\n" + NEUTRAL)
    world.commit()
    path.write_text(path.read_text().replace("; mailcheck: ignore[spf-all-neutral] for now\n", ""))
    assert world.lint(*SPF, "--diff-base", "HEAD").findings == [("spf-all-neutral", "example.com.")]


def test_a_change_of_the_spec_counts_as_a_change(world: World) -> None:
    world.zone("example.com", '@ A 192.0.2.1\n@ TXT "v=spf1 ip4:192.0.2.1 -all"\n')
    spec = Path("mailcheck.yaml")
    spec.write_text("zones: [zones]\n")
    world.commit()
    spec.write_text("zones: [zones]\ndomains: {example.com: {mail: none}}\n")
    assert "spec-parked" in {rule for rule, _ in world.lint("--diff-base", "HEAD").findings}
    world.commit()
    assert world.lint("--diff-base", "HEAD").findings == []


def test_plan_rules_judge_the_change_and_only_there(world: World) -> None:
    path = world.zone("example.com", "@ MX 10 mail\nmail A 192.0.2.25\nw1 A 192.0.2.1\nw2 A 192.0.2.2\n")
    world.commit()
    path.write_text(path.read_text().replace("@ MX 10 mail\n", ""))
    assert not [rule for rule, _ in world.lint().findings if rule.startswith("plan-")]
    outcome = world.lint("--diff-base", "HEAD")
    assert outcome.code == 1
    assert ("plan-removes-mx", "example.com.") in outcome.findings
    assert world.lint("--diff-base", "HEAD", "--ignore", "plan-*").code == 0


FULL = {
    "spf": '@ TXT "v=spf1 a:mail.example.com -all"\n',
    "dmarc": '_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.net"\n',
    "key": f's1._domainkey TXT "v=DKIM1; k=ed25519; p={ED25519}"\n',
    "mx": "@ MX 10 mail\n",
    "rest": 'mail A 192.0.2.25\nmail TXT "v=spf1 a -all"\n'
    + "".join(f"w{number} A 192.0.2.{number}\n" for number in range(12)),
}
SPEC = """\
zones: [zones]
domains: {example.com: {hosts: [mail.example.com]}}
hosts: {mail.example.com: {addresses: [192.0.2.25], roles: [mx, submission], selectors: [s1]}}
rules: {ignore: [mx-single, dkim-ed25519-only, dmarc-report-authorised]}
"""


@pytest.mark.parametrize("spec", [SPEC, "zones: [zones]\nrules: {ignore: [mx-single, dkim-ed25519-only]}\n"])
@pytest.mark.parametrize(
    ("part", "instead", "told"),
    [
        ("spf", "", "plan-removes-auth"),
        ("spf", '@ TXT "spf is gone"\n', "plan-removes-auth"),
        ("spf", '@ TXT "v=spf1a:mail.example.com -all"\n', "spf-misspelt-version"),
        ("dmarc", "", "plan-removes-auth"),
        ("dmarc", '_dmarc TXT "v=DMARK1; p=reject; rua=mailto:d@example.com"\n', "dmarc-misspelt"),
        ("key", "", "plan-dkim-key-in-use"),
        ("key", 's1._domainkey TXT "v=DKIM1; p="\n', "plan-dkim-key-in-use"),
        ("mx", "", "plan-removes-mx"),
        ("mx", "@ MX 0 .\n", "plan-removes-mx"),
    ],
)
def test_what_a_change_takes_away_is_told_once(
    part: str, instead: str, told: str, spec: str, world: World
) -> None:
    path = world.zone("example.com", "".join(FULL.values()))
    Path("mailcheck.yaml").write_text(spec)
    world.commit()
    assert world.lint().findings == []
    path.write_text(path.read_text().replace(FULL[part], instead))
    if spec is not SPEC:
        told = told.replace("plan-dkim-key-in-use", "plan-removes-auth")
    findings = world.lint("--diff-base", "HEAD").findings
    assert [rule for rule, _ in findings] == [told]
    without = world.lint("--diff-base", "HEAD", "--ignore", "plan-*").findings
    assert without == world.lint().findings


def test_a_removal_that_a_misspelling_explains_is_told_where_that_is_ignored(world: World) -> None:
    path = world.zone("example.com", "".join(FULL.values()))
    Path("mailcheck.yaml").write_text(SPEC)
    world.commit()
    path.write_text(path.read_text().replace("v=DMARC1; p=reject", "v=DMARK1; p=reject"))
    findings = world.lint("--diff-base", "HEAD", "--ignore", "dmarc-misspelt").findings
    assert [rule for rule, _ in findings] == ["plan-removes-auth"]


@pytest.mark.parametrize("text", ["", "$TTL 3600\n"])
def test_a_zone_that_is_emptied_is_told_once(text: str, world: World) -> None:
    world.zone("example.net", "www A 192.0.2.80\n")
    path = world.zone("example.com", "".join(FULL.values()))
    Path("mailcheck.yaml").write_text(SPEC)
    world.commit()
    path.write_text(text)
    outcome = world.lint("--diff-base", "HEAD")
    assert (outcome.code, outcome.findings) == (1, [("plan-empty-zone", "example.com.")])
    assert outcome.document["findings"][0]["path"] == "zones/example.com.zone"
    meant = SPEC.replace("rules: {", "rules: {zones: {example.com: {ignore: ['*']}}, ")
    Path("mailcheck.yaml").write_text(meant)
    assert world.lint("--diff-base", "HEAD").findings == []


def test_records_that_could_not_be_read_are_not_taken_for_removed(world: World) -> None:
    path = world.zone("example.com", "@ MX 10 mail\nmail A 192.0.2.25\n")
    world.commit()
    path.write_text(path.read_text().replace("@ MX 10 mail", "@ MX ten mail"))
    outcome = world.lint("--diff-base", "HEAD")
    assert outcome.code == 3
    assert not [rule for rule, _ in outcome.findings if rule.startswith("plan-")]


def test_from_a_folder_below_the_top(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    path = world.zone("example.com", NEUTRAL)
    world.commit()
    append(path, 'sub TXT "v=spf1 ip4:192.0.2.300 -all"\n')
    below = world.root / "ci"
    below.mkdir()
    monkeypatch.chdir(below)
    for zones in ("../zones", str(world.root / "zones"), "../zones/example.com.zone"):
        assert world.lint(*SPF, zones, "--diff-base", "HEAD").findings == [("spf-syntax", "sub.example.com.")]
    path.write_text(path.read_text().replace('@ TXT "v=spf1 ip4:192.0.2.1 ', '@ TXT "v=spf1 ip4:192.0.2.2 '))
    assert len(world.lint(*SPF, "../zones", "--diff-base", "HEAD").findings) == 2
    assert Path.cwd() == below


def test_zones_of_an_octodns_configuration(world: World) -> None:
    (world.root / "config").mkdir()
    path = world.root / "zones" / "example.com.yaml"
    path.write_text("'':\n  type: TXT\n  value: v=spf1 ip4:192.0.2.1 ?all\n")
    Path("config/production.yaml").write_text(
        "providers:\n  files:\n    class: octodns.provider.yaml.YamlProvider\n    directory: ./zones\n"
        "zones:\n  example.com.:\n    sources: [files]\n"
    )
    world.commit()
    append(path, "sub:\n  type: TXT\n  value: v=spf1 ip4:192.0.2.300 -all\n")
    outcome = world.lint(*SPF, "config/production.yaml", "--diff-base", "HEAD")
    assert outcome.findings == [("spf-syntax", "sub.example.com.")]
    assert outcome.summary["unchanged"] == 1


def test_with_a_baseline_both_hold(world: World) -> None:
    path = world.zone("example.com", NEUTRAL)
    gone = world.zone("example.org", NEUTRAL)
    world.lint(*SPF, "--baseline", "base", "--write-baseline")
    gone.write_text(gone.read_text().replace("?all", "-all"))
    world.zone("example.net", NEUTRAL)
    world.commit()
    append(path, 'sub TXT "v=spf1 ip4:192.0.2.300 -all"\n')
    outcome = world.lint(*SPF, "--baseline", "base", "--diff-base", "HEAD")
    assert outcome.findings == [("spf-syntax", "sub.example.com.")]
    assert outcome.summary["baseline"] == 1
    assert outcome.summary["unchanged"] == 2  # the fault of example.net, and the entry that is outdated there too


def test_the_baseline_of_the_revision_counts_whatever_it_is_called(world: World) -> None:
    world.zone("example.com", NEUTRAL)
    world.lint(*SPF, "--baseline", "accepted.json", "--write-baseline")
    world.commit()
    accepted = Path("accepted.json").read_text()
    Path("accepted.json").write_text(re.sub(r'(?<="fingerprint": ")...', "000", accepted))
    found = world.lint(*SPF, "--baseline", "accepted.json", "--diff-base", "HEAD").findings
    assert ("spf-all-neutral", "example.com.") in found


@pytest.mark.parametrize("revision", ["lost", "HEAD~9", "-p", "--upload-pack=x", "HEAD:zones", "a\nb\x1b[31m"])
def test_a_revision_that_is_none_is_one_clear_line(revision: str, world: World, capsys: Captured) -> None:
    world.zone("example.com", NEUTRAL)
    world.commit()
    assert world.lint(f"--diff-base={revision}").code == 2
    error, hint = capsys.readouterr().err.splitlines()
    assert error.startswith("error: there is no revision `")
    assert error.isprintable()
    assert "fetch-depth: 0" in hint


@pytest.mark.parametrize("revision", ["HEAD", "@"])
def test_before_the_first_commit_all_is_new(revision: str, world: World) -> None:
    world.zone("example.com", NEUTRAL)
    world.git("init", "-q", "-b", "main")
    world.git("add", "-A")
    expected = world.lint(*SPF)
    outcome = world.lint(*SPF, "--diff-base", revision)
    assert (outcome.code, outcome.findings) == (1, [("spf-all-neutral", "example.com.")])
    assert outcome.document == expected.document
    assert world.lint(*SPF, "--diff-base", "main").code == 2
    world.commit()
    assert world.lint(*SPF, "--diff-base", revision).findings == []
    world.git("checkout", "-q", "--orphan", "other")
    assert world.lint(*SPF, "--diff-base", revision).findings == expected.findings


@pytest.mark.parametrize("revision", ["HEAD~1..HEAD", "main...HEAD"])
def test_a_range_is_no_revision(revision: str, world: World, capsys: Captured) -> None:
    world.zone("example.com", NEUTRAL)
    world.commit()
    assert world.lint(f"--diff-base={revision}").code == 2
    assert "git merge-base" in capsys.readouterr().err


def test_a_folder_that_was_not_there_is_named(world: World) -> None:
    world.zone("example.com", NEUTRAL)
    world.commit()
    (world.root / "zones").rename("dns")
    outcome = world.lint(*SPF, "dns", "--diff-base", "HEAD")
    assert (outcome.code, outcome.findings) == (1, [("spf-all-neutral", "example.com.")])
    assert [skip["why"] for skip in outcome.document["skipped"] if skip["rule"] == "diff-base"] == [
        "HEAD: dns: no such file or folder"
    ]


def test_no_repository_and_no_git(world: World, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    world.zone("example.com", NEUTRAL)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(world.root.parent))
    assert world.lint("--diff-base", "HEAD").code == 2
    assert "not a git repository" in capsys.readouterr().err
    monkeypatch.setenv("PATH", str(world.root))
    assert world.lint("--diff-base", "HEAD").code == 2
    assert capsys.readouterr().err == "error: git is not installed, and without it no revision can be read\n"


def test_zones_outside_the_repository(
    world: World, capsys: Captured, tmp_path_factory: pytest.TempPathFactory
) -> None:
    world.zone("example.com", NEUTRAL)
    world.commit()
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    shutil.copytree("zones", elsewhere / "zones")
    (elsewhere / "mailcheck.yaml").write_text("zones: [zones]\ndomains: {example.com: {mail: none}}\n")
    assert world.lint(str(elsewhere / "zones"), "--diff-base", "HEAD").code == 2
    assert "lies outside the repository" in capsys.readouterr().err
    assert world.lint("--config", str(elsewhere / "mailcheck.yaml"), "--diff-base", "HEAD").code == 2
    assert "lies outside the repository" in capsys.readouterr().err
    options = ("zones", "--config", str(elsewhere / "mailcheck.yaml"), *SPF, "--diff-base", "HEAD")
    assert (world.lint(*options).code, world.lint(*options).findings) == (0, [])
    assert "spec-parked" in {rule for rule, _ in world.lint(*options[:3]).findings}
    assert world.lint(*options[:3], "--diff-base", "HEAD").findings == []


@pytest.mark.parametrize("before", ["zones: [\n", None])
def test_where_the_revision_cannot_be_judged_all_counts_as_new(before: str | None, world: World) -> None:
    path = world.zone("example.com", NEUTRAL)
    if before is None:
        path.rename("kept")
    else:
        Path("mailcheck.yaml").write_text(before)
    world.commit()
    if before is None:
        Path("kept").rename(path)
    else:
        Path("mailcheck.yaml").unlink()
    outcome = world.lint(*SPF, "--diff-base", "HEAD")
    assert (outcome.code, outcome.findings) == (1, [("spf-all-neutral", "example.com.")])
    assert [skip["why"][:6] for skip in outcome.document["skipped"] if skip["rule"] == "diff-base"] == ["HEAD: "]


def test_in_a_hook_the_variables_of_git_mislead_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.zone("example.com", NEUTRAL)
    world.commit()
    monkeypatch.setenv("GIT_DIR", "elsewhere/.git")
    monkeypatch.setenv("GIT_INDEX_FILE", "elsewhere/index")
    assert world.lint(*SPF, "--diff-base", "HEAD").findings == []


def test_nothing_is_left_behind(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    world.zone("example.com", NEUTRAL)
    world.commit()
    world.lint("--diff-base", "HEAD")
    assert list(temporary.iterdir()) == []
    assert world.git("status", "--porcelain") in ("", "?? temporary/")


@pytest.mark.skipif(not REAL.is_dir(), reason="needs real zones beside the project")
def test_real_zones_tell_one_new_defect_alone(world: World) -> None:
    (world.root / "zones").rmdir()
    shutil.copytree(REAL, world.root / "zones")
    world.commit()
    green = world.lint("--diff-base", "HEAD")
    assert (green.code, green.findings) == (0, [])
    path = world.root / "zones" / "hackclub.com.yaml"
    path.write_text(
        "# a line that moves all others\n"
        + path.read_text(encoding="utf-8")
        + "\nzz-new:\n  type: TXT\n  value: v=spf1 ip4:192.0.2.300 -all\n"
    )
    red = world.lint("--diff-base", "HEAD")
    assert (red.code, red.findings) == (1, [("spf-syntax", "zz-new.hackclub.com.")])
