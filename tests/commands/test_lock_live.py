"""Lock and live over real servers: both say the same, and lint after lock is done without them."""

from datetime import date
from pathlib import Path

import pytest
from pytest_socket import disable_socket, enable_socket

from bench.whole_live import served_world
from bench.world import domains
from mailcheck.commands.lint import LintSettings, lint
from mailcheck.commands.lock import LockOutcome, LockSettings, lock
from mailcheck.commands.outside import NAME, live_dns
from mailcheck.model.finding import Report
from mailcheck.model.limits import Limits
from mailcheck.model.progress import Silent
from tests.lab.dns import servers

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

DAY = date(2026, 11, 25)
HEAD = "$TTL 300\n@ SOA ns1 hostmaster 1 7200 3600 1209600 300\n@ NS ns1\nns1 A 127.0.0.1\n"
OURS = HEAD + (
    '@ TXT "v=spf1 include:_spf.vendor.example include:broken.vendor.example include:lame.example mx -all"\n'
    "@ MX 10 mx.vendor.example.\n@ MX 20 alias.vendor.example.\n"
    '_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@vendor.example"\n'
    "s1._domainkey CNAME s1.keys.vendor.example.\n"
)
VENDOR = HEAD + (
    '_spf TXT "v=spf1 include:more.vendor.example a:gone.vendor.example ~all" "\\009\\027\\255"\n'
    'more 60 TXT "v=spf1 ip4:203.0.113.0/24 mx:mail.vendor.example ~all"\n'
    'broken TXT "no SPF"\nmail MX 10 mx\nmx A 198.51.100.1\nmx AAAA 2001:db8::1\nalias CNAME mx\n'
    's1.keys CNAME s1.deep\ns1.deep TXT "v=DKIM1; p="\n@ MX 10 mx\n'
    'example.com._report._dmarc TXT "v=DMARC1"\n'
)
WORLD = {"vendor.example": VENDOR, "com": HEAD}


def said(report: Report) -> list[tuple[str, str]]:
    return [(finding.rule, finding.message) for finding in report.findings]


def test_lint_over_the_lock_says_what_lint_says_live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("zones").mkdir()
    Path("zones/example.com.zone").write_text("$ORIGIN example.com.\n" + OURS)
    served = tmp_path / "served"
    served.mkdir()
    with servers(WORLD, served) as ports:
        resolver = f"127.0.0.1#{ports.recursive}"

        def walk() -> LockOutcome:
            return lock(LockSettings(live_dns([resolver], Limits()), today=DAY), Silent())

        live = lint(LintSettings(live=live_dns([resolver], Limits()), today=DAY), Silent())
        first, second = walk(), walk()
    assert first.text == second.text
    assert {tuple(question) for question, _, _ in first.failed} == {("lame.example.", "TXT")}
    assert {skip.why.partition(":")[0] for skip in live.skipped if skip.asked} == {"servfail"}
    Path(NAME).write_text(first.text)
    locked = lint(LintSettings(today=DAY), Silent())
    assert said(locked) == said(live)
    assert {"spf-include-no-record", "mx-target-cname"} <= {rule for rule, _ in said(locked)}
    assert {(skip.rule, skip.name) for skip in locked.skipped} == {(skip.rule, skip.name) for skip in live.skipped}
    assert {skip.why for skip in locked.skipped} == {"not asked: lame.example TXT"}


BROKEN = {
    "vendor00.example": ("_spf3 TXT", "_spf9 TXT"),
    "vendor01.example": ("mx A 198.51.100.2\nmx AAAA 2001:db8:1::2", "mx CNAME my\nmy CNAME mx"),
    "vendor02.example": ("mx A 198.51.100.3\nmx AAAA 2001:db8:1::3", "mx CNAME relay"),
    "vendor03.example": ("*._report._dmarc TXT", "_report._dmarc TXT"),
    "vendor04.example": ("~all", "ip4:192.0.2.300 ~all"),
    "vendor05.example": ("s2._domainkey TXT", "s3._domainkey TXT"),
    "vendor06.example": ("_spf3 TXT", "_spf3 CNAME here.company00000.example.\nx TXT"),
}
"""What is changed at vendors of the generated world; `here` is a name that only the declared zone holds."""


def test_zones_lock_and_resolver_agree_on_a_generated_world(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("zones").mkdir()
    count = 150
    world = dict(served_world(count))
    for name in domains(count):
        new = 'here TXT "v=spf1 ip4:192.0.2.99 -all"\n' if name == "company00000.example" else ""
        Path(f"zones/{name}.zone").write_text(f"$ORIGIN {name}.\n{world[name]}{new}")
    for name, (old, new) in BROKEN.items():
        assert old in world[name]
        world[name] = world[name].replace(old, new)
    served = tmp_path / "served"
    served.mkdir()
    with servers(world, served) as ports:
        resolver = f"127.0.0.1#{ports.recursive}"
        live = lint(LintSettings(live=live_dns([resolver], Limits()), today=DAY), Silent())
        walk = lock(LockSettings(live_dns([resolver], Limits()), today=DAY), Silent())
        Path(NAME).write_text(walk.text)
        both = lint(LintSettings(live=live_dns([resolver], Limits()), today=DAY), Silent())
    disable_socket()
    try:
        locked = lint(LintSettings(today=DAY), Silent())
    finally:
        enable_socket()
    assert said(locked) == said(both) == said(live)
    found = {rule for rule, _ in said(live)}
    assert found >= {"spf-include-no-record", "mx-target-cname", "dmarc-report-authorised", "dkim-cname-target"}
    assert "_spf3.vendor06.example. TXT -> here.company00000.example. nxdomain\n" in walk.text
    assert not [message for _, message in said(live) if "_spf3.vendor06" in message]
    assert {(skip.rule, skip.name) for skip in locked.skipped} == {(skip.rule, skip.name) for skip in live.skipped}
    assert {question.name for question, _, _ in walk.failed} <= {"mx.vendor01.example."}
