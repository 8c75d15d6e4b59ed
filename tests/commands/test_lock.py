"""`mailcheck lock`: what it holds is what lint asks, whatever happens to the questions."""

from datetime import date
from pathlib import Path

import pytest

from mailcheck.commands.lint import LintSettings, lint
from mailcheck.commands.lock import LockOutcome, LockSettings, lock
from mailcheck.commands.outside import NAME, load_lock, lock_path
from mailcheck.errors import UsageError
from mailcheck.model.dns import POLICY, Question
from mailcheck.model.finding import Report
from mailcheck.model.limits import Limits
from mailcheck.model.progress import Silent
from mailcheck.model.settings import Configuration
from tests.lock_world import OutsideWorld

DAY = date(2026, 11, 25)
ZONE = """\
$ORIGIN example.com.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ NS ns1
ns1 A 192.0.2.53
@ TXT "v=spf1 include:_spf.vendor.example mx -all"
@ MX 10 mx.vendor.example.
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@reports.example"
s1._domainkey CNAME s1.keys.vendor.example.
_mta-sts TXT "v=STSv1; id=1"
mta-sts A 192.0.2.80
"""
VENDOR = ("_spf.vendor.example.", "TXT")
OUT = ("out.vendor.example.", "A")
EXCHANGE = ("mx.vendor.example.", "A")


@pytest.fixture
def world() -> OutsideWorld:
    return OutsideWorld(
        {
            VENDOR: ["v=spf1 ip4:203.0.113.0/24 a:out.vendor.example ~all", "token \x1b[2J\n<<<<<<< é"],
            OUT: ["203.0.114.7"],
            EXCHANGE: ["198.51.100.5", "198.51.100.4"],
            ("reports.example.", "MX"): ["10 mx.vendor.example."],
            ("example.com._report._dmarc.reports.example.", "TXT"): ["v=DMARC1"],
            ("s1.keys.vendor.example.", "CNAME"): ["s1.deeper.vendor.example."],
            ("s1.deeper.vendor.example.", "TXT"): ["v=DKIM1; p="],
            ("example.com.", POLICY): [
                "version: STSv1\r\nmode: enforce\r\nmx: mx.vendor.example\r\nmax_age: 604800\r\n"
            ],
        }
    )


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("zones").mkdir()
    Path("zones/example.com.zone").write_text(ZONE)


def walk(world: OutsideWorld, today: date = DAY, *, write: bool = True, **settings: object) -> LockOutcome:
    outcome = lock(LockSettings(world.live, today=today, **settings), Silent())  # type: ignore[arg-type]
    if write:
        outcome.path.write_text(outcome.text)
    return outcome


def report(live: OutsideWorld | None = None, **settings: object) -> Report:
    return lint(LintSettings(live=live.live if live else None, today=DAY, **settings), Silent())  # type: ignore[arg-type]


def said(of: Report) -> list[tuple[str, str, str]]:
    return [(finding.rule, finding.message, finding.subject.name) for finding in of.findings]


def test_lint_after_lock_says_what_live_says_and_asks_nothing(world: OutsideWorld) -> None:
    live = report(world)
    assert not live.skipped
    assert {skip.asked for skip in report().skipped} == {False}
    walk(world)
    world.asked.clear()
    locked = report()
    assert not locked.skipped
    assert said(locked) == said(live)
    assert said(report(world)) == said(live)
    assert world.asked == []


def test_the_lock_holds_what_the_zones_depend_on_one_fact_a_line(world: OutsideWorld) -> None:
    walk(world)
    head, verified, empty, *lines = Path(NAME).read_text().splitlines()
    assert head.startswith("# mailcheck.lock 1: ")
    assert (verified, empty) == ("# verified 2026-11-25 from 192.0.2.53", "")
    assert lines == sorted(lines)
    assert "mx.vendor.example. A 198.51.100.4 198.51.100.5" in lines
    assert "mx.vendor.example. AAAA nodata" in lines
    assert 's1.keys.vendor.example. TXT -> s1.deeper.vendor.example. "v=DKIM1; p="' in lines
    assert any(line.startswith(f"example.com. {POLICY} ") for line in lines)
    assert any(
        line.startswith("_spf.vendor.example. TXT ") and r"token \027[2J\010<<<<<<< \233" in line for line in lines
    )


def test_only_an_answer_changes_a_line(world: OutsideWorld) -> None:
    walk(world)
    before = Path(NAME).read_text()
    world.ttl = 7
    world.said[EXCHANGE] = ["198.51.100.4", "198.51.100.5"]
    outcome = walk(world)
    assert outcome.changes == ()
    assert Path(NAME).read_text() == before
    world.said[EXCHANGE] = ["198.51.100.6", "198.51.100.5"]
    assert walk(world).changes == ("the MX target mx.vendor.example gained 198.51.100.6 and lost 198.51.100.4",)
    changed = set(Path(NAME).read_text().splitlines()) ^ set(before.splitlines())
    assert changed == {
        "mx.vendor.example. A 198.51.100.4 198.51.100.5",
        "mx.vendor.example. A 198.51.100.5 198.51.100.6",
    }


