"""Lock and live over real servers: both say the same, and lint after lock is done without them."""

from datetime import date
from pathlib import Path

import pytest

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
