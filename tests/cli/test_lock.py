"""`mailcheck lock` and `lint --live` through the command line: what is written, how it ends."""

from pathlib import Path

import pytest

from mailcheck.cli.main import main
from mailcheck.commands.outside import NAME
from tests.lock_world import OutsideWorld

Captured = pytest.CaptureFixture[str]
EXCHANGE = ("mx.vendor.example.", "A")
VENDOR = ("_spf.vendor.example.", "TXT")
ZONE = """\
$ORIGIN example.com.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ NS ns1
ns1 A 192.0.2.53
@ TXT "v=spf1 include:_spf.vendor.example -all"
@ MX 10 mx.vendor.example.
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@example.com"
"""


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OutsideWorld:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    Path("zones").mkdir()
    Path("zones/example.com.zone").write_text(ZONE)
    made = OutsideWorld({VENDOR: ["v=spf1 ip4:203.0.113.0/24 -all"], EXCHANGE: ["198.51.100.5"]})
    made.told: list[object] = []  # type: ignore[attr-defined,misc]

    def live(resolvers: object, limits: object) -> object:
        made.told.append((resolvers, limits))  # type: ignore[attr-defined]
        return made.live

    monkeypatch.setattr("mailcheck.commands.outside.live_dns", live)
    return made


LINT = ["lint", "--select", "spf-*", "--format", "concise"]


def test_an_outside_include_without_a_lock_is_skipped_and_clean(world: OutsideWorld, capsys: Captured) -> None:
    assert main(LINT) == 0
    assert main([*LINT, "--offline"]) == 0
    assert main([*LINT, "--strict"]) == 4
    assert world.asked == []


