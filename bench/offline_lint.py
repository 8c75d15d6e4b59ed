"""Offline lint of many zones, whole process, against octodns-validate on the same files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from bench.measure import Command, Measured, in_turn
from bench.zones import write_zones

BIN = Path(sys.executable).parent
CONFIG = """\
providers:
  config:
    class: octodns.provider.yaml.YamlProvider
    directory: ./zones
    enforce_order: false
    escaped_semicolons: true
  dump:
    class: octodns.provider.yaml.YamlProvider
    directory: ./dump
    escaped_semicolons: true
zones:
"""


HEAD = "$ORIGIN large.example.\n$TTL 3600\n@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n@ NS ns1\n"


def table(folder: Path) -> Iterator[str]:
    """Lines of Markdown: 1,000 zones against the peer and the floors, then how it scales."""
    yield "## Offline lint: 1,000 zones of 20 records, octoDNS YAML, whole process"
    yield ""
    yield from _against_peer(folder / "thousand")
    yield ""
    yield "## Scale"
    yield ""
    yield "| what | seconds | MB |"
    yield "| --- | ---: | ---: |"
    for count in (1_000, 10_000):
        place = folder / f"scale{count}"
        write_zones(place / "zones", count)
        yield _row(f"{count:,} zones", _lint(place))
    place = folder / "large"
    write_large(place / "zones", 100_000)
    yield _row("one zone of 100,000 records, YAML", _lint(place))
    place = folder / "large-master"
    write_large_master(place / "zones", 100_000)
    yield _row("one zone of 100,000 records, master file", _lint(place))
    place = folder / "mail-domains"
    write_mail_domains(place / "zones", 40_000)
    yield _row("one zone of 100,000 records, 40,000 mail domains among them", _lint(place))


def _against_peer(place: Path) -> Iterator[str]:
    names = write_zones(place / "zones", 1_000)
    (place / "dump").mkdir()
    zones = "".join(f"  {name}.: {{sources: [config], targets: [dump]}}\n" for name in names)
    (place / "config.yaml").write_text(CONFIG + zones, encoding="utf-8")
    files = sorted((place / "zones").iterdir())
    commands: dict[str, Command] = {
        "read the bytes": lambda: [path.read_bytes() for path in files],
        "libyaml parse, no objects (floor)": lambda: [_parse(path) for path in files],
        "octodns-validate": [str(BIN / "octodns-validate"), "--config-file", "config.yaml"],
        "mailcheck lint": [str(BIN / "mailcheck"), "lint", "zones"],
    }
    measured = in_turn(commands, 5, place)
    peer = measured["octodns-validate"].seconds
    yield "| what | seconds | us per zone | of octodns-validate | MB |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for name, figure in measured.items():
        share = f"{figure.seconds / peer:.3f}"
        microseconds = f"{figure.seconds * 1000:,.0f}"
        yield f"| {name} | {figure.seconds:.2f} | {microseconds} | {share} | {figure.megabytes:.0f} |"


def _parse(path: Path) -> None:
    parser = yaml.CSafeLoader(path.read_bytes())
    try:
        parser.raw_parse()
    finally:
        parser.dispose()


def _lint(place: Path) -> Measured:
    return in_turn({"lint": [str(BIN / "mailcheck"), "lint", "zones"]}, 3, place)["lint"]


def _row(name: str, figure: Measured) -> str:
    return f"| {name} | {figure.seconds:.2f} | {figure.megabytes:.0f} |"


def write_large(folder: Path, count: int) -> None:
    """One octoDNS zone of `count` A records."""
    folder.mkdir(parents=True)
    lines = (f"host{n}:\n  type: A\n  value: 192.0.2.{n % 250}\n" for n in range(count))
    (folder / "large.example.yaml").write_text("---\n" + "".join(lines), encoding="utf-8")


def write_large_master(folder: Path, count: int) -> None:
    """One master file of `count` A records."""
    folder.mkdir(parents=True)
    lines = (f"host{n} IN A 192.0.2.{n % 250}\n" for n in range(count))
    (folder / "large.example.zone").write_text(HEAD + "".join(lines), encoding="utf-8")


def write_mail_domains(folder: Path, count: int) -> None:
    """One master file of `count` names with MX and SPF record each, and half as many A records."""
    folder.mkdir(parents=True)
    mail = (f'd{n} MX 10 mail\nd{n} TXT "v=spf1 mx ip4:192.0.2.{n % 250} -all"\n' for n in range(count))
    hosts = (f"host{n} A 192.0.2.{n % 250}\n" for n in range(count // 2))
    text = "".join([HEAD, "mail A 192.0.2.25\n", *mail, *hosts])
    (folder / "large.example.zone").write_text(text, encoding="utf-8")
