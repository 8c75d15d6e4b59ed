"""Hostile zone files: each is refused as its contract says, and everything around it is still read.

The files in `corpus/zones` end in comments that state their contract: the exit code of `mailcheck lint`,
how many records are read, and code, line and column of every refusal (with the file, where it is another).
What Git cannot hold (pipes, links, other encodings) and what is large is made when the tests run.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailcheck.cli.main import main
from mailcheck.model.limits import Limits
from mailcheck.model.progress import Silent
from mailcheck.zonefile.load import Loaded, load_zones

CORPUS = Path(__file__).parent / "corpus" / "zones"
NAMES = sorted(path.name for path in CORPUS.iterdir() if ".example." in path.name)
_CONTRACT = re.compile(r"^[#;] contract: (.*)$", re.MULTILINE)
_OUTCOME = re.compile(r"exit ([0-9]), ([0-9]+) records")

SECONDS = 2
MEGABYTES = 256

MEASURED = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
from mailcheck.cli import console
end = os._exit
def told(code):
    used = resource.getrusage(resource.RUSAGE_SELF)
    # Not ru_maxrss: it holds what the tests' own process had when it started this one.
    (peak,) = (line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print(f"{used.ru_utime + used.ru_stime} {int(peak) / 1024}", file=sys.stderr, flush=True)
    end(code)
os._exit = told
console.run()
"""
"""The command as its users start it, which also tells what it used."""


@dataclass(frozen=True, slots=True)
class Contract:
    """What must come of a file; refusals as `code line:column` or `code file:line:column`."""

    exit: int
    records: int
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Used:
    """What a process answered (`told` is the last line, `report` that of JSON) and used."""

    exit: int
    told: str
    report: dict[str, object]
    seconds: float
    megabytes: float


def contract(name: str) -> Contract:
    first, *refused = _CONTRACT.findall((CORPUS / name).read_text(encoding="utf-8"))
    outcome = _OUTCOME.fullmatch(first)
    assert outcome is not None
    return Contract(int(outcome[1]), int(outcome[2]), tuple(refused))


def load(path: Path) -> Loaded:
    return load_zones([path], limits=Limits(), include_root=None, progress=Silent())


def refusals(loaded: Loaded, name: str) -> tuple[str, ...]:
    places = (
        f"{entry.code} {'' if entry.at.path == name else entry.at.path + ':'}{entry.at.line}:{entry.at.column}"
        for entry in loaded.refused
    )
    return tuple(places)


