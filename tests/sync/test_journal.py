"""Journals that are torn, foreign or old, and what an unfinished one is."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailcheck.errors import InputRefused, UsageError
from mailcheck.model.progress import Silent
from mailcheck.model.spec import MailSpec
from mailcheck.sync.apply import ApplySettings, apply
from mailcheck.sync.journal import end_journal
from mailcheck.sync.journal_read import latest_unfinished, read_journal
from mailcheck.sync.plan import plan_zone
from tests.sync.memory import Memory, raws_of
from tests.sync.zones import NAME, zone


def written(folder: Path, script: dict[int, str] | None = None) -> Path:
    provider = Memory({NAME: raws_of(zone("a 300 A 192.0.2.1"))})
    provider.script = dict(script or {})
    planned = plan_zone(provider, zone("c 300 A 192.0.2.3"), MailSpec(), create=False)
    return Path(apply(provider, planned, ApplySettings(folder, Silent(), lambda: False, {})).journal)


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return written(tmp_path, {0: "fail"})


def test_a_line_that_a_crash_cut_off_counts_for_nothing(journal: Path) -> None:
    whole = read_journal(journal)
    text = journal.read_text()
    journal.write_text(text + '{"event": "end", "outco')
    assert read_journal(journal).outcome == whole.outcome == "failed"
    journal.write_text(text[: text.index('{"event": "done"') + 20])
    assert read_journal(journal).steps[0].outcome == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "not json\n",
        "[]\n",
        '{"event": "step", "step": 0}\n',
        '{"event": "begin", "version": 99}\n',
        "{" * 9999 + "\n",
    ],
)
def test_what_is_no_journal_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(text)
    with pytest.raises(InputRefused) as error:
        read_journal(path)
    assert error.value.code == "journal-unreadable"


def test_a_step_that_is_none_is_refused(journal: Path) -> None:
    journal.write_text(journal.read_text() + '{"event": "step", "step": 99}\n')
    with pytest.raises(InputRefused):
        read_journal(journal)


def test_no_journal_at_all(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_journal(tmp_path / "none.jsonl")
    with pytest.raises(UsageError, match="no unfinished journal"):
        latest_unfinished(tmp_path)


def test_a_huge_journal_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("{}\n")
    monkeypatch.setattr("mailcheck.sync.journal_read.MAX_SIZE", 2)
    with pytest.raises(InputRefused, match="octets"):
        read_journal(path)


def test_the_newest_unfinished_one_is_found(tmp_path: Path) -> None:
    first = written(tmp_path, {0: "fail"})
    second = written(tmp_path, {0: "fail"})
    written(tmp_path)
    assert latest_unfinished(tmp_path) == second
    end_journal(second, "resumed", "another")
    assert latest_unfinished(tmp_path) == first
    assert read_journal(second).is_finished
