"""A file that several zones include: each zone has its findings, and people read one fault in one line once."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from mailcheck.lint.registry import installed_rules
from mailcheck.lint.run import RunSettings, run_rules
from mailcheck.model.finding import Report
from mailcheck.model.limits import Limits
from mailcheck.model.progress import Silent
from mailcheck.render.formats import render
from mailcheck.render.style import Style
from mailcheck.zonefile.load import load_zones

HEAD = """\
$TTL 3600
@ SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ NS ns1
ns1 A 192.0.2.53
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(common: str, **zones: str) -> None:
    """`common.inc`, and a zone `<name>.example` that includes it, for each name with records of its own."""
    Path("zones").mkdir(exist_ok=True)
    Path("zones/common.inc").write_text(common)
    for name, records in zones.items():
        text = f"$ORIGIN {name}.example.\n{HEAD}{records}\n$INCLUDE common.inc\n"
        Path(f"zones/{name}.example.zone").write_text(text)


def lint(*select: str) -> Report:
    loaded = load_zones([Path("zones")], limits=Limits(), include_root=None, progress=Silent())
    return run_rules(loaded.zones, loaded.refused, RunSettings(select=select), installed_rules())


def brief(report: Report) -> list[tuple[str, str]]:
    return [(finding.subject.zone, finding.subject.name) for finding in report.findings]


def concise(report: Report) -> Sequence[str]:
    return render("concise", report, Style(quiet=True)).splitlines()


def test_each_zone_has_its_finding_and_people_read_of_it_once() -> None:
    write('@ TXT "v=spf1 inclde:x.example -all"\n', one="", two="", three="")
    report = lint("spf-syntax")
    assert brief(report) == [(f"{name}.example.",) * 2 for name in ("one", "three", "two")]
    assert len({finding.fingerprint for finding in report.findings}) == 3
    (line,) = concise(report)
    assert line.startswith("zones/common.inc:1:15: E spf-syntax ")
    assert line.endswith("(also at three.example, two.example)")


def test_what_is_wrong_in_one_of_the_zones_is_told_of_that_zone() -> None:
    write('@ TXT "v=spf1 a:mail -all"\n@ MX 10 mail\n', one="mail A 192.0.2.1", two="mail CNAME ns1")
    report = lint("mx-target-cname")
    assert brief(report) == [("two.example.", "two.example.")]


def test_what_is_wrong_in_each_is_told_of_each() -> None:
    write("@ MX 10 mail\n", one="mail CNAME ns1", two="mail CNAME ns1")
    assert brief(lint("mx-target-cname")) == [("one.example.",) * 2, ("two.example.",) * 2]
    assert len(concise(lint("mx-target-cname"))) == 2  # the aliases have different names


def test_one_zone_that_includes_the_file_at_two_origins() -> None:
    write('@ TXT "v=spf1 inclde:x.example -all"\n', one="$INCLUDE common.inc sub.one.example.")
    report = lint("spf-syntax")
    assert brief(report) == [("one.example.", "one.example."), ("one.example.", "sub.one.example.")]
    assert len(concise(report)) == 1


def test_one_zone_that_includes_the_file_twice_holds_its_records_twice() -> None:
    write("www A 192.0.2.80\n", one="$INCLUDE common.inc")
    assert brief(lint("zone-duplicate-record")) == [("one.example.", "www.one.example.")]


def test_a_suppression_in_the_file_holds_for_every_zone() -> None:
    record = '@ TXT "v=spf1 inclde:x.example -all" ; mailcheck: ignore[spf-syntax] known\n'
    write(record, one="", two="")
    report = lint("spf-syntax")
    assert (report.findings, report.suppressed) == ((), 2)


def test_what_is_refused_of_the_file_is_told_once() -> None:
    write("www A 192.0.2.999\n", one="", two="")
    assert [(entry.at.path, entry.at.line) for entry in lint().refused] == [("zones/common.inc", 1)]


def test_an_octodns_value_that_two_names_share() -> None:
    Path("zones").mkdir()
    text = "one: &same\n  type: TXT\n  value: v=spf1 inclde:x.example -all\ntwo: *same\n"
    Path("zones/example.com.yaml").write_text(text)
    report = lint("spf-syntax")
    assert [finding.subject.name for finding in report.findings] == ["one.example.com.", "two.example.com."]
    assert len(concise(report)) == 1
