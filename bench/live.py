"""Queries a second over a resolver on loopback: Live beside dnspython, and the floors."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench.measure import in_turn
from bench.world import domains, world
from mailcheck.model.dns import Question, Unknown
from mailcheck.view.live import Live, LiveSettings
from mailcheck.view.resolvers import Resolver
from mailcheck.view.wire import TYPES, write_query, write_question
from mailcheck.view.wire_names import to_wire
from tests.lab.dns import servers

COUNT = 2_000
IN_FLIGHT = 200
_BUFFERED = 50
"""Queries in flight on one socket whose buffer then holds all their answers."""
_FEW = 2_000
"""Questions for a client that would take too long over all of them."""


def table(folder: Path) -> Iterator[str]:
    """Lines of Markdown; one that says what is missing where the servers are not installed."""
    yield f"## Live DNS: Unbound before Knot on loopback, {COUNT:,} domains, answers in the resolver's cache"
    yield ""
    missing = [name for name in ("knotd", "unbound") if shutil.which(name, path="/usr/sbin:/usr/bin") is None]
    if missing:
        yield f"Not measured: {' and '.join(missing)} not installed."
        return
    place = folder / "servers"
    place.mkdir()
    with servers(world(COUNT), place) as ports:
        yield from _measure(ports.recursive, folder)


def questions(names: Sequence[str]) -> list[Question]:
    """What a check of each domain asks first."""
    asked = (
        ("", "MX"),
        ("", "TXT"),
        ("_dmarc.", "TXT"),
        ("s1._domainkey.", "TXT"),
        ("mail.", "A"),
        ("mail.", "AAAA"),
    )
    return [Question(f"{prefix}{name}.", rtype) for name in names for prefix, rtype in asked]


def _measure(port: int, folder: Path) -> Iterator[str]:
    asked = questions(domains(COUNT))
    _ask_live(asked, port)
    few = asked[:_FEW]
    runs: dict[str, tuple[Callable[[], object], int]] = {
        "dnspython, asyncio": (lambda: asyncio.run(_ask_dnspython(few, port)), len(few)),
        "Live": (lambda: _ask_live(asked, port), len(asked)),
        "one socket, nothing read (floor)": (lambda: _ask_bare(asked, port), len(asked)),
    }
    dnsperf = shutil.which("dnsperf")
    if dnsperf is not None:
        data = folder / "queries"
        data.write_text("".join(f"{name} {rtype}\n" for name, rtype in asked), encoding="ascii")
        command = [dnsperf, "-s", "127.0.0.1", "-p", str(port), "-d", str(data), "-n", "1", "-q", str(_BUFFERED)]
        runs["dnsperf"] = (lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL), len(asked))
    measured = in_turn({what: run for what, (run, _) in runs.items()}, 5, folder)
    floor = "dnsperf" if dnsperf is not None else "one socket, nothing read (floor)"
    rates = {what: runs[what][1] / figure.seconds for what, figure in measured.items()}
    yield f"| what | queries a second | us a query | of {floor.partition(' (')[0]} |"
    yield "| --- | ---: | ---: | ---: |"
    for what, rate in rates.items():
        yield f"| {what} | {rate:,.0f} | {1e6 / rate:,.0f} | {rate / rates[floor]:.2f} |"


def _ask_live(asked: Sequence[Question], port: int) -> None:
    settings = LiveSettings((Resolver("127.0.0.1", port),), packets=1_000_000, in_flight=IN_FLIGHT)
    answers = Live(settings).answer(set(asked))
    open_ones = [answer for answer in answers.values() if isinstance(answer, Unknown)]
    if open_ones:
        raise RuntimeError(f"{len(open_ones)} of {len(asked)} not answered, such as {open_ones[0]}")


async def _ask_dnspython(asked: Sequence[Question], port: int) -> None:
    import dns.asyncresolver
    import dns.resolver

    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = port
    waiting = iter(asked)

    async def work() -> None:
        for name, rtype in waiting:
            await resolver.resolve(name, rtype, raise_on_no_answer=False)

    await asyncio.gather(*[work() for _ in range(IN_FLIGHT)])


def _ask_bare(asked: Sequence[Question], port: int) -> None:
    """Prepared queries out, datagrams in."""
    queries = [
        write_query(number & 0xFFFF, write_question(to_wire(name), TYPES[rtype]))
        for number, (name, rtype) in enumerate(asked)
    ]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.connect(("127.0.0.1", port))
        opened.settimeout(5)
        for number, query in enumerate(queries):
            if number >= _BUFFERED:
                opened.recv(4096)
            opened.send(query)
        for _ in range(_BUFFERED):
            opened.recv(4096)
