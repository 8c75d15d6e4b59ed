"""Many zones are read and checked by several processes, and nothing of that shows."""

import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

import pytest

from mailcheck import processes
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.run import RunSettings, run_rules
from mailcheck.model.finding import Report
from mailcheck.model.limits import Limits
from mailcheck.model.progress import Silent
from mailcheck.model.record import Record
from mailcheck.processes import CHUNK, WORTHWHILE, in_chunks, in_two_rounds, processes_for
from mailcheck.zonefile.load import Loaded, load_zones

Result = TypeVar("Result")

HERE = os.getpid()
COUNT = WORTHWHILE + CHUNK // 2
ZONE = """\
$ORIGIN z{n}.example.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ NS ns1.example.com.
@ MX 10 mail
@ TXT "v=spf1 include:z{other}.example ?all"
mail A 192.0.2.{octet}
{more}
"""


class Watch:
    """A Progress that keeps what it is told."""

    def __init__(self) -> None:
        self.steps = 0
        self.totals: list[tuple[int, str]] = []

    def total(self, steps: int, what: str) -> None:
        self.totals.append((steps, what))
        self.steps = 0

    def advance(self, steps: int = 1) -> None:
        self.steps += steps


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for n in range(COUNT):
        more = (
            "bad A 192.0.2.300" if n % 40 == 7 else "; mailcheck: ignore[spf-all-neutral] x" if n % 40 == 9 else ""
        )
        text = ZONE.format(n=n, other=(n * 7 + 1) % COUNT, octet=n % 256, more=more)
        (tmp_path / f"z{n}.example.zone").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture(params=[1, 2])
