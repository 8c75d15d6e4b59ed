"""What each profile asks for, and where it says that it must be so."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import mailcheck_rules.profiles
import pytest

from mailcheck.lint.placeholders import fill
from mailcheck.lint.profiles import load_profile
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.run import Plans, RunSettings, run_rules
from mailcheck.model.finding import Severity
from mailcheck.model.limits import Limits
from mailcheck.model.progress import Silent
from mailcheck.zonefile.load import load_zones

FILES = sorted(Path(mailcheck_rules.profiles.__path__[0]).glob("*.yaml"))
HEAD = """\
$ORIGIN example.com.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ NS ns1
ns1 A 192.0.2.53
"""
SENDER = """\
@ MX 10 mail
mail A 192.0.2.25
@ TXT "v=spf1 ip4:192.0.2.25 ~all"
_dmarc TXT "v=DMARC1; p=none; rua=mailto:d@example.com"
s._domainkey TXT "v=DKIM1; p={rsa2048.public}"
"""
REVERSE = """\
$ORIGIN 2.0.192.in-addr.arpa.
$TTL 3600
@ SOA ns1.example.com. hostmaster.example.com. 1 7200 3600 1209600 3600
@ NS ns1.example.com.
25 PTR mail.example.com.
"""
PARKED = """\
@ MX 0 .
@ TXT "v=spf1 -all"
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@example.com"
*._domainkey TXT "v=DKIM1; p="
"""
STRICT = (
    SENDER.replace("p=none", "p=reject")
    + """\
_mta-sts TXT "v=STSv1; id=20260131"
mta-sts A 192.0.2.80
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"
"""
)


@pytest.fixture
def findings(tmp_path: Path):  # type: ignore[no-untyped-def]
    def judge(profile: str, records: str, reverse: str = REVERSE, least: Severity = Severity.INFO) -> set[str]:
        """The rules that find something of at least this severity."""
        (tmp_path / "example.com.zone").write_text(HEAD + fill("example.com.zone", records))
        (tmp_path / "2.0.192.in-addr.arpa.zone").write_text(reverse)
        loaded = load_zones([tmp_path], limits=Limits(), include_root=None, progress=Silent())
        report = run_rules(loaded.zones, loaded.refused, RunSettings(profile=profile), installed_rules())
        return {finding.rule for finding in report.findings if finding.severity >= least}

    return judge


@pytest.fixture
def errors(findings):  # type: ignore[no-untyped-def]
    return partial(findings, least=Severity.ERROR)


def test_the_profiles_are_these() -> None:
    assert [file.stem for file in FILES] == ["bulk-sender", "default", "parked", "strict"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_names_rules_that_exist(file: Path) -> None:
    Plans(RunSettings(profile=file.stem), installed_rules())
    ids = [step.rule for step in load_profile(file.stem).rules]
    assert set(ids) <= {"*", *installed_rules()}
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("file", [file for file in FILES if file.stem != "default"], ids=lambda file: file.stem)
def test_each_clause_has_its_source(file: Path) -> None:
    """The comment above a clause holds for it, and for those after it up to the next comment."""
    source = ""
    inside = False
    for line in file.read_text(encoding="utf-8").splitlines():
        comment = line.strip().startswith("#")
        source = (source + line if inside else line) if comment else source
        inside = comment
        if "- rule:" in line:
            assert "https://" in source, line


def test_bulk_sender_passes_who_does_what_is_asked(errors) -> None:  # type: ignore[no-untyped-def]
    assert errors("bulk-sender", SENDER) == set()


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('@ TXT "v=spf1 ip4:192.0.2.25 ~all"\n', "", "spf-present"),
        ('s._domainkey TXT "v=DKIM1; p={rsa2048.public}"\n', "", "dkim-present"),
        ("rsa2048", "rsa512", "dkim-key-strength"),
        ("_dmarc ", "_other ", "dmarc-present"),
        ("p=none; ", "", "dmarc-policy-assumed"),
        ("p=none; rua=mailto:d@example.com", "", "dmarc-policy-missing"),
    ],
)
def test_bulk_sender_wants_each_of_them(old: str, new: str, rule: str, errors) -> None:  # type: ignore[no-untyped-def]
    assert errors("bulk-sender", SENDER.replace(old, new)) == {rule}


@pytest.mark.parametrize(
    ("pointer", "rule"),
    [
        ("", "ptr-present"),
        ("25 PTR other.example.com.\n", "ptr-forward-confirmed"),
        ("25 PTR 192-0-2-25.dynamic.example.com.\n", "ptr-generic"),
    ],
)
def test_bulk_sender_wants_reverse_dns(pointer: str, rule: str, errors) -> None:  # type: ignore[no-untyped-def]
    records = SENDER + "192-0-2-25.dynamic A 192.0.2.25\n"
    assert errors("bulk-sender", records, REVERSE.replace("25 PTR mail.example.com.\n", pointer)) == {rule}


def test_parked_passes_what_says_so_in_full(errors) -> None:  # type: ignore[no-untyped-def]
    assert errors("parked", PARKED) == set()


@pytest.mark.parametrize("line", PARKED.splitlines(keepends=True))
def test_parked_wants_each_of_the_four_and_tells_it_once(line: str, errors) -> None:  # type: ignore[no-untyped-def]
    assert errors("parked", PARKED.replace(line, "")) == {"zone-parked"}


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("@ MX 0 .\n", "@ MX 10 mail\nmail A 192.0.2.25\n"),
        ("@ MX 0 .\n", "@ MX 0 .\n@ MX 10 mail\nmail A 192.0.2.25\n"),
        ("v=spf1 -all", "v=spf1 ip4:198.51.100.7 -all"),
        ("v=spf1 -all", "v=spf1 ~all"),
        ("v=spf1 -all", "v=spf1 ?all"),
        ("v=spf1 -all", "v=spf1 ip4:198.51.100.7"),
        ("p=reject", "p=none"),
    ],
)
def test_parked_tells_a_contradiction_once(line: str, instead: str, findings) -> None:  # type: ignore[no-untyped-def]
    assert line in PARKED
    found = findings("parked", PARKED.replace("d@example.com", "d@example.org").replace(line, instead))
    assert found <= {"zone-parked"} | ({"mx-null"} if instead.startswith("@ MX 0") else set())
    assert found & {"zone-parked", "mx-null"}


@pytest.mark.parametrize(
    ("tag", "rule"), [("p=reject; sp=none", "dmarc-policy-weak"), ("p=reject; t=y", "dmarc-testing")]
)
def test_parked_leaves_no_door_open(tag: str, rule: str, errors) -> None:  # type: ignore[no-untyped-def]
    assert rule in errors("parked", PARKED.replace("p=reject", tag))


def test_strict_passes_who_has_done_it_all(errors) -> None:  # type: ignore[no-untyped-def]
    assert errors("strict", STRICT) == set()


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("p=reject", "p=none", "dmarc-policy-none"),
        ("p=reject", "p=reject; t=y", "dmarc-testing"),
        ("p=reject; ", "", "dmarc-policy-assumed"),
        ("rsa2048", "rsa1024", "dkim-key-short"),
        ('_mta-sts TXT "v=STSv1; id=20260131"\n', "", "mta-sts-present"),
        ('_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"\n', "", "mta-sts-without-tls-rpt"),
    ],
)
def test_strict_wants_each_of_them(old: str, new: str, rule: str, errors) -> None:  # type: ignore[no-untyped-def]
    assert errors("strict", STRICT.replace(old, new)) == {rule}
