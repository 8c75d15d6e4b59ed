"""Plans in every format: as it is, and with what others wrote to do harm."""

from __future__ import annotations

import json

import jsonschema
import pytest
from syrupy.assertion import SnapshotAssertion

from mailcheck.model.change import Change
from mailcheck.model.finding import Finding, Label, Refused, Report, Severity, Skipped, Subject
from mailcheck.model.location import NOWHERE, whole_line
from mailcheck.model.sync import SyncReport, ZoneResult, ZoneSync
from mailcheck.render import plan_json, plan_markdown, plan_text
from mailcheck.render.schema import plan_schema
from mailcheck.render.style import Style

PATH = "zones/example.com.yaml"
MX = Finding(
    "plan-removes-mx",
    Severity.ERROR,
    "the last MX of example.com is removed: mail goes to its own address",
    (Label(whole_line(PATH)),),
    Subject("example.com.", "example.com.", "MX"),
    "put the MX record back, or consent with `--allow plan-removes-mx`",
    standard="RFC 5321 section 5.1",
)
CHANGES = (
    Change("delete", "example.com.", "MX", ("10 mail.example.com.",), (), 3600, None, whole_line(PATH), "removes the last MX of example.com"),
    Change(
        "update", "www.example.com.", "A", ("192.0.2.1", "192.0.2.2"), ("192.0.2.1", "192.0.2.3"), 300, 60, whole_line(PATH, 7),
        details=("cloudflare proxied: false to true",),
    ),
    Change("create", "_dmarc.example.com.", "TXT", (), ("v=DMARC1; p=reject",), None, 3600, NOWHERE),
)  # fmt: skip
ZONE = ZoneSync(
    "example.com.", CHANGES, 2, 250, "aa", "bb",
    notes=("the zone is on the free plan: two batches",),
    left_out=(Refused("sync-left-out", whole_line(PATH, 9), "octoDNS has no type CDS: these records are left alone"),),
    blocked=(Refused("sync-incomplete", whole_line(PATH), "records could not be read at a.example.com"),),
)  # fmt: skip
PLAN = SyncReport(
    "cloudflare",
    (ZONE, ZoneSync("example.net.", (), 0, 0, "cc", "dd"), ZoneSync("example.org.", CHANGES[2:], 1, 1, "ee", "ff", exists=False)),
    Report((MX,), (Refused("record-bad-value", whole_line(PATH, 3), "no address"),), (Skipped("plan-mta-sts-order", "example.com.", "not asked: example.com MTA-STS-POLICY"),)),
    (MX,),
    (("example.info.", "the zone is not there"),),
    ("no consent to plan-removes-mx (give it with --allow)",),
)  # fmt: skip
APPLIED = PLAN._replace(
    zones=(
        ZONE._replace(result=ZoneResult("failed", 1, 2, ".mailcheck/journal/x.jsonl", "no answer", "try again")),
        PLAN.zones[1],
        PLAN.zones[2]._replace(result=ZoneResult("not begun", 0, 1)),
    )
)
RENDERERS = {"text": plan_text.render, "json": plan_json.render, "markdown": plan_markdown.render}


@pytest.mark.parametrize("name", RENDERERS)
@pytest.mark.parametrize("report", [PLAN, APPLIED], ids=["plan", "applied"])
def test_formats(name: str, report: SyncReport, snapshot: SnapshotAssertion) -> None:
    assert RENDERERS[name](report, Style()) == snapshot


def test_colours_are_the_only_difference() -> None:
    colored = plan_text.render(APPLIED, Style(color=True))
    plain = plan_text.render(APPLIED, Style())
    for code in ("1;31", "1;34", "31", "32", "33", "1", "0"):
        colored = colored.replace(f"\x1b[{code}m", "")
    assert colored == plain


@pytest.mark.parametrize("report", [PLAN, APPLIED])
def test_json_is_what_the_schema_says(report: SyncReport) -> None:
    jsonschema.validate(json.loads(plan_json.render(report, Style())), plan_schema())


HOSTILE = "x\x1b[2J\n::error::y\n##[z]<script>`````@us [a](http://b) https://evil.example |\u202e\udce9"


def hostile() -> SyncReport:
    at = whole_line(f"zones/{HOSTILE}.yaml")
    change = Change("update", HOSTILE, HOSTILE, (HOSTILE,), (HOSTILE + "2",), 1, 2, at, HOSTILE, (HOSTILE,))
    refused = Refused(HOSTILE, at, HOSTILE)
    finding = Finding(
        HOSTILE, Severity.ERROR, HOSTILE, (Label(at, HOSTILE),), Subject(HOSTILE, HOSTILE, HOSTILE), HOSTILE
    )
    zone = ZoneSync(
        HOSTILE, (change,), 1, 1, "a", "b", True, (HOSTILE,), (refused,), (refused,),
        ZoneResult("failed", 0, 1, HOSTILE, HOSTILE, HOSTILE),
    )  # fmt: skip
    report = Report((finding,), (refused,), (Skipped(HOSTILE, HOSTILE, HOSTILE),))
    return SyncReport(HOSTILE, (zone,), report, (finding,), ((HOSTILE, HOSTILE),), (HOSTILE,))


@pytest.mark.parametrize("name", RENDERERS)
def test_nothing_that_others_wrote_is_obeyed(name: str) -> None:
    text = RENDERERS[name](hostile(), Style())
    text.encode()
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    if name != "json":
        assert "##[" not in text
        return
    jsonschema.validate(json.loads(text), plan_schema())


def test_markdown_holds_no_markup_of_others() -> None:
    text = plan_markdown.render(hostile(), Style())
    outside: list[str] = []
    fence = ""
    for line in text.splitlines():
        if fence:
            fence = "" if line == fence else fence
        elif line.startswith("```"):
            fence = line.removesuffix("diff")
            assert len(fence) > 5
        else:
            outside.append(line)
    assert fence == ""
    for line in outside:
        plain = line if "``````" not in line else line.partition("``````")[0]
        assert not any(sign in plain for sign in ("<script>", "@us", "](", "https://", "|"))


def test_many_changes_are_cut_with_their_number() -> None:
    change = Change("create", "a.example.com.", "TXT", (), ("x" * 1000,), None, 60, whole_line(PATH))
    report = SyncReport("p", (ZoneSync("example.com.", (change,) * 2000, 9, 9, "", ""),) * 2, Report())
    markdown = plan_markdown.render(report, Style())
    assert len(markdown.encode()) < 1_000_000
    assert "changes are not shown here" in markdown
    text = plan_text.render(report, Style(findings=10))
    assert "10 of 2,000 changes are shown; `--limit findings=2000` shows all" in text
    assert len(json.loads(plan_json.render(report, Style()))["zones"][0]["changes"]) == 2000


def test_quiet_leaves_the_summary_out() -> None:
    quiet = plan_text.render(PLAN, Style(quiet=True))
    assert "in 3 zones" not in quiet
    assert "removes the last MX" in quiet