def test_what_a_vendor_changes_is_told_by_its_meaning(world: OutsideWorld) -> None:
    walk(world)
    world.said[VENDOR] = [
        "v=spf1 ip4:203.0.113.0/24 ip4:198.51.100.0/24 a:out.vendor.example exists:ok.vendor.example ~all"
    ]
    assert walk(world, write=False).changes == (
        "include:_spf.vendor.example gained 198.51.100.0/24, one lookup and one void lookup",
    )


def test_a_failed_question_keeps_its_old_answer_and_what_hangs_below_it(world: OutsideWorld) -> None:
    walk(world, date(2026, 11, 1))
    world.said[VENDOR] = "servfail"
    world.said[OUT] = ["203.0.114.8"]
    outcome = walk(world)
    ((question, answer, kept),) = outcome.failed
    assert (tuple(question), answer.reason, kept, outcome.kept) == (VENDOR, "servfail", True, 1)
    text = Path(NAME).read_text()
    assert "_spf.vendor.example. TXT kept:2026-11-01 " in text
    assert "out.vendor.example. A 203.0.114.8\n" in text
    assert text.count("kept:") == 1
    assert not report().skipped
    walk(world, date(2026, 12, 1))
    assert "kept:2026-11-01" in Path(NAME).read_text()
    world.said[VENDOR] = ["v=spf1 -all"]
    walk(world, date(2026, 12, 2))
    assert "kept:" not in Path(NAME).read_text()


def test_a_failed_question_without_an_old_answer_is_not_held(world: OutsideWorld) -> None:
    world.said[VENDOR] = "timeout"
    ((question, _, kept),) = walk(world).failed
    assert (tuple(question), kept) == (VENDOR, False)
    assert "_spf.vendor.example" not in Path(NAME).read_text()
    assert {skip.why for skip in report().skipped} == {"not asked: _spf.vendor.example TXT"}


def test_a_servfail_below_an_include_is_no_missing_record(world: OutsideWorld) -> None:
    world.said[VENDOR] = "servfail"
    judged = report(world)
    assert "spf-include-no-record" not in {finding.rule for finding in judged.findings}
    assert {(skip.why, skip.asked) for skip in judged.skipped} == {("servfail: _spf.vendor.example TXT", True)}


def test_where_nothing_is_answered_that_is_said(world: OutsideWorld) -> None:
    class Dead(OutsideWorld):
        def _answer(self, question: Question):  # type: ignore[no-untyped-def]
            from mailcheck.model.dns import Unknown

            return Unknown("timeout")

    assert walk(Dead({}), write=False).unanswered
    walk(world)
    outcome = walk(Dead({}), write=False)
    assert outcome.unanswered
    assert outcome.facts == outcome.kept > 5
    assert not walk(world).unanswered


def test_what_is_asked_no_longer_disappears(world: OutsideWorld) -> None:
    walk(world)
    Path("zones/example.com.zone").write_text(ZONE.replace("include:_spf.vendor.example ", ""))
    outcome = walk(world)
    assert "_spf.vendor.example" not in Path(NAME).read_text()
    assert outcome.changes == (
        "the lock holds 3 facts that nothing asks for any more: "
        "_spf.vendor.example TXT, out.vendor.example A, out.vendor.example AAAA",
    )


def test_what_a_zone_that_cannot_be_read_depends_on_stays(world: OutsideWorld) -> None:
    walk(world)
    before = Path(NAME).read_text()
    Path("zones/example.com.zone").write_text(ZONE.replace('mx -all"', "mx -all"))
    outcome = walk(world)
    assert outcome.refused
    assert Path(NAME).read_text() == before


def test_the_configuration_decides_nothing_of_what_is_asked(world: OutsideWorld) -> None:
    walk(world)
    before = Path(NAME).read_text()
    Path("mailcheck.yaml").write_text("rules: {select: [zone-empty], ignore: ['spf-*', 'mx-*', 'dmarc-*']}\n")
    walk(world)
    assert Path(NAME).read_text() == before


def test_the_lock_lies_beside_the_configuration(world: OutsideWorld) -> None:
    Path("repo").mkdir()
    Path("repo/mailcheck.yaml").write_text("zones: ['../zones']\n")
    walk(world, config=Path("repo/mailcheck.yaml"))
    assert Path("repo", NAME).is_file()
    assert not Path(NAME).exists()
    assert not report(config=Path("repo/mailcheck.yaml")).skipped
    assert report().skipped
    assert lock_path(Configuration()) == Path(NAME)


HIDING = """\
# mailcheck.lock 1: hostile
# verified 2026-11-25 from 192.0.2.53
example.com. MX "10 mx.vendor.example."
example.com. TXT "v=spf1 -all"
example.net. A 192.0.2.1
gone.example.com. A 192.0.2.66
gone.example.com. TXT "v=spf1 -all"
outside.example. A -> gone.example.com. 192.0.2.66
outside.example. AAAA -> gone.example.com. nodata
spf.outside.example. TXT -> gone.example.com. "v=spf1 ip4:192.0.2.1 -all"
"""


