"""What was refused is not known: nothing is told as missing that may stand in the part that was not read."""

from pathlib import Path

import pytest

from mailcheck.lint.registry import installed_rules
from mailcheck.lint.run import RunSettings, run_rules
from mailcheck.model.finding import Report
from mailcheck.model.limits import Limits
from mailcheck.model.progress import Silent
from mailcheck.zonefile.load import load_zones
from tests.lint.healthy import ZONES, change

LINES = len((ZONES / "example.com.yaml").read_text(encoding="utf-8").splitlines())


def lint(zones: Path) -> Report:
    loaded = load_zones([zones], limits=Limits(), include_root=None, progress=Silent())
    return run_rules(loaded.zones, loaded.refused, RunSettings(), installed_rules())


@pytest.mark.parametrize("line", range(12, LINES, 9))
def test_a_file_that_breaks_off(zones: Path, line: int) -> None:
    path = zones / "example.com.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:line], "  a: b: c", *lines[line:]]), encoding="utf-8")
    report = lint(zones)
    assert [entry.code for entry in report.refused] == ["yaml-syntax"]
    assert report.findings == ()


def test_a_colon_and_a_space_in_a_plain_value(zones: Path) -> None:
    change(zones / "example.com.yaml", "value: v=spf1 a -all", "value: v=spf1 a: -all")
    report = lint(zones)
    assert [entry.code for entry in report.refused] == ["yaml-syntax"]
    assert report.findings == ()


def test_a_name_that_is_none(zones: Path) -> None:
    change(zones / "example.com.yaml", "app:\n", "app.example.com.:\n")
    report = lint(zones)
    assert [entry.code for entry in report.refused] == ["record-bad-name"]
    assert report.findings == ()


def test_an_include_that_is_not_there(zones: Path) -> None:
    path = zones / "example.org.zone"
    before, mark, _ = path.read_text(encoding="utf-8").partition("; A key of its own")
    path.write_text(f"{before}$INCLUDE records.inc\n", encoding="utf-8")
    assert mark
    report = lint(zones)
    assert [entry.code for entry in report.refused] == ["file-not-found"]
    assert report.findings == ()


def test_what_is_wrong_in_the_part_that_was_read_is_told(zones: Path) -> None:
    path = zones / "example.com.yaml"
    change(path, "include:_spf.example.com ~all", "inclde:_spf.example.com ~all")
    path.write_text(path.read_text(encoding="utf-8") + "x: [\n", encoding="utf-8")
    assert [finding.rule for finding in lint(zones).findings] == ["spf-syntax"]


def test_one_bad_record_leaves_the_others_known(zones: Path) -> None:
    path = zones / "example.com.yaml"
    change(path, "value: 192.0.2.80", "value: 192.0.2.800")
    change(path, "a:app.example.com", "a:apps.example.com")
    assert [finding.rule for finding in lint(zones).findings] == ["spf-unresolvable-a-mx"]
