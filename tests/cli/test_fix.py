"""`mailcheck lint --fix`, `--diff` and `--unsafe-fixes`, through the command, on files of every style."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from syrupy.assertion import SnapshotAssertion

from mailcheck.cli.main import main
from mailcheck.zonefile.rewrite import rewrite

Captured = pytest.CaptureFixture[str]
NOBODY = 65534

HEAD = b"""\
$ORIGIN example.com.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ NS ns1
ns1 A 192.0.2.53
"""

SPF = b"'':\n  type: TXT\n  value: v=spf1 ip4:192.0.2.17/24 -all\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    Path("zones").mkdir()


def write(name: str, octets: bytes) -> Path:
    path = Path("zones") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(octets)
    return path


def fix(rules: str, *options: str) -> int:
    return main(["lint", "--fix", "--select", rules, "--fail-on", "info", "--quiet", *options])


YAML_STYLES = [
    ("spf-host-bits", b"value: v=spf1 ip4:192.0.2.17/24 -all # why", b"value: v=spf1 ip4:192.0.2.0/24 -all # why"),
    ("spf-host-bits", b"value: 'v=spf1 ip4:192.0.2.17/24 -all'", b"value: 'v=spf1 ip4:192.0.2.0/24 -all'"),
    ("spf-host-bits", b'value: "v=spf1\\x20ip4:192.0.2.17/24 -all"', b'value: "v=spf1\\x20ip4:192.0.2.0/24 -all"'),
    ("spf-host-bits", b"values: [v=spf1 ip4:192.0.2.17/24 -all, x]", b"values: [v=spf1 ip4:192.0.2.0/24 -all, x]"),
    (
        "spf-host-bits",
        b"value: >-\n    v=spf1\n    ip4:192.0.2.17/24\n    -all",
        b"value: >-\n    v=spf1\n    ip4:192.0.2.0/24\n    -all",
    ),
    (
        "spf-host-bits",
        b"value: |-\n    v=spf1 ip4:192.0.2.17/24 -all",
        b"value: |-\n    v=spf1 ip4:192.0.2.0/24 -all",
    ),
    (
        "spf-host-bits",
        b"""value: '"v=spf1 ip4:192.0" ".2.17/24 -all"'""",
        b"""value: '"v=spf1 ip4:192.0" ".2.0/24 -all"'""",
    ),
    ("spf-duplicate-term", b"value: v=spf1 mx a mx -all", b"value: v=spf1 mx a -all"),
    ("spf-duplicate-term", b"value: v=spf1 mx mx mx", b"value: v=spf1 mx"),
    (
        "spf-duplicate-term",
        b"value: >-\n    v=spf1 mx\n    mx\n    -all",
        b"value: >-\n    v=spf1 mx\n    -all",
    ),
    (
        "spf-duplicate-term",
        b'value: "v=spf1 mx\n    mx a\n    -all"',
        b'value: "v=spf1 mx\n    a\n    -all"',
    ),
    (
        "spf-duplicate-term",
        b"""value: '"v=spf1 mx a " "mx -all"'""",
        b"""value: '"v=spf1 mx a " "-all"'""",
    ),
    (
        "spf-duplicate-term",
        b"""value: '"v=spf1 ip4:192.0.2.1 ip4:192.0" ".2.1 -all"'""",
        b"""value: '"v=spf1 ip4:192.0.2.1" " -all"'""",
    ),
    ("spf-case", b"value: V=SPF1 MX -ALL", b"value: v=spf1 mx -all"),
    (
        "dmarc-removed-*",
        b"value: v=DMARC1\\; p=none\\; pct=100\\; ri=1\\; rua=mailto:a@example.net!1m",
        b"value: v=DMARC1\\; p=none\\; rua=mailto:a@example.net",
    ),
    (
        "dmarc-removed-*",
        b'value: "v=DMARC1\\\\; p=none\\\\; rua=mailto:a@example.net\\\\; ri=1"',
        b'value: "v=DMARC1\\\\; p=none\\\\; rua=mailto:a@example.net"',
    ),
    (
        "dmarc-removed-*",
        b"value: >-\n    v=DMARC1\\;\n    p=none\\;\n    pct=100\\;\n    rf=afrf\\;",
        b"value: >-\n    v=DMARC1\\;\n    p=none\\;",
    ),
    ("dmarc-fo-without-ruf", b"value: v=DMARC1\\; p=none\\; fo=1", b"value: v=DMARC1\\; p=none"),
]


@pytest.mark.parametrize(("rules", "before", "after"), YAML_STYLES)
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_octodns_yaml_in_every_style(
    rules: str, before: bytes, after: bytes, line_end: bytes, mark: bytes, capsys: Captured
) -> None:
    def document(value: bytes) -> bytes:
        name = b"_dmarc" if rules.startswith("dmarc") else b"''"
        text = (
            b"# \xc3\xa9: kept\n"
            + name
            + b": # and\tthis\n  type: TXT\n  "
            + value
            + b"\nwww: {type: A, value: 192.0.2.1}\n"
        )
        return mark + text.replace(b"\n", line_end)

    path = write("example.com.yaml", document(before))
    assert fix(rules) == 0
    assert path.read_bytes() == document(after)
    assert capsys.readouterr() == ("", "")
    assert main(["lint", "--diff", "--quiet", "--select", rules]) == 0


MASTER_STYLES = [
    ("spf-host-bits", b'@\tTXT\t"v=spf1 ip4:192.0.2.17/24 -all" ; why', b'@\tTXT\t"v=spf1 ip4:192.0.2.0/24 -all" ; why'),
    ("spf-host-bits", b'@ TXT (\n  "v=spf1 ip4:192" ; a\n  ".0.2.17/24 -all" )', b'@ TXT (\n  "v=spf1 ip4:192" ; a\n  ".0.2.0/24 -all" )'),
    ("spf-duplicate-term", b'@ TXT "v=spf1 mx" " mx" " -all"', b'@ TXT "v=spf1 mx" "" " -all"'),
    ("spf-duplicate-term", b'@ TXT "v=spf1\\032mx\\032mx -all"', b'@ TXT "v=spf1\\032mx\\032-all"'),
    ("dmarc-removed-*", b'_dmarc TXT v=DMARC1\\;p=none\\;pct=100', b"_dmarc TXT v=DMARC1\\;p=none"),
    ("mx-null", b"@ MX 10 .", b"@ MX 0 ."),
    ("mx-null", b"@ MX (\n 5 ; five\n . )", b"@ MX (\n 0 ; five\n . )"),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "before", "after"), MASTER_STYLES)
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_master_files_in_every_style(rules: str, before: bytes, after: bytes, line_end: bytes) -> None:
    path = write("example.com.zone", (HEAD + before + b"\n").replace(b"\n", line_end))
    assert fix(rules) == 0
    assert path.read_bytes() == (HEAD + after + b"\n").replace(b"\n", line_end)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{type: MX, value: {preference: 10, exchange: .}}", "{type: MX, value: {preference: 0, exchange: .}}"),
        ("{type: MX, value: {exchange: ., preference: '5'}}", "{type: MX, value: {exchange: ., preference: '0'}}"),
    ],
)
def test_the_preference_of_a_null_mx(before: str, after: str) -> None:
    path = write("example.com.yaml", f"'': {before}\n".encode())
    assert fix("mx-null") == 0
    assert path.read_text() == f"'': {after}\n"


def test_a_final_dot_is_safe_where_a_zone_has_the_name() -> None:
    text = "a: {type: CNAME, value: b.example.com}\nb: {type: A, value: 192.0.2.1}\nc: {type: CNAME, value: 'x.example.net'}\n"
    path = write("example.com.yaml", text.encode())
    assert fix("zone-missing-final-dot") == 1
    safely = text.replace("b.example.com}", "b.example.com.}")
    assert path.read_text() == safely
    assert fix("zone-missing-final-dot", "--unsafe-fixes") == 0
    assert path.read_text() == safely.replace("x.example.net", "x.example.net.")


def test_the_final_dot_of_a_target_in_a_master_file_is_safe_where_a_zone_has_the_name() -> None:
    text = (
        HEAD
        + b"@ MX 10 NS1.example.com ; why\nw CNAME w2.example.com\nw2.example.com A 192.0.2.1\nw2 A 192.0.2.2\n"
    )
    path = write("example.com.zone", text)
    assert fix("zone-doubled-origin") == 1
    assert path.read_bytes() == text.replace(b"NS1.example.com", b"NS1.example.com.")


def test_a_key_of_octodns_that_is_a_full_name_is_written_relative() -> None:
    text = """\