def test_lock_writes_one_file_and_one_line(world: OutsideWorld, capsys: Captured) -> None:
    assert main(["lock"]) == 0
    assert capsys.readouterr() == ("mailcheck.lock: 3 facts, no lock before\n", "")
    assert sorted(path.name for path in Path().iterdir()) == [NAME, "zones"]
    world.asked.clear()
    assert main([*LINT, "--strict"]) == 0
    assert world.asked == []
    capsys.readouterr()
    assert main(["lock"]) == 0
    assert capsys.readouterr().out == "mailcheck.lock: 3 facts, nothing changed\n"
    assert main(["lock", "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_check_writes_nothing(world: OutsideWorld, capsys: Captured) -> None:
    assert main(["lock", "--check"]) == 1
    assert not Path(NAME).exists()
    assert main(["lock"]) == 0
    assert main(["lock", "--check"]) == 0
    before = Path(NAME).read_text()
    world.said[VENDOR] = ["v=spf1 ip4:203.0.113.0/24 ip4:198.51.100.0/24 a:a.example -all"]
    capsys.readouterr()
    assert main(["lock", "--check"]) == 1
    assert capsys.readouterr().out == (
        "include:_spf.vendor.example gained 198.51.100.0/24, one lookup and one void lookup\n"
        "mailcheck.lock: 5 facts, 1 change\n"
    )
    assert Path(NAME).read_text() == before
    assert main(["lock"]) == 0
    assert Path(NAME).read_text() != before
    assert main(["lock", "--check"]) == 0


def test_a_failed_question_is_exit_4_and_keeps_the_old_answer(world: OutsideWorld, capsys: Captured) -> None:
    main(["lock"])
    world.said[VENDOR] = "servfail"
    capsys.readouterr()
    assert main(["lock", "--check"]) == 4
    out, err = capsys.readouterr()
    assert out == "mailcheck.lock: 3 facts, nothing changed, 1 question not answered, 1 old answer kept\n"
    assert err == "servfail: _spf.vendor.example TXT (the old answer is kept)\n"
    assert main(["lock"]) == 4
    assert "kept:" in Path(NAME).read_text()
    assert main([*LINT, "--strict"]) == 0


def test_without_an_old_answer_it_is_exit_4_in_lint_too(world: OutsideWorld, capsys: Captured) -> None:
    world.said[VENDOR] = "servfail"
    assert main(["lock"]) == 4
    assert "no old answer to keep" in capsys.readouterr().err
    assert "_spf" not in Path(NAME).read_text()
    assert main(LINT) == 0
    assert main([*LINT, "--live"]) == 4
    assert "no SPF record" not in capsys.readouterr().out


def test_where_nothing_was_answered_the_old_lock_stays(world: OutsideWorld, capsys: Captured) -> None:
    main(["lock"])
    before = Path(NAME).read_bytes()
    world.said = dict.fromkeys([VENDOR, EXCHANGE, (EXCHANGE[0], "AAAA")], "timeout")
    capsys.readouterr()
    assert main(["lock"]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("error: no question was answered, so mailcheck.lock is not written\n")
    assert Path(NAME).read_bytes() == before


def test_a_broken_zone_is_exit_3_and_a_broken_lock_under_check(world: OutsideWorld, capsys: Captured) -> None:
    main(["lock"])
    Path(NAME).write_text(Path(NAME).read_text() + "=======\nx\n")
    capsys.readouterr()
    assert main(["lock", "--check"]) == 3
    assert "error: lock-conflict mailcheck.lock:7:1 a merge conflict was left here" in capsys.readouterr().err
    assert main(LINT) == 3
    assert "lock-conflict" in capsys.readouterr().out
    assert main(["lock"]) == 0
    assert "2 lines of the old lock could not be read" in capsys.readouterr().out
    assert main([*LINT, "--strict"]) == 0
    Path("zones/broken.example.zone").write_text("@ SOA (\n")
    assert main(["lock"]) == 3
    assert "zones/broken.example.zone" in capsys.readouterr().err


def test_what_vendors_say_does_not_reach_the_terminal_raw(world: OutsideWorld, capsys: Captured) -> None:
    main(["lock"])
    world.said[VENDOR] = ["v=spf1 ip4:203.0.113.0/24 -all", "\x1b[2J\n::error::x\x9b"]
    main(["lock", "--check"])
    out, _ = capsys.readouterr()
    assert "\\027[2J\\010::error::x\\155" in out
    assert "\x1b" not in out
    assert len(out.splitlines()) == 3


def test_options_reach_the_resolver(world: OutsideWorld) -> None:
    assert main(["lock", "--resolver", "192.0.2.1", "--resolver", "::1", "--limit", "dns-packets=20K"]) == 0
    assert main([*LINT, "--live", "--resolver", "192.0.2.1"]) == 0
    (first, bounds), (second, _) = world.told  # type: ignore[attr-defined]
    assert (first, second) == (["192.0.2.1", "::1"], ["192.0.2.1"])
    assert bounds.dns_packets == 20_000


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--live", "--offline"], "exclude each other"),
        (["--resolver", "192.0.2.1"], "needs `--live`"),
        (["--max-age", "-1"], "--max-age"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    options: list[str], said: str, world: OutsideWorld, capsys: Captured
) -> None:
    assert main(["lint", *options]) == 2
    assert said in capsys.readouterr().err


def test_a_stale_lock_is_a_warning_with_a_page(world: OutsideWorld, capsys: Captured) -> None:
    main(["lock"])
    Path(NAME).write_text(Path(NAME).read_text().replace("# verified 2", "# verified 1"))
    assert main([*LINT, "--max-age", "30"]) == 0
    assert "mailcheck.lock:2:1: W lock-stale " in capsys.readouterr().out
    assert main([*LINT, "--max-age", "30", "--fail-on", "warning"]) == 1
    assert main(["lint", "--max-age", "30", "--format", "json"]) in {0, 1}
    assert main(["rule", "explain", "lock-stale"]) == 0


def test_a_lock_that_cannot_be_written_is_one_line(world: OutsideWorld, capsys: Captured) -> None:
    Path(NAME).mkdir()
    assert main(["lock"]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("error: cannot write mailcheck.lock")