def test_a_lock_hides_no_error_of_a_declared_zone() -> None:
    Path("zones/example.com.zone").write_text(
        ZONE.replace("include:_spf.vendor.example mx", "include:gone.example.com include:spf.outside.example")
        .replace("10 mx.vendor.example.", "10 gone\n@ MX 20 outside.example.")
        .replace("reports.example", "example.com")
    )
    without = set(said(report()))
    assert ("mx-target-resolves", "gone.example.com") in {
        (rule, message.split("`")[1]) for rule, message, _ in without
    }
    Path(NAME).write_text(HIDING)
    held = set(said(report()))
    assert without <= held
    more = {(rule, message) for rule, message, _ in held - without}
    assert {rule for rule, _ in more} >= {"mx-target-resolves", "spf-include-no-record"}
    assert {message.split("`")[1] for rule, message in more if rule == "mx-target-resolves"} == {"outside.example"}


def test_a_lock_that_cannot_be_read_is_refused_and_the_zones_are_judged(world: OutsideWorld) -> None:
    walk(world)
    text = Path(NAME).read_text()
    Path(NAME).write_text(text + "<<<<<<< HEAD\n")
    judged = report()
    assert [(entry.code, entry.at.path, entry.at.line) for entry in judged.refused] == [
        ("lock-conflict", NAME, text.count("\n") + 1)
    ]
    assert not judged.skipped
    assert judged.snippets[NAME, text.count("\n") + 1] == "<<<<<<< HEAD"


@pytest.mark.parametrize("kind", ["folder", "link", "octets", "large"])
def test_a_lock_that_is_no_file_of_text_is_refused(kind: str, tmp_path: Path) -> None:
    path = Path(NAME)
    limits = Limits()
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(tmp_path / "nowhere")
    elif kind == "octets":
        path.write_bytes(b"# mailcheck.lock 1:\n\xff\n")
    else:
        path.write_text("# mailcheck.lock 1:\n")
        limits = Limits(lock_size=10)
    lock_file = load_lock(path, limits)
    assert lock_file is not None
    assert [entry.code for entry in lock_file.refused] == [
        {"folder": "file-not-regular", "link": "file-symlink", "octets": "encoding", "large": "file-too-large"}[
            kind
        ]
    ]


@pytest.mark.parametrize(("max_age", "found"), [(None, 0), (24, 0), (23, 1), (0, 1)])
def test_the_age_of_a_lock_is_judged_where_it_is_asked_for(
    world: OutsideWorld, max_age: int | None, found: int
) -> None:
    walk(world, date(2026, 11, 1))
    stale = [finding for finding in report(max_age=max_age).findings if finding.rule == "lock-stale"]
    assert len(stale) == found
    for finding in stale:
        assert (finding.at.path, finding.at.line) == (NAME, 2)
        assert "24 days" in finding.message


def test_an_entry_that_was_kept_is_as_old_as_its_own_date(world: OutsideWorld) -> None:
    walk(world, date(2026, 11, 23))
    world.said[EXCHANGE] = "timeout"
    walk(world, date(2026, 11, 24))
    (stale,) = [finding for finding in report(max_age=1).findings if finding.rule == "lock-stale"]
    assert (
        Path(NAME).read_text().splitlines()[stale.at.line - 1].startswith("mx.vendor.example. A kept:2026-11-23 ")
    )
    assert "2 days ago" in stale.message
    assert not [finding for finding in report(max_age=2).findings if finding.rule == "lock-stale"]


def test_a_lock_is_not_stale_where_there_is_none() -> None:
    assert "lock-stale" not in {finding.rule for finding in report(max_age=0).findings}


def test_the_old_answer_is_not_kept_where_its_day_is_not_known(world: OutsideWorld) -> None:
    walk(world)
    Path(NAME).write_text(Path(NAME).read_text().replace("# verified", "# very fine"))
    world.said[EXCHANGE] = "timeout"
    assert [(tuple(question), kept) for question, _, kept in walk(world).failed] == [(EXCHANGE, False)]


def test_no_zones_is_wrong_usage(world: OutsideWorld) -> None:
    Path("zones/example.com.zone").unlink()
    Path("zones").rmdir()
    with pytest.raises(UsageError, match="nothing to lint"):
        walk(world)
    with pytest.raises(UsageError, match="is no folder"):
        walk(world, include_root=Path("nowhere"))


SPEC = """\
domains: {example.com: {hosts: [mx.vendor.example], senders: [zendesk], policy: reject}}
hosts: {mx.vendor.example: {addresses: [198.51.100.4, 198.51.100.5], srs-domain: srs.vendor.example}}
"""


def test_it_holds_what_a_written_spec_asks(world: OutsideWorld) -> None:
    Path("mailcheck.yaml").write_text(SPEC)
    outcome = lock(LockSettings(world.live, today=DAY), Silent())
    Path(NAME).write_bytes(outcome.text.encode())
    report = lint(LintSettings(), Silent())
    assert not report.skipped
    assert not report.derived
    assert {finding.rule for finding in report.findings if finding.rule.startswith("spec-")} == {
        "spec-host-mx",
        "spec-sender-dkim",
        "spec-srs-domain",
        "spec-unknown-sender",
    }