'_dmarc.example.com': {type: TXT, value: v=DMARC1\\; p=none}
? "k.example.com" # why
: {type: TXT, values: [a, b]}
WWW.Example.COM:
- {type: A, value: 192.0.2.1}
- {type: TXT, value: v=spf1 -all}
example.com: {type: A, value: 192.0.2.1}
"""
    path = write("example.com.yaml", text.encode())
    assert fix("zone-doubled-origin") == 1
    assert path.read_text() == text
    mended = text.replace("_dmarc.example.com", "_dmarc").replace('k.example.com"', 'k"')
    mended = mended.replace("WWW.Example.COM", "WWW").replace("\nexample.com:", "\n'':")
    for _ in range(2):
        assert fix("zone-doubled-origin", "--unsafe-fixes") == 0
        assert path.read_text() == mended


def test_a_key_of_octodns_is_left_where_the_relative_one_is_there() -> None:
    text = b"'': {type: TXT, value: a}\nexample.com: {type: A, value: 192.0.2.1}\n"
    path = write("example.com.yaml", text)
    assert fix("zone-doubled-origin", "--unsafe-fixes") == 1
    assert path.read_bytes() == text


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        (
            "spf-lost-space",
            '@ TXT "v=spf1 include:a.example" "mx -all"',
            '@ TXT "v=spf1 include:a.example " "mx -all"',
        ),
        ("spf-unknown-modifier", '@ TXT "v=spf1 ip4=192.0.2.1 -all"', '@ TXT "v=spf1 ip4:192.0.2.1 -all"'),
        ("spf-misspelt-version", '@ TXT "v=sfp1 mx -all"', '@ TXT "v=spf1 mx -all"'),
        ("spf-misspelt-version", '@ TXT " v=spf1 mx -all"', '@ TXT "v=spf1 mx -all"'),
        ("zone-doubled-origin", "@ MX 10 Mail.example.com ; first", "@ MX 10 Mail.example.com. ; first"),
        ("zone-doubled-origin", "a CNAME ( b.example.com\n)", "a CNAME ( b.example.com.\n)"),
        (
            "zone-doubled-origin",
            "$ORIGIN sub.example.com.\na SRV 0 0 25 b.example.com.sub\nb CNAME b.sub.example.com",
            "$ORIGIN sub.example.com.\na SRV 0 0 25 b.example.com.sub\nb CNAME b.sub.example.com.",
        ),
        (
            "zone-doubled-origin",
            "WWW.example.com\tMX 10 . ; null\n\tTXT ( a\n b )\nwww.Example.com A 192.0.2.1",
            "WWW.example.com.\tMX 10 . ; null\n\tTXT ( a\n b )\nwww.Example.com. A 192.0.2.1",
        ),
        ("zone-doubled-origin", "example.com MX 10 ns1", "example.com. MX 10 ns1"),
        ("zone-doubled-origin", "a.example.com CNAME b.example.com", "a.example.com. CNAME b.example.com."),
        ("dmarc-misspelt", '_dmarc TXT "v=dmarc1; p=none"', '_dmarc TXT "v=DMARC1; p=none"'),
        ("dmarc-misspelt", '_dmarc TXT "nv=DMARC1; p=none"', '_dmarc TXT "v=DMARC1; p=none"'),
        ("dmarc-removed-tag", '_dmarc TXT "v=DMARC1; p=none; pct=10"', '_dmarc TXT "v=DMARC1; p=none"'),
    ],
)
def test_what_changes_the_meaning_must_be_asked_for(rule: str, before: str, after: str) -> None:
    path = write("example.com.zone", HEAD + before.encode() + b"\n")
    assert fix(rule) == 1
    assert path.read_bytes() == HEAD + before.encode() + b"\n"
    assert fix(rule, "--unsafe-fixes") == 0
    assert path.read_bytes() == HEAD + after.encode() + b"\n"


@pytest.mark.parametrize(
    ("rule", "record"),
    [
        ("spf-duplicate-term", '@ TXT "v=spf1 ip4:192.0.2.0/24 -ip4:192.0.2.1 -all"'),
        ("spf-unknown-modifier", '@ TXT "v=spf1 ip4=mail -all"'),
        ("spf-unknown-modifier", '@ TXT "v=spf1 all=- x=1"'),
        ("mx-null", "@ MX 10 .\n@ MX 20 ns1"),
        ("dmarc-misspelt", '_dmarc TXT "p=none; v=DMARC1"'),
        ("zone-doubled-origin", "ns1.example.com A 192.0.2.54"),
        ("zone-doubled-origin", "ns1.example.com CNAME ns2.example.net."),
        ("zone-doubled-origin", "www.example.com.example.com. A 192.0.2.54"),
        ("zone-doubled-origin", "ns1 AAAA 2001:db8::53\n@ MX 10 mail.example.com.example.com."),
    ],
)
def test_what_only_people_can_decide_is_left(rule: str, record: str, capsys: Captured) -> None:
    path = write("example.com.zone", HEAD + record.encode() + b"\n")
    assert fix(rule, "--unsafe-fixes", "--format", "json") == 1
    report = json.loads(capsys.readouterr().out)
    assert not any(finding["fixable"] for finding in report["findings"])
    assert path.read_bytes() == HEAD + record.encode() + b"\n"


def test_the_report_is_that_of_the_mended_files(capsys: Captured) -> None:
    write("example.com.yaml", SPF.replace(b"ip4", b"ip4:192.0.2.1 ip4") + b"bad: {type: A}\n")
    assert main(["lint", "--fix", "--select", "spf-host-bits,spf-all-*", "--format", "json"]) == 3
    report = json.loads(capsys.readouterr().out)
    assert (report["findings"], report["summary"]["fixed"]) == ([], 1)
    assert main(["lint", "--fix", "--select", "spf-host-bits"]) == 3
    assert "1 zone, 1 record: 0 fixed, 0 errors" in capsys.readouterr().out


def test_without_fix_the_report_says_what_could_be_mended(capsys: Captured) -> None:
    path = write("example.com.zone", HEAD + b'@ TXT "v=spf1 ip4:192.0.2.17/24 ip4=192.0.3.1 -all"\n')
    main(["lint", "--select", "spf-host-bits,spf-unknown-modifier", "--format", "concise"])
    assert capsys.readouterr().out.splitlines()[-2] == (
        "1 fixable with `--fix`, 1 more with `--unsafe-fixes` (records would mean something else)"
    )
    main(["lint", "--select", "spf-host-bits"])
    assert capsys.readouterr().out.splitlines()[-2] == "1 fixable with `--fix`"
    main(["lint", "--select", "spf-unknown-modifier"])
    assert "\n1 fixable with `--fix --unsafe-fixes` (" in capsys.readouterr().out
    assert b"ip4=" in path.read_bytes()


def test_a_suppressed_finding_is_not_mended() -> None:
    text = SPF.replace(b"  value", b"  # mailcheck: ignore[spf-host-bits] as it is\n  value")
    path = write("example.com.yaml", text)
    assert fix("spf-host-bits") == 0
    assert path.read_bytes() == text


def test_a_diff_changes_nothing(capsys: Captured, snapshot: SnapshotAssertion) -> None:
    yaml = write("example.com.yaml", SPF.replace(b"\n", b"\r\n").rstrip() + b" #\t\xc3\xa9")
    master = write(
        "sub/example.net.zone", HEAD.replace(b".com", b".net") + b'@ TXT "v=spf1 a mx a mx -all" ; \x1b[31m\n'
    )
    before = yaml.read_bytes(), master.read_bytes()
    assert main(["lint", "--diff", "--select", "spf-host-bits,spf-duplicate-term"]) == 1
    out, err = capsys.readouterr()
    assert out == snapshot
    assert err == "would fix 3 findings in 2 files\n"
    assert (yaml.read_bytes(), master.read_bytes()) == before


def test_a_diff_of_refused_files_says_so(capsys: Captured) -> None:
    write("example.com.yaml", SPF + b"bad: {type: A}\n")
    assert main(["lint", "--diff", "--quiet", "--select", "spf-host-bits"]) == 3
    out, err = capsys.readouterr()
    assert "+  value: v=spf1 ip4:192.0.2.0/24 -all\n" in out
    assert err.startswith("record-no-value zones/example.com.yaml:4:6 ")


@pytest.mark.parametrize(
    "options", [["--unsafe-fixes"], ["--diff", "--format", "json"], ["--diff", "--output", "x"]]
)
def test_options_that_make_no_sense_together(options: list[str], capsys: Captured) -> None:
    assert main(["lint", *options]) == 2
    assert capsys.readouterr().err.startswith("error: `--")


INCLUDED = b'@ TXT "v=spf1 a a:example.com -all"\n'


def included_in(*zones: bytes) -> Path:
    for zone in zones:
        text = HEAD.replace(b"example.com", zone) + b"$INCLUDE common.inc\n"
        write(f"{zone.decode()}.zone", text)
    return write("common.inc", INCLUDED)


def test_an_included_file_is_mended() -> None:
    path = included_in(b"example.com")
    assert fix("spf-duplicate-term") == 0
    assert path.read_bytes() == b'@ TXT "v=spf1 a -all"\n'


def test_an_included_file_is_left_where_one_of_its_zones_means_something_else(capsys: Captured) -> None:
    path = included_in(b"example.com", b"example.net")
    assert fix("spf-duplicate-term", "--format", "json") == 1
    assert [finding["fixable"] for finding in json.loads(capsys.readouterr().out)["findings"]] == [False]
    assert path.read_bytes() == INCLUDED


def test_an_included_file_is_mended_where_all_its_zones_agree(capsys: Captured) -> None:
    included_in(b"example.com", b"example.net")
    path = write("common.inc", INCLUDED.replace(b"a:example.com", b"a"))
    assert fix("spf-duplicate-term", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["summary"]["fixed"] == 2
    assert path.read_bytes() == b'@ TXT "v=spf1 a -all"\n'


def test_an_anchor_is_mended_where_all_its_aliases_agree() -> None:
    text = b"a: &spf {type: TXT, value: v=spf1 ip4:192.0.2.17/24 -all}\nb: *spf\n"
    path = write("example.com.yaml", text)
    assert fix("spf-host-bits") == 0
    assert path.read_bytes() == text.replace(b"17/", b"0/")


def test_an_anchor_is_left_where_an_alias_means_something_else() -> None:
    text = b"'':\n- type: MX\n  value: {exchange: ., preference: &p 10}\n"
    other = b"www:\n  type: MX\n  value: {exchange: mail.example.com., preference: *p}\n"
    path = write("example.com.yaml", text + other)
    assert fix("mx-null") == 1
    assert path.read_bytes() == text + other


def test_generated_records_are_left(capsys: Captured) -> None:
    text = HEAD + b"$GENERATE 1-2 host$ TXT v=spf1\\032a\\032a\\032-all\n"
    path = write("example.com.zone", text)
    assert fix("spf-duplicate-term") == 1
    assert capsys.readouterr().err.count("not fixed: zones/example.com.zone:6:") == 2
    assert path.read_bytes() == text


GENERATED = (
    HEAD
    + b"""$GENERATE 1-1 host TXT v=spf1\\032a\\032a\\032-all
