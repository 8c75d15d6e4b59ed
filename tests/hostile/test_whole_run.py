"""Whole runs over a zone that depends on domains which are made to cost a lot, to deceive, or to stay silent.

What must come of it: the result of the standard, a bounded number of packets, an exit code that never
passes off what was not answered, and one escaped line each.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jsonschema import validate

from mailcheck.analysis.spf_gather import MAX_QUESTIONS
from mailcheck.cli.main import main
from mailcheck.commands.outside import NAME
from mailcheck.render.schema import report_schema
from tests.lab.hostile import Hostile, hostile
from tests.lab.scenarios import REPORT_HOSTS, scenarios

pytestmark = pytest.mark.enable_socket

Captured = pytest.CaptureFixture[str]
ZONE = """\
$ORIGIN example.com.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ NS ns1
ns1 A 192.0.2.53
@ TXT "v=spf1 {term} -all"
@ MX 10 mail
mail A 192.0.2.25
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@example.com"
s1._domainkey TXT "v=DKIM1; p="
_spf TXT "v=spf1 include:host1.example -all"
"""
OTHERS = 30
"""Questions that such a run asks besides those of the SPF record, such as for the reverse name of its host."""


class Expected(NamedTuple):
    term: str
    exit: int
    rules: frozenset[str] = frozenset()
    why: str = ""
    seconds: float = 15


def finds(term: str, *rules: str) -> Expected:
    return Expected(term, 1, frozenset(rules))


EXPECTED = {
    "loop": finds("include:loop.example", "spf-include-loop"),
    "endless": finds("include:endless.example", "spf-lookup-limit"),
    "exponential": finds("include:tree.example", "spf-lookup-limit"),
    "voids": finds("include:voids.example", "spf-lookup-limit", "spf-void-lookups"),
    "eleven exchanges": finds("mx:eleven.example", "spf-mx-limit"),
    "escape sequences": finds("include:escape.example", "spf-include-no-record"),
    "no record": finds("include:nothing.example", "spf-include-no-record"),
    "64 KB": Expected("include:large.example", 0),
    "wildcard": Expected("include:wild.example mx:wild.example a:x.wild.example", 0),
    "failure below an include": Expected("include:below.example", 4, why="servfail: failing.below.example TXT"),
    "thousand texts": Expected(
        "include:thousand.example", 4, why="no usable answer: thousand.example TXT (over 500"
    ),
    "alias loop": Expected("include:alias.example", 4, why="no usable answer: CNAME loop at alias.example."),
    "alias chain": Expected("include:chain.example", 4, why="no usable answer: CNAME chain of over 8 names"),
    "silence": Expected("include:slow.example", 4, why="timeout: slow.example TXT"),
    "garbage": Expected("include:garbage.example", 4, why="timeout: garbage.example TXT"),
    "forged": Expected("include:forged.example", 4, why="timeout: forged.example TXT"),
    "drip": Expected("include:drip.example", 4, why="timeout: drip.example TXT"),
}
SILENT = ("silence", "garbage", "forged", "drip")
each = pytest.mark.parametrize(
    "expected",
    [pytest.param(one, marks=[pytest.mark.slow] if name in SILENT else []) for name, one in EXPECTED.items()],
    ids=list(EXPECTED),
)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hostile]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    Path("zones").mkdir()
    Path("zones/2.0.192.in-addr.arpa.zone").write_text("25 3600 PTR mail.example.com.\n")
    with hostile(scenarios) as running:
        yield running


def declare(expected: Expected) -> None:
    Path("zones/example.com.zone").write_text(ZONE.format(term=expected.term))


def live(server: Hostile) -> list[str]:
    return ["lint", "--live", "--resolver", f"127.0.0.1#{server.port}"]


def judged(capsys: Captured, *command: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the report, which its schema allows; nothing on standard error."""
    code = main([*command, "--format", "json"])
    out, err = capsys.readouterr()
    assert err == ""
    report = json.loads(out)
    validate(report, report_schema())
    return code, report


def of_spf(report: dict[str, Any]) -> set[str]:
    return {
        entry["rule"]
        for entry in report["findings"]
        if entry["rule"].startswith("spf-") and entry["severity"] == "error"
    }


def reasons(report: dict[str, Any]) -> set[str]:
    return {entry["why"] for entry in report["skipped"]}


