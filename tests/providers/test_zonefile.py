"""Master files as a provider."""

from __future__ import annotations

from pathlib import Path

import pytest
from mailcheck_providers.zonefile import ZoneFiles, open_provider

from mailcheck.errors import ProviderError, UsageError
from mailcheck.model.progress import Silent
from mailcheck.model.spec import MailSpec
from mailcheck.sync.apply import ApplySettings, apply
from mailcheck.sync.journal_read import read_journal
from mailcheck.sync.plan import ZonePlan, plan_back, plan_zone
from mailcheck.sync.provider import ProviderSettings
from tests.sync.zones import NAME, zone

SPEC = MailSpec()
FILE = """\
$ORIGIN example.com.
$TTL 300
@ SOA ns1 hostmaster 4294967295 7200 3600 1209600 3600
@ NS ns1
ns1 A 192.0.2.53
old TXT "one" "two"
old HINFO a b
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    served = tmp_path / "served"
    served.mkdir()
    (served / "example.com.zone").write_text(FILE)
    return served


def how(tmp_path: Path) -> ApplySettings:
    return ApplySettings(tmp_path / "journal", Silent(), lambda: False, {})


def plan(provider: ZoneFiles, *lines: str) -> ZonePlan:
    return plan_zone(provider, zone(*lines), SPEC, create=False)


def test_what_is_written_can_be_read_and_needs_no_further_write(folder: Path, tmp_path: Path) -> None:
    provider = ZoneFiles(folder)
    planned = plan(provider, "ns1 300 A 192.0.2.53", 'new 60 TXT "quoted" \\ ; \xe9'.encode().decode("latin-1"))
    assert apply(provider, planned, how(tmp_path)).outcome == "applied"
    assert (folder / "example.com.zone").read_text() == (
        "$ORIGIN example.com.\n"
        "example.com. 300 IN SOA ns1.example.com. hostmaster.example.com. 0 7200 3600 1209600 3600\n"
        "example.com. 300 IN NS ns1.example.com.\n"
        'new.example.com. 60 IN TXT "\\"quoted\\" \\\\ ; \\195\\169"\n'
        "ns1.example.com. 300 IN A 192.0.2.53\n"
        'old.example.com. 300 IN HINFO "a" "b"\n'
    )
    again = plan(provider, "ns1 300 A 192.0.2.53", 'new 60 TXT "quoted" \\ ; \xe9'.encode().decode("latin-1"))
    assert again.steps == ()


def test_13_apex_ns_and_types_that_octodns_lacks_survive(folder: Path, tmp_path: Path) -> None:
    provider = ZoneFiles(folder)
    planned = plan(provider, "ns1 300 A 192.0.2.53")
    assert [(change.kind, change.name, change.type) for change in planned.plan.changes] == [
        ("delete", "old.example.com.", "TXT")
    ]
    apply(provider, planned, how(tmp_path))
    text = (folder / "example.com.zone").read_text()
    assert 'HINFO "a" "b"' in text
    assert "IN NS ns1" in text


def test_a_rollback_writes_the_same_records_with_their_strings(folder: Path, tmp_path: Path) -> None:
    provider = ZoneFiles(folder)
    was = provider.snapshot(NAME).records
    noted = read_journal(Path(apply(provider, plan(provider), how(tmp_path)).journal))
    assert provider.snapshot(NAME).records != was
    back = plan_back(provider, noted.before, noted.records, SPEC)
    assert apply(provider, back, how(tmp_path)).outcome == "applied"
    assert provider.snapshot(NAME).records == was
    assert plan_back(provider, noted.before, noted.records, SPEC).steps == ()


def test_a_new_zone_gets_a_file_with_an_soa(folder: Path, tmp_path: Path) -> None:
    provider = ZoneFiles(folder)
    wanted = zone("www 60 A 192.0.2.1", name="new.example.")
    with pytest.raises(ProviderError, match=r"there is no .*new\.example\.zone"):
        plan_zone(provider, wanted, SPEC, create=False)
    assert apply(provider, plan_zone(provider, wanted, SPEC, create=True), how(tmp_path)).outcome == "applied"
    assert "IN SOA ns.invalid. hostmaster.new.example. 1 " in (folder / "new.example.zone").read_text()


def test_a_file_that_changed_since_is_not_overwritten(folder: Path, tmp_path: Path) -> None:
    provider = ZoneFiles(folder)
    (step,) = plan(provider).steps
    path = folder / "example.com.zone"
    path.write_text(FILE + "www A 192.0.2.1\n")
    with pytest.raises(ProviderError, match="was changed by somebody else"):
        provider.write(NAME, step, Silent())
    assert path.read_text() == FILE + "www A 192.0.2.1\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (FILE + "www A not-an-address\n", "cannot be read: line 8"),
        (FILE.replace("example.com", "example.org"), "does not hold"),
    ],
)
def test_a_file_that_cannot_be_read_is_not_planned_over(folder: Path, text: str, why: str) -> None:
    (folder / "example.com.zone").write_text(text)
    with pytest.raises(ProviderError, match=why):
        plan(ZoneFiles(folder))


def test_a_file_that_cannot_be_written_is_left_as_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = ZoneFiles(folder)
    (step,) = plan(provider).steps

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ProviderError, match="No space left on device"):
        provider.write(NAME, step, Silent())
    assert [path.name for path in folder.iterdir()] == ["example.com.zone"]
    assert (folder / "example.com.zone").read_text() == FILE


def settings(options: dict[str, object], environment: dict[str, str]) -> ProviderSettings:
    return ProviderSettings("zonefile", options, environment, 300, Silent())


def test_where_the_folder_comes_from(folder: Path) -> None:
    for opened in (settings({"folder": str(folder)}, {}), settings({}, {"ZONEFILE_FOLDER": str(folder)})):
        assert open_provider(opened).preflight(NAME, create=False).zone == NAME
    with pytest.raises(UsageError, match="needs a folder"):
        open_provider(settings({}, {}))
    with pytest.raises(UsageError, match="has no option 'fodler'"):
        open_provider(settings({"fodler": "x"}, {}))
    with pytest.raises(ProviderError, match="is no folder"):
        open_provider(settings({"folder": str(folder / "none")}, {})).preflight(NAME, create=True)