def measured(path: str, folder: Path, style: str = "json") -> Used:
    """Lint in a process of its own, outside of the tests' coverage."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}
    command = [sys.executable, "-c", MEASURED, "lint", "--format", style, path]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in done.stderr
    assert done.stdout, done.stderr
    seconds, megabytes = map(float, done.stderr.split("\n")[-2].split())
    report = json.loads(done.stdout) if style == "json" else {}
    return Used(done.returncode, done.stdout.splitlines()[-1], report, seconds, megabytes)


@pytest.fixture(autouse=True)
def _no_annotations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_read_and_what_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CORPUS)
    start = time.process_time()
    loaded = load(Path(name))
    assert time.process_time() - start < SECONDS
    expected = contract(name)
    assert refusals(loaded, name) == expected.refused
    assert sum(len(zone.records) for zone in loaded.zones) == expected.records
    assert not Path("pwned").exists()


@pytest.mark.parametrize("name", NAMES)
def test_command_line(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(CORPUS)
    expected = contract(name)
    assert main(["lint", "--format", "json", name]) == expected.exit
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    report = json.loads(printed.out)
    assert report["summary"]["records"] == expected.records
    assert sorted(entry["code"] for entry in report["refused"]) == sorted(
        refused.split()[0] for refused in expected.refused
    )
    assert main(["lint", "--format", "text", name]) == expected.exit
    printed = capsys.readouterr()
    assert not {"\x1b", "\x07", "\u202e"} & set(printed.out)


def test_all_of_them_together_stay_within_bounds() -> None:
    used = measured(".", CORPUS)
    assert used.exit == 3
    assert used.seconds < 2 * SECONDS
    assert used.megabytes < MEGABYTES


GOOD = "$TTL 60\n@ SOA ns h 1 2 3 4 5\nwww A 192.0.2.1\n"
YAML = "www:\n  type: A\n  value: 192.0.2.1\n"

OCTETS: dict[str, tuple[bytes, tuple[str, ...], int]] = {
    "nul.example.zone": (GOOD.encode() + b"a\0b A 192.0.2.2\n", ("encoding 4:2",), 0),
    "latin-1.example.zone": (GOOD.encode() + b"b\xfccher TXT x\n", ("encoding 4:2",), 0),
    "utf-16.example.zone": (GOOD.encode("utf-16"), ("encoding 1:1",), 0),
    "binary.example.zone": (bytes(range(1, 256)) * 40, ("encoding 2:118",), 0),
    "nul.example.yaml": (YAML.encode() + b"a\0b: x\n", ("encoding 4:2",), 0),
    "latin-1.example.yaml": (YAML.encode() + b"b\xfccher: x\n", ("encoding 4:2",), 0),
    "utf-16.example.yaml": (YAML.encode("utf-16"), ("encoding 1:1",), 0),
    "bom.example.zone": (b"\xef\xbb\xbf" + GOOD.encode(), (), 2),
    "bom.example.yaml": (b"\xef\xbb\xbf" + YAML.encode(), (), 1),
    "crlf.example.zone": (GOOD.replace("\n", "\r\n").encode() + b"x A y\r\n", ("master-bad-rdata 4:5",), 2),
    "crlf.example.yaml": (
        YAML.replace("\n", "\r\n").encode() + b"x:\r\n  type: A\r\n",
        ("record-no-value 5:3",),
        1,
    ),
    "empty.example.zone": (b"", (), 0),
    "empty.example.yaml": (b"", (), 0),
}


@pytest.mark.parametrize("name", OCTETS)
def test_encodings(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data, expected, records = OCTETS[name]
    Path(name).write_bytes(data)
    Path("other.example.zone").write_text(GOOD)
    loaded = load(Path())
    assert refusals(loaded, name) == expected
    found = {zone.path: len(zone.records) for zone in loaded.zones}
    assert found.pop("other.example.zone") == 2
    assert sum(found.values()) == records
    assert main(["lint", "--quiet", "--select", "zone-empty", "."]) == (3 if expected else 1 if not records else 0)


def test_what_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.example.zone")
    Path("folder.example.yaml").mkdir()
    Path("link.example.zone").symlink_to("/etc/hostname")
    Path("loop.example.yaml").symlink_to("loop.example.yaml")
    Path("null.example.zone").symlink_to("/dev/zero")
    Path("inner").symlink_to("/")
    Path("other.example.zone").write_text(GOOD + "$INCLUDE inner/etc/hostname\n$INCLUDE link.example.zone\n")
    loaded = load(Path())
    assert [(entry.code, entry.at.path) for entry in loaded.refused] == [
        ("file-symlink", "inner"),
        ("file-symlink", "link.example.zone"),
        ("file-symlink", "loop.example.yaml"),
        ("file-symlink", "null.example.zone"),
        ("file-not-regular", "pipe.example.zone"),
        ("file-symlink", "other.example.zone"),
        ("file-symlink", "other.example.zone"),
    ]
    assert [len(zone.records) for zone in loaded.zones] == [2]
    assert main(["lint", "--quiet", "--select", "zone-empty", "."]) == 3


def _master_records() -> str:
    kinds = (
        "A 192.0.2.1",
        "AAAA 2001:db8::1",
        "300 IN CNAME mail",
        'TXT "verification=1234"',
        "60 SRV 1 2 3 mail",
    )
    return GOOD + "".join(f"h{number} {kinds[number % 5]}\n" for number in range(100_000))


def _yaml_records() -> str:
    kinds = ("A\n  value: 192.0.2.1", "TXT\n  value: verification=1234", "CNAME\n  value: mail.large.example.")
    return YAML + "".join(f"h{number}:\n  type: {kinds[number % 3]}\n" for number in range(100_000))


MAIL = GOOD.replace("$TTL 60", "$TTL 3600") + "mail A 192.0.2.25\n"


def _mail_domains(count: int) -> str:
    mail = (f'd{number} MX 10 mail\nd{number} TXT "v=spf1 mx -all"\n' for number in range(count))
    return MAIL + "".join(mail) + "".join(f"h{n} A 192.0.2.1\n" for n in range(count // 2))


def _keys_beside_mail_domains(count: int) -> str:
    mail = (f'd{n} MX 10 mail\ns._domainkey.k{n} TXT "v=DKIM1; h=sha256"\n' for n in range(count // 2))
    return MAIL + "".join(mail)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("large.example.zone", _master_records),
        ("large.example.yaml", _yaml_records),
    ],
)
def test_a_hundred_thousand_records(name: str, text: Callable[[], str], tmp_path: Path) -> None:
    (tmp_path / name).write_text(text())
    used = measured(name, tmp_path)
    assert used.report["summary"]["records"] >= 100_001  # type: ignore[index]
    assert used.exit in (0, 1)
    assert used.seconds < 10
    assert used.megabytes < MEGABYTES


@pytest.mark.slow
def test_a_hundred_thousand_records_of_which_most_are_about_mail(tmp_path: Path) -> None:
    (tmp_path / "large.example.zone").write_text(_mail_domains(40_000))
    used = measured("large.example.zone", tmp_path, "text")
    assert used.exit == 1
    assert used.told.startswith("1 zone, 100,003 records: ")
    assert used.megabytes < MEGABYTES


@pytest.mark.slow
@pytest.mark.parametrize("records", [_mail_domains, _keys_beside_mail_domains])
def test_time_grows_with_the_number_of_mail_domains_and_no_faster(
    records: Callable[[int], str], tmp_path: Path
) -> None:
    """How long it takes is measured in bench/; five times the names may not take much more than five times that."""
    (tmp_path / "small.example.zone").write_text(records(5_000))
    (tmp_path / "large.example.zone").write_text(records(25_000))
    names = ("small.example.zone", "large.example.zone")
    rounds = [[measured(name, tmp_path, "text").seconds for name in names] for _ in range(2)]
    small, large = map(min, zip(*rounds, strict=True))
    assert large < 8 * small


LARGE: dict[str, tuple[Callable[[], str], str]] = {
    "too-large.example.zone": (lambda: "; filler\n" * 4_000_000, "file-too-large"),
    "generate.example.zone": (lambda: GOOD + "$GENERATE 0-40000 h$ A 192.0.2.1\n" * 50, "master-generate-limit"),
    "refused.example.zone": (lambda: GOOD + "a A x\n" * 50_000, "too-many-refused"),
    "fields.example.zone": (lambda: GOOD + "a TXT " + "x " * 1_000_000 + "\n", "master-syntax"),
    "parentheses.example.zone": (lambda: GOOD + "(" * 1_000_000 + "\n" + "a (\n" * 50_000, "too-many-refused"),
    "escapes.example.zone": (lambda: GOOD + "a TXT " + "\\a" * 1_000_000 + "\n", "master-bad-rdata"),
    "quotes.example.zone": (lambda: GOOD + '"' * 1_000_001 + "\n", "master-syntax"),
    "name.example.zone": (lambda: GOOD + "a." * 1_000_000 + " A 192.0.2.1\n", "master-bad-name"),
    "digits.example.zone": (lambda: GOOD + "a " + "9" * 1_000_000 + " A 192.0.2.1\n", "master-bad-ttl"),
    "foreign.example.zone": (lambda: GOOD + "a TLSA 3 1 1 " + "ab" * 1_000_000 + "\n", "master-bad-rdata"),
    "deep.example.yaml": (lambda: YAML + "x: " + "[" * 100_000 + "\n", "yaml-"),
    "bomb.example.yaml": (
        lambda: YAML + "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(100)) + "c: *a\n" * 9,
        "yaml-alias-limit",
    ),
    "plain.example.yaml": (lambda: "x" * 2_000_000 + "\n", "yaml-not-mapping"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_large_faults(name: str, tmp_path: Path) -> None:
    text, code = LARGE[name]
    (tmp_path / name).write_text(text())
    (tmp_path / "other.example.zone").write_text(GOOD)
    used = measured(".", tmp_path)
    codes = [entry["code"] for entry in used.report["refused"]]  # type: ignore[attr-defined]
    assert any(found.startswith(code) for found in codes), codes[:5]
    assert used.exit == 3
    assert used.report["summary"]["records"] >= 2  # type: ignore[index]
    assert used.seconds < 2 * SECONDS
    assert used.megabytes < MEGABYTES


@pytest.mark.slow
def test_a_text_that_no_record_can_hold_is_judged_by_its_rule(tmp_path: Path) -> None:
    (tmp_path / "text.example.yaml").write_text(YAML + "t:\n  type: TXT\n  value: " + "x" * 2_000_000 + "\n")
    used = measured("text.example.yaml", tmp_path)
    assert "zone-txt-oversize" in [entry["rule"] for entry in used.report["findings"]]  # type: ignore[attr-defined]
    assert (used.exit, used.seconds < 2 * SECONDS, used.megabytes < MEGABYTES) == (1, True, True)
