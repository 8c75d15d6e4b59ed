"""For random zones: what is applied is there, what is rolled back is there again, and no kill leaves a mess."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailcheck.errors import ChangeRefused
from mailcheck.model.progress import Silent
from mailcheck.model.spec import MailSpec
from mailcheck.model.zone import Zone
from mailcheck.sync.apply import ApplySettings, apply
from mailcheck.sync.journal_read import latest_unfinished, read_journal
from mailcheck.sync.plan import plan_back, plan_zone
from mailcheck.sync.resume import plan_rest
from tests.sync.memory import Killed, Memory, raws_of
from tests.sync.zones import NAME, ZONES, zone

SPEC = MailSpec()
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(autouse=True, scope="module")
def _no_waiting_for_disks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda descriptor: None)
        yield


def how(folder: Path) -> ApplySettings:
    return ApplySettings(folder, Silent(), lambda: False, {"kind": "apply"})


@MANY
@given(ZONES, ZONES)
def test_the_plan_after_an_apply_is_empty(before: Zone, after: Zone) -> None:
    provider = Memory({NAME: raws_of(before)})
    with TemporaryDirectory() as name:
        planned = plan_zone(provider, after, SPEC, create=False)
        assert bool(planned.steps) == bool(planned.plan.changes)
        assert apply(provider, planned, how(Path(name))).outcome == "applied"
    again = plan_zone(provider, after, SPEC, create=False)
    assert (again.plan.changes, again.steps) == ((), ())


@MANY
@given(ZONES, ZONES)
def test_a_rollback_restores_everything_raw(before: Zone, after: Zone) -> None:
    provider = Memory({NAME: raws_of(before)})
    original = provider.content(NAME)
    with TemporaryDirectory() as name:
        folder = Path(name)
        result = apply(provider, plan_zone(provider, after, SPEC, create=False), how(folder))
        noted = read_journal(Path(result.journal))
        back = plan_back(provider, noted.before, noted.records, SPEC)
        assert apply(provider, back, how(folder)).outcome == "applied"
    assert provider.content(NAME) == original


@MANY
@given(ZONES, ZONES, st.sampled_from(["kill before", "kill after"]), st.booleans())
def test_an_apply_killed_at_any_step_converges_on_resume_and_on_a_second_run(
    before: Zone, after: Zone, kill: str, resumes: bool
) -> None:
    planned = plan_zone(Memory({NAME: raws_of(before)}), after, SPEC, create=False)
    for killed_at in range(len(planned.steps)):
        provider = Memory({NAME: raws_of(before)})
        original = provider.content(NAME)
        provider.script = {killed_at: kill}
        with TemporaryDirectory() as name:
            folder = Path(name)
            with pytest.raises(Killed):
                apply(provider, plan_zone(provider, after, SPEC, create=False), how(folder))
            journal = latest_unfinished(folder)
            noted = read_journal(journal)
            outcomes = [step.outcome for step in noted.steps]
            assert outcomes == ["applied"] * killed_at + ["unknown"] + ["pending"] * (
                len(outcomes) - killed_at - 1
            )
            rest = plan_rest(provider, noted, SPEC) if resumes else plan_zone(provider, after, SPEC, create=False)
            assert apply(provider, rest, how(folder)).outcome == "applied"
            assert plan_zone(provider, after, SPEC, create=False).steps == ()
            back = plan_back(provider, noted.before, noted.records, SPEC)
            assert apply(provider, back, how(folder)).outcome == "applied"
        assert provider.content(NAME) == original


@MANY
@given(ZONES, ZONES)
def test_a_rollback_killed_at_any_step_converges_on_resume(before: Zone, after: Zone) -> None:
    provider = Memory({NAME: raws_of(before)})
    original = provider.content(NAME)
    with TemporaryDirectory() as name:
        folder = Path(name)
        result = apply(provider, plan_zone(provider, after, SPEC, create=False), how(folder))
        noted = read_journal(Path(result.journal))
        back = plan_back(provider, noted.before, noted.records, SPEC)
        if not back.steps:
            return
        provider.script = {provider.writes + len(back.steps) - 1: "kill before"}
        with pytest.raises(Killed):
            apply(provider, back, how(folder))
        rest = plan_rest(provider, read_journal(latest_unfinished(folder)), SPEC)
        assert apply(provider, rest, how(folder)).outcome == "applied"
    assert provider.content(NAME) == original


def test_a_resume_is_refused_where_somebody_else_changed_the_zone(tmp_path: Path) -> None:
    provider = Memory({NAME: raws_of(zone("a 300 A 192.0.2.1", "b 300 A 192.0.2.2"))}, transaction=1)
    provider.script = {1: "kill before"}
    with pytest.raises(Killed):
        apply(provider, plan_zone(provider, zone("c 300 A 192.0.2.3"), SPEC, create=False), how(tmp_path))
    provider.zones[NAME].append(
        {"id": 77, "name": "other.example.com.", "type": "A", "ttl": 60, "text": "192.0.2.9", "comment": ""}
    )
    with pytest.raises(ChangeRefused, match="has changed at memory since"):
        plan_rest(provider, read_journal(latest_unfinished(tmp_path)), SPEC)
