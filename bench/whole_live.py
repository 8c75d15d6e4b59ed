"""Whole live checks over a resolver on loopback, domains a second: `lint --live` and `lock` beside checkdmarc."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path

from bench.measure import Command, in_turn
from bench.world import domains, world
from mailcheck.commands.lint import LintSettings, lint
from mailcheck.commands.lock import LockSettings, lock
from mailcheck.commands.outside import LiveDns
from mailcheck.model.progress import Silent
from mailcheck.view.live import Live, LiveSettings
from mailcheck.view.resolvers import Resolver
from tests.lab.dns import servers

COUNT = 1_000
FEW = 200
"""Domains for a peer that would take too long over all of them."""
BIN = Path(sys.executable).parent
HERE = Path(__file__).parent.parent
PACKETS = 1_000_000


def table(folder: Path) -> Iterator[str]:
    """Lines of Markdown; one that says what is missing where the servers or the peer are not installed."""
    yield f"## Whole live checks: Unbound before Knot on loopback, {COUNT:,} domains, whole process"
    yield ""
    missing = [name for name in ("knotd", "unbound") if shutil.which(name, path="/usr/sbin:/usr/bin") is None]
    if missing:
        yield f"Not measured: {' and '.join(missing)} not installed."
        return
    served, place = folder / "whole-served", folder / "whole"
    served.mkdir()
    (place / "zones").mkdir(parents=True)
    texts = served_world(COUNT)
    for name in domains(COUNT):
        (place / "zones" / f"{name}.zone").write_text(f"$ORIGIN {name}.\n{texts[name]}", encoding="ascii")
    with servers(texts, served) as ports:
        yield from _measure(ports.recursive, place)


def served_world(count: int) -> Mapping[str, str]:
    """The world without MTA-STS, whose policies would be fetched over HTTPS, and with the names of its hosts."""
    texts = {
        name: "".join(line for line in text.splitlines(keepends=True) if "mta-sts" not in line)
        for name, text in world(count).items()
    }
    reverse = defaultdict(list)
    for name, text in texts.items():
        for line in text.splitlines():
            owner, rtype, *value = line.split(" ")
            if rtype in ("A", "AAAA") and owner in ("mail", "mx") and value != ["127.0.0.1"]:
                pointer = ip_address(value[0]).reverse_pointer.removesuffix(".arpa")
                reverse[pointer].append(f"{pointer} PTR {owner}.{name}.\n")
    head = "$TTL 3600\n@ SOA ns1 hostmaster 1 7200 3600 1209600 300\n@ NS ns1\nns1 A 127.0.0.1\n"
    arpa = "".join(line for lines in reverse.values() for line in lines[:1])
    return {**texts, "example": head, "arpa": head + arpa}


def _measure(port: int, place: Path) -> Iterator[str]:
    asked = ["--resolver", f"127.0.0.1#{port}", "--limit", f"dns-packets={PACKETS}"]
    peer = [sys.executable, "-m", "bench.peer_live", str(port), *domains(COUNT)[:FEW]]
    # Both lie outside the measured folder, so that neither finds the other's files.
    os.environ["PYTHONPATH"] = str(HERE)
    commands: dict[str, Command] = {
        "checkdmarc": peer,
        "mailcheck lint --live": [str(BIN / "mailcheck"), "lint", "--live", *asked, "zones"],
        "mailcheck lock": [str(BIN / "mailcheck"), "lock", "--check", *asked, "zones"],
    }
    queries = {
        "checkdmarc": int(subprocess.run(peer, capture_output=True, text=True, check=True).stdout) / FEW,
        **_queries(port, place),
    }
    measured = in_turn(commands, 3, place)
    rates = {what: (FEW if what == "checkdmarc" else COUNT) / figure.seconds for what, figure in measured.items()}
    yield "| what | domains a second | of checkdmarc | queries a domain |"
    yield "| --- | ---: | ---: | ---: |"
    for what, rate in rates.items():
        ratio = rate / rates["checkdmarc"]
        yield f"| {what} | {rate:,.0f} | {ratio:.1f} | {queries[what]:.1f} |"


def _queries(port: int, place: Path) -> Mapping[str, float]:
    """Queries a domain, counted where they are sent."""
    resolver = Resolver("127.0.0.1", port)
    counted = {}
    for what in ("mailcheck lint --live", "mailcheck lock"):
        live = Live(LiveSettings((resolver,), packets=PACKETS))
        outside = LiveDns(live, (str(resolver),), live)
        paths = (place / "zones",)
        if what == "mailcheck lock":
            lock(LockSettings(outside, paths), Silent())
        else:
            lint(LintSettings(paths, live=outside), Silent())
        counted[what] = live.sent / COUNT
    return counted


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory(prefix="mailcheck-bench-") as made:
        sys.stdout.writelines(f"{line}\n" for line in table(Path(made)))
