"""The example zones hold what they teach, and their broken twins show a fault of every kind."""

from collections import Counter
from pathlib import Path

from mailcheck.lint.registry import installed_rules
from mailcheck.lint.run import RunSettings, run_rules
from mailcheck.model.finding import Report
from mailcheck.model.limits import Limits
from mailcheck.model.progress import Silent
from mailcheck.zonefile.load import load_zones

ROOT = Path(__file__).parents[2]


def lint(folder: Path, profile: str) -> Report:
    loaded = load_zones([folder], limits=Limits(), include_root=None, progress=Silent())
    return run_rules(loaded.zones, loaded.refused, RunSettings(profile=profile), installed_rules())


def test_the_examples_leave_nothing_to_say_under_the_strict_profile() -> None:
    report = lint(ROOT / "zones", "strict")
    assert report.zones == 5
    assert not [(finding.rule, finding.message) for finding in report.findings]
    assert not report.refused
    assert not report.skipped


def test_the_broken_twins_can_be_read() -> None:
    assert not lint(ROOT / "tests" / "broken", "default").refused


def test_each_fault_of_the_broken_twins_stands_on_a_line_of_its_own() -> None:
    report = lint(ROOT / "tests" / "broken", "default")
    lines = Counter((finding.at.path, finding.at.line) for finding in report.findings)
    assert len(lines) >= 25
    assert not [line for line, count in lines.items() if count > 1]


def test_the_broken_twins_cover_every_folder_of_rules() -> None:
    report = lint(ROOT / "tests" / "broken", "default")
    modules = {installed_rules()[finding.rule].module for finding in report.findings}
    folders = {module.split(".")[-2] for module in modules}
    assert folders == {"zone", "spf", "dmarc", "dkim", "mx", "ptr", "transport"}


def test_the_broken_twins_bear_the_names_of_examples() -> None:
    broken = {path.name for path in (ROOT / "tests" / "broken").iterdir()}
    assert broken <= {path.name for path in (ROOT / "zones").iterdir()}