@each
def test_the_result_of_the_standard_within_bounds(expected: Expected, server: Hostile, capsys: Captured) -> None:
    declare(expected)
    begin = time.monotonic()
    code, report = judged(capsys, *live(server))
    assert time.monotonic() - begin < expected.seconds
    assert server.packets <= MAX_QUESTIONS + OTHERS
    assert (code, of_spf(report)) == (expected.exit, expected.rules)
    assert not expected.why or any(why.startswith(expected.why) for why in reasons(report)), reasons(report)
    assert bool(expected.why) == (code == 4)


@each
def test_lint_over_the_lock_says_the_same_and_sends_nothing(
    expected: Expected, server: Hostile, capsys: Captured
) -> None:
    declare(expected)
    live_code, live_report = judged(capsys, *live(server))
    before = server.packets
    code = main(["lock", "--resolver", f"127.0.0.1#{server.port}"])
    out, err = capsys.readouterr()
    assert server.packets - before <= MAX_QUESTIONS + OTHERS
    failed = expected.why.startswith(("timeout", "servfail"))
    assert code == (4 if failed else 0)
    assert [line.partition(" (")[0] for line in err.splitlines()] == ([expected.why] if failed else [])
    assert out.count("\n") == 1
    before = server.packets
    locked_code, locked_report = judged(capsys, "lint")
    assert server.packets == before
    assert locked_report["findings"] == live_report["findings"]
    if failed:
        assert (locked_code, reasons(locked_report)) == (0, {f"not asked: {expected.why.partition(': ')[2]}"})
    else:
        assert (locked_code, locked_report["skipped"]) == (live_code, live_report["skipped"])


@each
def test_one_escaped_line_each(expected: Expected, server: Hostile, capsys: Captured) -> None:
    declare(expected)
    for style in ("text", "concise", "github"):
        main([*live(server), "--format", style])
        out, err = capsys.readouterr()
        assert err == ""
        assert not {"\x1b", "\x07"} & set(out)
        assert style == "github" or "::error::x" not in [line[:10] for line in out.splitlines()]
        assert all(len(line.encode()) <= 2_048 for line in out.splitlines())
        if style == "concise":
            shown = [line for line in out.splitlines() if line.startswith("zones/")]
            assert len(shown) == len(set(shown)) >= len(expected.rules)


def test_of_hundreds_of_report_hosts_ten_are_asked_and_the_rest_is_told(server: Hostile, capsys: Captured) -> None:
    addresses = [f"mailto:dmarc@host{number}.example" for number in range(REPORT_HOSTS)]
    text = "v=DMARC1; p=reject; rua=" + ",".join(addresses)
    strings = " ".join(f'"{text[at : at + 255]}"' for at in range(0, len(text), 255))
    zone = ZONE.format(term="include:host1.example").replace(
        '"v=DMARC1; p=reject; rua=mailto:d@example.com"', strings
    )
    Path("zones/example.com.zone").write_text(zone)
    code, report = judged(capsys, *live(server))
    assert code == 4
    assert not [entry for entry in report["findings"] if entry["rule"].startswith("dmarc-report")]
    consents = {name for name, _ in server.queries if "._report._dmarc." in name}
    assert len(consents) == 10
    assert server.packets <= 10 * 4 + OTHERS
    assert [why for why in reasons(report) if "490" in why or "first 10" in why], reasons(report)


@pytest.mark.slow
def test_the_bounds_of_a_run_hold_over_all_domains(server: Hostile, capsys: Captured) -> None:
    terms = [f"t{number}.tree.example" for number in range(40)]
    records = "".join(f'd{number} TXT "v=spf1 include:{term} -all"\n' for number, term in enumerate(terms))
    Path("zones/example.com.zone").write_text(ZONE.format(term="include:below.example") + records)
    for command in (live(server), ["lock", "--resolver", f"127.0.0.1#{server.port}"]):
        before = server.packets
        assert main(command) == 4
        out, err = capsys.readouterr()
        assert server.packets - before == 5_000
        assert err.count("over 5,000 queries in one run") == 1
        assert "Traceback" not in out + err
    assert Path(NAME).exists()
    code, report = judged(capsys, *live(server), "--limit", "dns-packets=50K", "--select", "spf-*")
    assert code == 4
    assert any(why.startswith("servfail: failing.below.example TXT") for why in reasons(report))
    limited = {entry["name"] for entry in report["findings"] if entry["rule"] == "spf-lookup-limit"}
    assert len(limited) == len(terms)