@ TXT "v=spf1 ip4:192.0.2.17/24 mx mx -all"
"""
)


def test_a_fix_that_would_not_read_as_intended_keeps_no_other_back(capsys: Captured) -> None:
    path = write("example.com.zone", GENERATED)
    assert fix("spf-*", "--ignore", "spf-unresolvable-a-mx,spf-mx-implicit,spf-helo-missing") == 1
    out, err = capsys.readouterr()
    assert (
        err
        == "not fixed: zones/example.com.zone:6:33: spf-duplicate-term: the file would not read as it is meant to\n"
    )
    assert "`a` stands here twice" in out
    assert path.read_bytes() == GENERATED.replace(b"17/24 mx mx", b"0/24 mx")


def test_a_file_that_changes_meanwhile_is_not_overwritten(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    path = write("example.com.yaml", SPF)
    other = write("example.net.yaml", SPF)
    changed = SPF + b"# somebody else was here\n"

    def late(shown: str, before: bytes, after: bytes) -> None:
        if shown == "zones/example.com.yaml":
            path.write_bytes(changed)
        rewrite(shown, before, after)

    monkeypatch.setattr("mailcheck.commands.fix.rewrite", late)
    assert fix("spf-host-bits", "--format", "json") == 5
    out, err = capsys.readouterr()
    report = json.loads(out)
    assert err == "error: zones/example.com.yaml is not written: it has changed since it was read\n"
    assert [finding["path"] for finding in report["findings"]] == ["zones/example.com.yaml"]
    assert report["summary"]["fixed"] == 1
    assert (path.read_bytes(), other.read_bytes()) == (changed, SPF.replace(b"17/24", b"0/24"))


def test_a_file_in_a_folder_that_is_read_only_stays(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    with TemporaryDirectory() as name:  # not below pytest's own folder, which is root's alone
        Path(name).chmod(0o755)
        monkeypatch.chdir(name)
        Path("zones").mkdir()
        path = write("example.com.yaml", SPF)
        path.parent.chmod(0o555)
        with _without_rights():
            assert fix("spf-host-bits") == 5
        assert path.read_bytes() == SPF
        path.parent.chmod(0o755)
    assert capsys.readouterr().err == "error: zones/example.com.yaml is not written: Permission denied\n"


@contextmanager
def _without_rights() -> Iterator[None]:
    """As a user who may not write everywhere: root could."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.mark.parametrize("kept_at_hand", [1, 1024])