def number(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    for module in ("mailcheck.zonefile.load", "mailcheck.lint.engine"):
        monkeypatch.setattr(f"{module}.processes_for", lambda _: request.param)
    return int(request.param)


def load(folder: Path, limits: Limits | None = None, watch: Watch | None = None) -> Loaded:
    return load_zones([folder], limits=limits or Limits(), include_root=None, progress=watch or Silent())


def shown(loaded: Loaded) -> list[object]:
    records = [
        [[getattr(record, field) for field in Record._fields] for record in zone.records] for zone in loaded.zones
    ]
    return [[zone.name for zone in loaded.zones], records, loaded.refused]


def alone(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Loaded:
    with monkeypatch.context() as patch:
        patch.setattr("mailcheck.zonefile.load.processes_for", lambda _: 1)
        return load(folder)


def test_what_is_read_is_the_same(folder: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch()
    loaded = load(folder, watch=watch)
    assert (len(loaded.zones), watch.steps) == (COUNT, COUNT)
    assert shown(loaded) == shown(alone(monkeypatch, folder))
    assert {entry.code for entry in loaded.refused} == {"master-bad-rdata"}
    assert sum(len(zone.suppressions) for zone in loaded.zones) == len(range(9, COUNT, 40))


def report(loaded: Loaded, watch: Watch | None = None) -> Report:
    rules = installed_rules()
    return run_rules(loaded.zones, loaded.refused, RunSettings(), rules, progress=watch)


def test_what_is_found_is_the_same(folder: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load(folder)
    watch = Watch()
    found = report(loaded, watch)
    assert watch.steps == COUNT
    with monkeypatch.context() as patch:
        patch.setattr("mailcheck.lint.engine.processes_for", lambda _: 1)
        expected = report(loaded)
    assert found == expected
    assert "spf-include-loop" in {finding.rule for finding in found.findings}


def test_files_that_include_others_are_read_by_one_process(folder: Path, number: int) -> None:
    (folder / "common.zone").write_text("common A 192.0.2.99\n", encoding="utf-8")
    path = folder / f"z{COUNT - 1}.example.zone"
    path.write_text(path.read_text(encoding="utf-8") + "$INCLUDE common.zone\n", encoding="utf-8")
    watch = Watch()
    loaded = load(folder, watch=watch)
    assert len(loaded.zones) == COUNT
    assert any(record.name.startswith("common.") for zone in loaded.zones for record in zone.records)
    assert watch.steps == COUNT + 1


def test_the_limits_of_a_run_hold_for_all_processes_together(folder: Path, number: int) -> None:
    octets = sum(path.stat().st_size for path in folder.iterdir())
    loaded = load(folder, Limits()._replace(total_size=octets - 1))
    assert [entry.code for entry in loaded.refused].count("total-too-large") == 1
    assert len(loaded.zones) == COUNT - 1


class Told(Generic[Result]):
    """Work that tells when another process has begun with it."""

    def __init__(self, work: Callable[[Sequence[int]], Result]) -> None:
        self._work = work
        self._reading, self._writing = os.pipe()

    def __call__(self, items: Sequence[int]) -> Result:
        if os.getpid() != HERE:
            os.write(self._writing, b".")
        return self._work(items)

    def begun(self) -> None:
        os.read(self._reading, 1)


def pid(items: Sequence[int]) -> int:
    return os.getpid()


def test_other_processes_begin_while_something_else_is_done_here() -> None:
    work = Told(pid)
    found = list(in_chunks(work, range(3 * CHUNK + 20), 2, work.begun))
    assert [len(chunk) for chunk, _ in found] == [CHUNK, CHUNK, CHUNK, 20]
    elsewhere = found[0][1]
    assert elsewhere != HERE
    assert {where for _, where in found} <= {HERE, elsewhere}
    assert not exists(elsewhere)


def test_this_process_takes_what_nobody_else_has_taken() -> None:
    here, elsewhere = os.pipe(), os.pipe()

    def meet(items: Sequence[int]) -> int:
        mine, theirs = (here, elsewhere) if os.getpid() == HERE else (elsewhere, here)
        os.write(theirs[1], b"." * 4)
        os.read(mine[0], 1)
        return os.getpid()

    assert len({where for _, where in in_chunks(meet, range(4 * CHUNK), 2)}) == 2


def test_chunks_keep_their_order_among_many_processes() -> None:
    assert [total for _, total in in_chunks(sum, range(7 * CHUNK), 3)] == [
        sum(range(start, start + CHUNK)) for start in range(0, 7 * CHUNK, CHUNK)
    ]


def exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def fail(items: Sequence[int]) -> int:
    if 7 in items:
        raise ValueError("7")
    return os.getpid()


def test_what_fails_elsewhere_is_raised_here() -> None:
    work = Told(fail)
    with pytest.raises(ValueError, match="7"):
        list(in_chunks(work, range(100), 2, work.begun))


def die(items: Sequence[int]) -> int:
    if os.getpid() != HERE:
        os.kill(os.getpid(), signal.SIGKILL)
    return sum(items)


def test_what_a_killed_process_did_not_do_is_done_here() -> None:
    work = Told(die)
    assert sum(total for _, total in in_chunks(work, range(500), 2, work.begun)) == sum(range(500))


def test_nobody_goes_on_working_for_a_reader_who_has_left() -> None:
    work = Told(lambda chunk: (os.getpid(), "x" * 3_000_000))
    left = in_chunks(work, range(10 * CHUNK), 2, work.begun)
    _, (elsewhere, _) = next(left)
    assert elsewhere != HERE
    assert exists(elsewhere)
    left.close()
    assert not exists(elsewhere)


class Rounds:
    """Two rounds: sums of chunks, then each chunk's share of all of them."""

    def __init__(self) -> None:
        self.sums: Sequence[int] = ()
        self.mine: set[int] = set()

    def first(self, items: Sequence[int]) -> int:
        self.mine.add(items[0])
        return sum(items)

    def second(self, items: Sequence[int]) -> tuple[int, int, bool]:
        return sum(items), sum(self.sums), items[0] in self.mine

    def between(self, sums: Sequence[int]) -> None:
        self.sums = sums
        assert list(sums) == sorted(sums)

    def run(self, count: int, number: int) -> list[tuple[int, int, bool]]:
        return [found for _, found in in_two_rounds(self.first, self.between, self.second, range(count), number)]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_second_round_knows_all_of_the_first_whoever_did_it(number: int) -> None:
    count = 7 * CHUNK
    found = Rounds().run(count, number)
    assert [own for own, _, _ in found] == [sum(range(at, at + CHUNK)) for at in range(0, count, CHUNK)]
    assert {total for _, total, _ in found} == {sum(range(count))}


def test_a_process_begins_the_second_round_with_what_it_had_in_the_first() -> None:
    class Both(Rounds):
        """Both processes have a part of the first round, and wait for each other in the second."""

        def __init__(self) -> None:
            super().__init__()
            self.here, self.elsewhere = os.pipe(), os.pipe()

        def meet(self) -> None:
            mine, theirs = (self.here, self.elsewhere) if os.getpid() == HERE else (self.elsewhere, self.here)
            os.write(theirs[1], b".")
            os.read(mine[0], 1)

        def first(self, items: Sequence[int]) -> int:
            self.meet()
            return super().first(items)

        def second(self, items: Sequence[int]) -> tuple[int, int, bool]:
            self.meet()
            return super().second(items)

    assert [remembered for _, _, remembered in Both().run(2 * CHUNK, 2)] == [True, True]


@pytest.mark.parametrize("when", ["first", "between", "second"])
def test_two_rounds_end_though_a_process_is_killed(when: str) -> None:
    rounds = Rounds()
    survived = getattr(rounds, when)

    def killed(items: Sequence[int]) -> object:
        if os.getpid() != HERE:
            os.kill(os.getpid(), signal.SIGKILL)
        return survived(items)

    setattr(rounds, when, killed)
    found = rounds.run(9 * CHUNK, 3)
    assert sum(own for own, _, _ in found) == sum(range(9 * CHUNK))
    assert {total for _, total, _ in found} == {sum(range(9 * CHUNK))}


def test_few_items_and_other_systems_get_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    assert processes_for(WORTHWHILE - 1) == 1
    assert processes_for(WORTHWHILE) == len(os.sched_getaffinity(0))
    monkeypatch.setattr(processes.sys, "platform", "darwin")
    assert processes_for(WORTHWHILE) == 1
