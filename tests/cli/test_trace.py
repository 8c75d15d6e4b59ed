"""`mailcheck trace` from the command line over the example zones, whole and broken."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mailcheck.cli.main import main
from mailcheck.render.schema import trace_schema

ROOT = Path(__file__).parents[2]
APP = ["--ip", "192.0.2.40", "--helo", "app.example.com"]
BILLING = [*APP, "--from", "billing@example.com"]
SIGNED = [*BILLING, "--dkim", "d=example.com,s=2026a"]

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def zones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the example zones in the working directory."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "zones", tmp_path / "zones")
    return tmp_path / "zones"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def place(zones: Path, text: str, part: str | None = None) -> str:
    """`path:line:column` of the first line of example.com with `text`, where `part` begins in it."""
    lines = (zones / "example.com.yaml").read_text(encoding="utf-8").splitlines()
    at = next(at for at, line in enumerate(lines) if text in line)
    return f"zones/example.com.yaml:{at + 1}:{lines[at].index(part or text) + 1}"


def summary(out: str) -> dict[str, str]:
    """The lines of the first table, by part."""
    table = out.split("\n\n")[1].splitlines()
    titles = ("SPF HELO", "SPF MAIL FROM", "DKIM", "ARC", "DMARC", "PTR")
    return {title: line for line in table for title in titles if line.strip().startswith(title + " ")}


def as_json(capsys: Captured, *arguments: str, code: int = 0) -> dict[str, Any]:
    assert main(["trace", *arguments, "--format", "json"]) == code
    read: dict[str, Any] = json.loads(capsys.readouterr().out)
    schema = trace_schema()
    if "cases" in read:
        schema = {**schema["$defs"]["cases"], "$defs": schema["$defs"]}
    jsonschema.validate(read, schema)
    return read


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(trace_schema())


# --- one message


def test_a_message_that_passes_and_the_lines_that_decided(zones: Path, capsys: Captured) -> None:
    assert main(["trace", *SIGNED]) == 0
    out = capsys.readouterr().out
    assert out.startswith("pass: DMARC passes for example.com\n")
    parts = summary(out)
    assert parts["SPF HELO"].endswith(place(zones, "v=spf1 a -all", "a -all"))
    assert parts["SPF MAIL FROM"].endswith(place(zones, "include:_spf.example.com"))
    assert parts["DKIM"].endswith(place(zones, "v=DKIM1\\; k=rsa"))
    assert parts["DMARC"].endswith(place(zones, "v=DMARC1\\; p=reject"))
    assert (
        "aligned and passed: SPF of example.com, DKIM of example.com; policy of example.com: reject"
        in parts["DMARC"]
    )
    assert parts["PTR"].endswith(
        "  192.0.2.40 is app.example.com, which leads back to it  zones/2.0.192.in-addr.arpa.zone:21:17"
    )
    assert all(" pass " in line for line in parts.values())


def test_steps_are_numbered_and_lookups_counted(zones: Path, capsys: Captured) -> None:
    main(["trace", *BILLING])
    out = capsys.readouterr().out
    app = place(zones, "a:app.example.com")
    assert (
        f"\n   8    `a:app.example.com`: match; app.example.com A is 192.0.2.40 (lookup 4 of 10)  {app}\n" in out
    )
    assert "      pass after 4 of 10 lookups, 0 of 2 void ones\n" in out
    numbers = [line.split()[0] for line in out.splitlines() if line[:4].strip().isdigit()]
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]


def test_what_each_term_asked_is_shown(zones: Path, capsys: Captured) -> None:
    terms = "exists:none.example.com mx a:web.example.com a:www.elsewhere.example -all"
    change(zones / "example.com.yaml", "v=spf1 include:_spf.example.com ~all", f"v=spf1 {terms}")
    assert main(["trace", "--ip", "192.0.2.99", "--from", "a@example.com"]) == 4
    out = capsys.readouterr().out
    assert "`exists:none.example.com`: no match; none.example.com A does not exist (lookup 1 of 10)" in out
    assert (
        "`mx`: no match; example.com MX is 10 mail.example.com. 20 mail2.example.com., mail.example.com A is"
        in out
    )
    assert "`a:www.elsewhere.example`: undetermined, " in out
    assert "; www.elsewhere.example A was not asked (lookup 4 of 10)" in out
    assert main(["trace", "--ip", "2001:db8::99", "--from", "a@example.com"]) == 4
    assert "none.example.com A does not exist" in capsys.readouterr().out


def test_a_redirect_and_many_answers(zones: Path, capsys: Captured) -> None:
    change(zones / "example.com.yaml", "v=spf1 include:_spf.example.com ~all", "v=spf1 redirect=_spf.example.com")
    change(zones / "example.com.yaml", "a:app.example.com ~all", "a:many.example.com ~all")
    with (zones / "example.com.yaml").open("a", encoding="utf-8") as file:
        file.write("many:\n  type: A\n  values: [192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4]\n")
    assert main(["trace", "--ip", "192.0.2.99", "--from", "a@example.com"]) == 1
    out = capsys.readouterr().out
    assert f"`redirect=_spf.example.com`: followed (lookup 1 of 10)  {place(zones, 'redirect=')}\n" in out
    assert "many.example.com A is 192.0.2.1 192.0.2.2 192.0.2.3 … (lookup 4 of 10)" in out


def test_zones_are_named_or_configured_or_missing(zones: Path, capsys: Captured) -> None:
    zones.rename(zones.parent / "dns")
    assert main(["trace", *BILLING]) == 2
    assert "nothing to" in capsys.readouterr().err
    assert main(["trace", "dns", *BILLING]) == 0
    Path("mailcheck.yaml").write_text("zones: [dns]\n", encoding="utf-8")
    assert main(["trace", *BILLING]) == 0
    assert main(["trace", *BILLING, "--include-root", "nowhere"]) == 2


def test_quiet_leaves_the_steps_out(capsys: Captured) -> None:
    main(["trace", *BILLING, "--quiet"])
    assert len(capsys.readouterr().out.splitlines()) == 8


def test_a_message_that_fails(zones: Path, capsys: Captured) -> None:
    assert main(["trace", "--ip", "192.0.2.80", "--from", "billing@example.com"]) == 1
    out = capsys.readouterr().out
    assert out.startswith(
        "fail: DMARC fails for example.com, whose policy asks receivers to reject it\n"
        "  billing@example.com from 192.0.2.80, the envelope sender taken from the author\n"
    )
    assert summary(out)["SPF MAIL FROM"].endswith(f"`~all` matches  {place(zones, 'include:_spf', '~all')}")
    assert "SPF HELO" not in summary(out)


def test_a_changed_zone_changes_the_outcome(zones: Path, capsys: Captured) -> None:
    change(zones / "example.com.yaml", "a:app.example.com ~all", "~all")
    assert main(["trace", *BILLING]) == 1
    change(zones / "example.com.yaml", "_spf:", "_spff:")
    assert main(["trace", *BILLING]) == 1
    capsys.readouterr()
    assert main(["trace", *BILLING, "--quiet"]) == 1
    line = summary(capsys.readouterr().out)["SPF MAIL FROM"]
    assert "permerror" in line
    assert "`include` leads to `_spf.example.com`, which has no SPF record" in line


def test_the_explanation_of_a_fail_is_shown(zones: Path, capsys: Captured) -> None:
    change(
        zones / "example.com.yaml",
        "value: v=spf1 include:_spf.example.com ~all",
        "value: v=spf1 include:_spf.example.com -all exp=why.example.com",
    )
    with (zones / "example.com.yaml").open("a", encoding="utf-8") as file:
        file.write("why:\n  type: TXT\n  value: Ask %{s} about %{i}\n")
    assert main(["trace", "--ip", "192.0.2.80", "--from", "billing@example.com"]) == 1
    assert "its owner says: Ask billing@example.com about 192.0.2.80\n" in capsys.readouterr().out


def test_the_null_sender_is_judged_by_the_helo_name(capsys: Captured) -> None:
    read = as_json(capsys, *BILLING, "--mail-from", "<>")
    assert read["message"]["mail_from"] == ""
    assert read["spf"]["mail_from"]["domain"] == "app.example.com"
    assert read["dmarc"]["aligned"] == [{"method": "spf", "domain": "app.example.com"}]


def test_a_foreign_envelope_sender_is_not_aligned(capsys: Captured) -> None:
    read = as_json(capsys, *BILLING, "--mail-from", "bounces@example.org", code=1)
    assert read["spf"]["mail_from"]["result"] == "pass"
    assert (read["verdict"], read["dmarc"]["aligned"]) == ("fail", [])


def test_without_policy_spf_or_dkim_will_do(zones: Path, capsys: Captured) -> None:
    change(zones / "example.com.yaml", "_dmarc:", "_dmarcc:")
    assert main(["trace", *BILLING]) == 0
    assert capsys.readouterr().out.startswith(
        "pass: no DMARC policy applies to example.com, and SPF or DKIM passes\n"
    )
    assert main(["trace", "--ip", "192.0.2.80", "--from", "billing@example.com"]) == 1
    assert (
        "fail: no DMARC policy applies to example.com, and neither SPF nor DKIM passes\n"
        in capsys.readouterr().out
    )


# --- what is not determined


def test_what_was_never_asked_is_no_pass(capsys: Captured) -> None:
    assert main(["trace", "--ip", "192.0.2.40", "--from", "a@example.test"]) == 4
    out = capsys.readouterr().out
    assert out.startswith("undetermined: whether DMARC passes for example.test is not determined\n")
    assert "not determined: spf mail_from: not asked: example.test TXT\n" in out
    assert "not determined: dmarc: not asked: _dmarc.example.test TXT\n" in out
    assert out.endswith("`--live` asks DNS for what neither the zones nor the lock hold\n")


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--strict"], 4)])
def test_an_open_part_beside_a_verdict_counts_when_strict(options: list[str], code: int, capsys: Captured) -> None:
    arguments = ["--ip", "198.51.100.1", "--from", "a@example.com", "--dkim", "d=example.com,s=2026a"]
    read = as_json(capsys, *arguments, *options, code=code)
    assert read["verdict"] == "pass"
    (part,) = read["undetermined"]
    assert (part["part"], part["reason"], part["asked"]) == ("ptr", "not_asked", False)


def test_a_helo_name_that_the_record_needs_and_nobody_gave(zones: Path, capsys: Captured) -> None:
    change(
        zones / "example.com.yaml",
        "v=spf1 include:_spf.example.com ~all",
        "v=spf1 exists:%{h}.ok.example.com -all",
    )
    read = as_json(capsys, "--ip", "192.0.2.40", "--from", "a@example.com", code=4)
    assert read["spf"]["mail_from"]["result"] == "undetermined"
    why = "`exists:%{h}.ok.example.com` depends on the HELO name, which was not given"
    assert [part["why"] for part in read["undetermined"]] == [why]
    assert as_json(capsys, *BILLING, code=1)["spf"]["mail_from"]["result"] == "fail"


def test_a_helo_macro_that_changes_nothing(zones: Path, capsys: Captured) -> None:
    policy = "v=spf1 include:_spf.example.com ~all"
    change(zones / "example.com.yaml", policy, "v=spf1 -all exp=%{h}.example.com")
    arguments = ["--ip", "192.0.2.40", "--from", "a@example.com"]
    assert as_json(capsys, *arguments, code=1)["spf"]["mail_from"]["result"] == "fail"
    change(zones / "example.com.yaml", "-all exp=%{h}.example.com", "exists:%{h -all")
    assert as_json(capsys, *arguments, code=1)["spf"]["mail_from"]["result"] == "permerror"


def test_refused_zones_are_told_and_the_rest_is_judged(zones: Path, capsys: Captured) -> None:
    (zones / "bad.example.yaml").write_text("'': [", encoding="utf-8")
    assert main(["trace", *BILLING]) == 3
    out = capsys.readouterr().out
    assert out.startswith("pass: ")
    assert "yaml-syntax zones/bad.example.yaml:" in out
    assert as_json(capsys, *BILLING, code=3)["refused"][0]["path"] == "zones/bad.example.yaml"


# --- forwarded


def test_forwarded_without_rewriting_only_a_signature_helps(capsys: Captured) -> None:
    assert main(["trace", *BILLING, "--via-ip", "192.0.2.80"]) == 1
    out = capsys.readouterr().out
    assert out.startswith(
        "fail: forwarded: DMARC fails for example.com, whose policy asks receivers to reject it\n"
        "pass: DMARC passes for example.com\n"
    )
    assert "\n  forwarded by 192.0.2.80 as billing@example.com\n" in out
    forwarded = as_json(capsys, *SIGNED, "--via-ip", "192.0.2.80")["forwarded"]
    assert (forwarded["verdict"], forwarded["spf"]["mail_from"]["result"]) == ("pass", "softfail")
    assert forwarded["dmarc"]["aligned"] == [{"method": "dkim", "domain": "example.com"}]


def test_rewriting_lets_spf_pass_but_not_be_aligned(capsys: Captured) -> None:
    via = ["--via-ip", "192.0.2.26", "--srs-domain", "example.org"]
    forwarded = as_json(capsys, *BILLING, *via, code=1)["forwarded"]
    assert forwarded["mail_from"] == "SRS0=hash=tt=example.com=billing@example.org"
    assert (forwarded["spf"]["mail_from"]["result"], forwarded["spf"]["helo"]) == ("pass", None)
    assert (forwarded["verdict"], forwarded["dmarc"]["aligned"]) == ("fail", [])
    assert as_json(capsys, *SIGNED, *via)["forwarded"]["verdict"] == "pass"


def test_a_sender_of_the_forwarder_itself_is_not_rewritten(capsys: Captured) -> None:
    read = as_json(capsys, *BILLING, "--via-ip", "192.0.2.26", "--srs-domain", "example.com")
    assert read["forwarded"]["mail_from"] == "billing@example.com"


# --- wrong usage and hostile input


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "error: the address that sends is missing (ip)"),
        (["--ip", "fe80::1%eth0", "--from", "a@b.example"], "error: `fe80::1%eth0` has a zone behind `%`: it is known on its own link only"),
        (["--ip", "192.0.2.1", "--from", "a\nb\x1b[31m@b.example"], "error: `a\\010b\\027[31m@b.example` is no mail address"),
        (["--ip", "192.0.2.1", "--from", "a" * 60_000 + "@b.example"], "error: an address of 60,010 characters is longer than 1,000"),
        ([*BILLING, "--cases", "cases.yaml"], "error: `--cases` takes its messages from the file: no other message goes with it"),
        ([*BILLING, "--format", "github"], "error: `--format github` annotates the lines of `--cases`"),
        ([*BILLING, "--live", "--offline"], "error: `--live` and `--offline` exclude each other"),
        ([*BILLING, "--resolver", "127.0.0.1"], "error: `--resolver` needs `--live`: without it nothing is asked"),
        (["--cases", "none.yaml"], "error: none.yaml: No such file or directory"),
    ],
)  # fmt: skip
def test_wrong_usage_is_one_line(arguments: list[str], line: str, capsys: Captured) -> None:
    assert main(["trace", *arguments]) == 2
    out, err = capsys.readouterr()
    assert (out, err.splitlines()[0]) == ("", line)


@pytest.mark.parametrize("format_", ["text", "json"])
def test_what_zones_hold_cannot_command_a_terminal(zones: Path, format_: str, capsys: Captured) -> None:
    change(zones / "example.com.yaml", "value: v=spf1 a -all", 'value: "v=spf1 exists:\\e]0;x\\a.example -all"')
    policy = "v=DMARC1\\; p=reject\\; rua=mailto:dmarc@example.com"
    change(zones / "example.com.yaml", policy, '"v=DMARC1\\\\; p=reject\\\\; \\e[2J\\n::error::x"')
    main(["trace", *BILLING, "--format", format_, "--color", "never"])
    out = capsys.readouterr().out
    assert "DMARC passes" in out or json.loads(out)["verdict"] == "pass"
    assert "027[2J" in out
    assert "027]0" in out
    assert not {character for character in out if ord(character) < 32} - {"\n"}
    assert not [line for line in out.splitlines() if line.strip().startswith("::")]


def test_colours(capsys: Captured) -> None:
    main(["trace", *BILLING, "--color", "always"])
    assert capsys.readouterr().out.startswith(
        "\x1b[1;32mpass\x1b[0m: \x1b[1mDMARC passes for example.com\x1b[0m\n"
    )
    main(["trace", *BILLING])
    assert "\x1b" not in capsys.readouterr().out