def test_many_zones_are_mended_by_several_processes(kept_at_hand: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailcheck.processes.WORTHWHILE", 2)
    monkeypatch.setattr("mailcheck.zonefile.load.REMEMBERED_ZONES", kept_at_hand)
    paths = [write(f"z{number}.example.yaml", SPF) for number in range(6)]
    assert fix("spf-host-bits") == 0
    assert {path.read_bytes() for path in paths} == {SPF.replace(b"17/24", b"0/24")}


def test_an_octodns_zone_of_two_sources_is_mended_in_both() -> None:
    write("first/example.com.yaml", SPF)
    write("second/example.com.yaml", SPF.replace(b"''", b"www"))
    config = """\
providers:
  one: {class: octodns.provider.yaml.YamlProvider, directory: ./zones/first}
  two: {class: octodns.provider.yaml.YamlProvider, directory: ./zones/second}
zones:
  example.com.: {sources: [one, two], targets: []}
"""
    Path("production.yaml").write_text(config)
    assert fix("spf-host-bits", "production.yaml") == 0
    assert b"192.0.2.0/24" in Path("zones/first/example.com.yaml").read_bytes()
    assert b"192.0.2.0/24" in Path("zones/second/example.com.yaml").read_bytes()


def test_a_split_zone_is_mended() -> None:
    path = write("example.com./$example.com.yaml", SPF)
    assert fix("spf-host-bits", "zones") == 0
    assert b"192.0.2.0/24" in path.read_bytes()


def test_mode_and_time_of_other_files_stay(tmp_path: Path) -> None:
    path = write("example.com.yaml", SPF)
    other = write("example.net.yaml", SPF.replace(b"17/24", b"17"))
    path.chmod(0o640)
    before = _as_it_is(other)
    assert fix("spf-host-bits") == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert _as_it_is(other) == before
    assert sorted(entry.name for entry in Path("zones").iterdir()) == ["example.com.yaml", "example.net.yaml"]


def _as_it_is(path: Path) -> tuple[int, int, int, int]:
    """All that writing would change; reading moves the time of the last access."""
    status = path.stat()
    return status.st_ino, status.st_mode, status.st_mtime_ns, status.st_ctime_ns


def test_a_folder_that_is_a_link_is_followed() -> None:
    path = write("real/example.com.yaml", SPF)
    Path("link").symlink_to("zones/real")
    assert fix("spf-host-bits", "link/example.com.yaml") == 0
    assert b"192.0.2.0/24" in path.read_bytes()


def test_a_link_is_refused_and_not_replaced() -> None:
    target = write("../elsewhere.yaml", SPF)
    Path("zones/example.com.yaml").symlink_to("../elsewhere.yaml")
    assert fix("spf-host-bits") == 3
    assert Path("zones/example.com.yaml").is_symlink()
    assert target.read_bytes() == SPF


def test_a_file_with_a_second_name_is_not_written(capsys: Captured) -> None:
    path = write("example.com.yaml", SPF)
    os.link(path, "second")
    assert fix("spf-host-bits") == 5
    out, err = capsys.readouterr()
    assert err == "error: zones/example.com.yaml is not written: it has a second name (a hard link)\n"
    assert "has host bits set" in out
    assert path.read_bytes() == Path("second").read_bytes() == SPF


KEY = b"v=DKIM1; p=" + b"MIIB" * 100


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'k TXT "%b" ; why' % KEY, b'k TXT "%b" "%b" ; why' % (KEY[:255], KEY[255:])),
        (b"k\tTXT\t%b" % (b"x" * 511), b'k\tTXT\t"%b" "%b" "x"' % (b"x" * 255, b"x" * 255)),
        (b"k TXT a %b b;c" % (b"x" * 256), b'k TXT a "%b" "x" b;c' % (b"x" * 255)),
        (b'k TXT "a"%b"c"' % (b"x" * 256), b'k TXT "a""%b" "x""c"' % (b"x" * 255)),
        (b'k TXT ( ; "\n  "a" ; "\n\t"%b" )' % (b"x" * 256), b'k TXT ( ; "\n  "a" ; "\n\t"%b" "x" )' % (b"x" * 255)),
        (b'k TXT (%b\n  "%b")' % (b"x" * 256, b"y" * 256), b'k TXT ("%b" "x"\n  "%b" "y")' % (b"x" * 255, b"y" * 255)),
        (b'k TXT "%b\\255\\"\\255"' % (b"x" * 253), b'k TXT "%b\\255\\"" "\\255"' % (b"x" * 253)),
        (b"k TXT %b\\ \\;\\\\\\\"" % (b"x" * 253), b'k TXT "%b\\ \\;" "\\\\\\""' % (b"x" * 253)),
        (b'k TXT "%b\xc3\xa9\xc3\xa9"' % (b"x" * 254), b'k TXT "%b" "\xc3\xa9\xc3\xa9"' % (b"x" * 254)),
        (b'k TXT "%b"' % (b"\xf0\x9f\x93\xa7" * 100), b'k TXT "%b" "%b"' % (b"\xf0\x9f\x93\xa7" * 63, b"\xf0\x9f\x93\xa7" * 37)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_long_string_is_cut(before: bytes, after: bytes, line_end: bytes, mark: bytes) -> None:
    path = write("example.com.zone", (mark + HEAD + before + b"\n").replace(b"\n", line_end))
    assert main(["lint", "--select", "zone-string-length", "--quiet"]) == 1
    assert fix("zone-string-length") == 0
    mended = (mark + HEAD + after + b"\n").replace(b"\n", line_end)
    assert path.read_bytes() == mended
    assert fix("zone-string-length") == 0
    assert path.read_bytes() == mended


def test_a_long_string_on_the_first_line_of_an_included_file_is_cut() -> None:
    included_in(b"example.com", b"example.net")
    path = write("common.inc", b'\xef\xbb\xbfk TXT "%b"' % KEY)
    assert fix("zone-string-length") == 0
    assert path.read_bytes() == b'\xef\xbb\xbfk TXT "%b" "%b"' % (KEY[:255], KEY[255:])


def test_a_long_string_is_cut_beside_another_fix_of_its_record() -> None:
    text = b"v=spf1 ip4:192.0.2.17/24 " + b"".join(b"ip4:198.51.100.%d " % host for host in range(20)) + b"-all"
    path = write("example.com.zone", HEAD + b'@ TXT "%b"\n' % text)
    assert fix("zone-string-length,spf-host-bits") == 0
    mended = text.replace(b".17/", b".0/")
    assert path.read_bytes() in [HEAD + b'@ TXT "%b" "%b"\n' % (mended[:cut], mended[cut:]) for cut in (254, 255)]


@pytest.mark.parametrize("quote", [b"", b'"'])
def test_a_long_string_that_is_generated_is_left(quote: bytes, capsys: Captured) -> None:
    text = HEAD + b"$GENERATE 1-2 k$ TXT %b%b%b\n" % (quote, b"x" * 256, quote)
    path = write("example.com.zone", text)
    assert fix("zone-string-length") == 1
    assert capsys.readouterr().err.count("not fixed: zones/example.com.zone:6:") == 2
    assert path.read_bytes() == text


def test_a_long_string_of_octodns_is_left_to_octodns() -> None:
    text = b"k:\n  type: TXT\n  value: %b\n" % KEY.replace(b";", b"\\;")
    path = write("example.com.yaml", text)
    assert fix("zone-string-length") == 0
    assert path.read_bytes() == text


def test_long_strings_that_no_record_can_hold_are_left(capsys: Captured) -> None:
    text = HEAD + b"k TXT" + b' "%b"' % (b"x" * 300) * 220 + b"\n"
    path = write("example.com.zone", text)
    assert fix("zone-string-length,zone-txt-oversize", "--format", "json") == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert {finding["rule"] for finding in findings} == {"zone-string-length", "zone-txt-oversize"}
    assert not any(finding["fixable"] for finding in findings)
    assert path.read_bytes() == text
