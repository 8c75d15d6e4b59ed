"""`mailcheck trace --cases`: a file of messages as a test of the zones."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailcheck.cli.main import main
from tests.cli.test_trace import Captured, as_json, change, place, zones

__all__ = ["zones"]

CASES = """\
cases:
- name: the billing host must pass
  ip: 192.0.2.40
  helo: app.example.com
  from: billing@example.com
  dkim: d=example.com,s=2026a
  expect: {verdict: pass, spf: pass, helo: pass, dkim: pass, dmarc: pass, policy: reject, ptr: pass}
- name: the old provider must fail
  ip: 192.0.2.80
  from: billing@example.com
  expect: fail
- name: a list may forward what is signed
  ip: 192.0.2.40
  from: billing@example.com
  dkim: d=example.com,s=2026a
  via-ip: 192.0.2.80
  expect: {forwarded: pass}
"""


@pytest.fixture
def cases(zones: Path) -> Path:
    path = zones.parent / "cases.yaml"
    path.write_text(CASES, encoding="utf-8")
    return path


def test_all_are_met(cases: Path, capsys: Captured) -> None:
    assert main(["trace", "--cases", str(cases)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "met: the billing host must pass",
        "met: the old provider must fail",
        "met: a list may forward what is signed",
        "3 cases: 3 met, 0 not met",
    ]
    assert main(["trace", "--cases", str(cases), "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_what_is_not_met_is_told_with_both_places(cases: Path, zones: Path, capsys: Captured) -> None:
    change(zones / "example.com.yaml", "a:app.example.com", "ip4:192.0.2.80")
    assert main(["trace", "--cases", str(cases)]) == 1
    out = capsys.readouterr().out
    softfail = place(zones, "include:_spf", "~all")
    assert "not met: the billing host must pass  cases.yaml:2:3\n" in out
    assert (
        f"  spf: pass expected, softfail found: example.com: `~all` matches ({softfail})  cases.yaml:7:27\n" in out
    )
    policy = place(zones, "v=DMARC1\\; p=reject")
    assert (
        f"  verdict: fail expected, pass found: DMARC passes for example.com ({policy})  cases.yaml:11:3\n" in out
    )
    assert out.endswith("3 cases: 1 met, 2 not met\n")


def test_the_table_of_a_forwarded_message(cases: Path, zones: Path, capsys: Captured) -> None:
    change(zones / "example.com.yaml", "2026a._domainkey", "2027a._domainkey")
    assert main(["trace", "--cases", str(cases), "--quiet"]) == 1
    out = capsys.readouterr().out
    assert "  forwarded: pass expected, fail found: DMARC fails for example.com" in out
    assert "\n  forwarded by 192.0.2.80\n    SPF MAIL FROM  softfail" in out


def test_json(cases: Path, zones: Path, capsys: Captured) -> None:
    change(zones / "example.com.yaml", "a:app.example.com", "ip4:192.0.2.80")
    read = as_json(capsys, "--cases", str(cases), code=1)
    assert read["summary"] == {"cases": 3, "met": 1, "not_met": 2}
    first, second, third = read["cases"]
    assert [case["met"] for case in (first, second, third)] == [False, False, True]
    (miss,) = first["not_met"]
    assert (miss["part"], miss["wanted"], miss["found"]) == ("spf", "pass", "softfail")
    assert miss["expected_at"] == {"path": "cases.yaml", "line": 7, "column": 27}
    assert f"{miss['path']}:{miss['line']}:{miss['column']}" == place(zones, "include:_spf", "~all")


def test_annotations(cases: Path, zones: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    change(zones / "example.com.yaml", "a:app.example.com", "ip4:192.0.2.80")
    assert main(["trace", "--cases", str(cases), "--format", "github"]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(
        "::error file=cases.yaml,line=7,endLine=7,title=case-not-met::the billing host must pass: spf: pass expected, "
    )
    assert second.startswith("::error file=cases.yaml,line=11,")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    main(["trace", "--cases", str(cases)])
    assert capsys.readouterr().out.splitlines()[-2:] == [first, second]


@pytest.mark.parametrize("expect", ["pass", "fail", "{spf: none}", "{dmarc: none}", "{policy: none}"])
def test_what_is_not_determined_meets_nothing(expect: str, cases: Path, capsys: Captured) -> None:
    cases.write_text(f"cases:\n- name: a\n  ip: 192.0.2.1\n  from: a@example.test\n  expect: {expect}\n")
    assert main(["trace", "--cases", str(cases)]) == 1
    assert "undetermined found" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("expect", "found"),
    [
        ("{policy: none}", "policy: none expected, no policy found: no policy applies to example.com"),
        ("{helo: pass}", "helo: pass expected, none found: the case has no `helo`"),
        ("{arc: pass}", "arc: pass expected, none found: the case has no `message`"),
        ("{forwarded: pass}", "forwarded: pass expected, none found: the message is not forwarded: the case has no `via-ip`"),
        ("{dkim: pass}", "dkim: pass expected, none found: the message has no signature"),
    ],
)  # fmt: skip
def test_what_is_not_there_meets_nothing(
    expect: str, found: str, cases: Path, zones: Path, capsys: Captured
) -> None:
    change(zones / "example.com.yaml", "_dmarc:", "_dmarcc:")
    cases.write_text(f"cases:\n- name: a\n  ip: 192.0.2.40\n  from: a@example.com\n  expect: {expect}\n")
    assert main(["trace", "--cases", str(cases)]) == 1
    assert f"\n  {found}" in capsys.readouterr().out


def test_the_delivery_to_blame_is_named(cases: Path, capsys: Captured) -> None:
    cases.write_text(
        CASES.replace("  dkim: d=example.com,s=2026a\n  via", "  via").replace("{forwarded: pass}", "pass")
    )
    assert main(["trace", "--cases", str(cases)]) == 1
    assert "verdict: pass expected, fail found: forwarded: DMARC fails" in capsys.readouterr().out


def test_strict_takes_what_is_open_for_a_failure(cases: Path) -> None:
    cases.write_text(CASES.replace("192.0.2.80", "198.51.100.1"))
    assert main(["trace", "--cases", str(cases)]) == 0
    assert main(["trace", "--cases", str(cases), "--strict"]) == 4


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("ip: 192.0.2.80", "ip: fe80::1%1", "error: cases.yaml:9:3: `fe80::1%1` has a zone behind `%`"),
        (
            "from: billing@example.com\n  expect: fail",
            "expect: fail",
            "error: cases.yaml:8:3: the author is missing",
        ),
        ("name: the old", "nam: the old", "error: cases.yaml:8:3: `cases.1` has no key 'nam'"),
        ("d=example.com,s=2026a", "d=example.com", "error: cases.yaml:6:3: `d=example.com` does not say d and s"),
    ],
)
def test_what_is_wrong_in_the_file(old: str, new: str, line: str, cases: Path, capsys: Captured) -> None:
    cases.write_text(CASES.replace(old, new))
    assert main(["trace", "--cases", str(cases)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(line)


def test_links_do_not_lead_a_message_out_of_its_folder(cases: Path, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/out").symlink_to(tmp_path)
    (tmp_path / "mail.eml").write_bytes(b"From: Ann <ann@example.com>\n\nhi\n")
    inner = tmp_path / "inner/cases.yaml"
    inner.write_text("cases:\n- {name: a, ip: 192.0.2.40, message: out/mail.eml, expect: pass}\n")
    assert main(["trace", "--cases", str(inner)]) == 3
    assert capsys.readouterr().out.startswith("message-outside inner/out/mail.eml:1:1 ")


def test_a_message_of_a_case_lies_beside_it_and_may_be_refused(cases: Path, zones: Path, capsys: Captured) -> None:
    (zones.parent / "mail.eml").write_bytes(b"From: Ann <ann@example.com>\n\nhi\n")
    (zones.parent / "none.eml").write_bytes(b"Subject: x\n\nhi\n")
    cases.write_text(
        "cases:\n- {name: good, ip: 192.0.2.40, message: mail.eml, expect: {arc: none, dmarc: pass}}\n"
        "- {name: without author, ip: 192.0.2.40, message: none.eml, expect: pass}\n"
        "- {name: missing, ip: 192.0.2.40, message: gone.eml, expect: pass}\n"
    )
    assert main(["trace", "--cases", "cases.yaml"]) == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "met: good"
    assert lines[1].startswith("message-no-author none.eml:1:1 ")
    assert lines[2].startswith("file-not-found gone.eml:1:1 ")
    assert lines[3] == "1 case: 1 met, 0 not met"
