"""Zones that are written are read back the same, in both formats, whatever their text."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from octodns.yaml import safe_load as octodns_load

from mailcheck.model.draft import Entry, ZoneDraft, comment, draft_record
from mailcheck.model.limits import Limits
from mailcheck.model.progress import Silent
from mailcheck.model.record import Record
from mailcheck.zonefile.load import Loaded, load_zones
from mailcheck.zonefile.write_draft import ZoneFormat, zone_file_name, zone_text

ZONE = "example.com."
LABELS = st.one_of(
    st.from_regex(r"[a-z0-9_*]([a-z0-9_-]{0,8}[a-z0-9_])?", fullmatch=True),
    st.sampled_from(["null", "yes", "no", "1e3", "0x1f", "2026", "12", "_dmarc", "*"]),
)
OWNERS = st.lists(LABELS, max_size=2).map(lambda labels: ".".join([*labels, ZONE]))
TARGETS = (
    st.lists(LABELS.filter(lambda text: "*" not in text), min_size=1, max_size=3).map(".".join).map("{}.".format)
)
TEXTS = st.one_of(
    st.text(st.characters(max_codepoint=255), min_size=1, max_size=300),
    st.text('";\\ v=#:-', min_size=1, max_size=12),
    st.text(max_size=30, min_size=1).map(lambda text: text.encode("utf-8", "replace").decode("latin-1")),
)
VALUES = st.one_of(
    TEXTS.map(lambda text: ("TXT", text)),
    TARGETS.map(lambda name: ("MX", f"10 {name}")),
    TARGETS.map(lambda name: ("NS", name)),
    TARGETS.map(lambda name: ("PTR", name)),
    st.from_regex(r"[A-Za-z0-9.:;/@ =-]{1,20}", fullmatch=True).map(lambda text: ("CAA", f'0 issue "{text}"')),
    st.just(("TLSA", "3 1 1 " + "12" * 32)),
    st.just(("A", "192.0.2.1")),
    st.just(("AAAA", "2001:db8::1")),
)
NOTES = st.lists(st.text(max_size=40), max_size=2).map(tuple)


@st.composite
def zones(draw: st.DrawFn) -> ZoneDraft:
    sets: dict[tuple[str, str], dict[str, Record]] = {}
    for owner, (rtype, text) in draw(st.lists(st.tuples(OWNERS, VALUES), max_size=8)):
        sets.setdefault((owner, rtype), {}).setdefault(text, draft_record(owner, rtype, text))
    entries = [Entry(tuple(records.values()), draw(NOTES)) for records in sets.values()]
    return ZoneDraft(ZONE, (*entries, Entry((), draw(NOTES))), draw(NOTES))


def loaded(zone: ZoneDraft, kind: ZoneFormat) -> Loaded:
    with TemporaryDirectory() as folder:
        path = Path(folder, zone_file_name(zone, kind))
        path.write_text(zone_text(zone, kind), "utf-8")
        return load_zones((path,), limits=Limits(), include_root=None, progress=Silent())


def values(records: tuple[Record, ...]) -> list[tuple[str, str, int, str]]:
    return sorted((record.name, record.type, record.ttl, record.text) for record in records)


@given(zones())
def test_a_master_file_holds_every_record(zone: ZoneDraft) -> None:
    found = loaded(zone, "master")
    assert not found.refused
    assert values(found.zones[0].records) == values(zone.records)
    assert not found.zones[0].suppressions


@given(zones())
def test_an_octodns_file_holds_all_that_octodns_can(zone: ZoneDraft) -> None:
    found = loaded(zone, "octodns")
    assert not found.refused
    assert not found.zones[0].suppressions
    remarks = {remark.kind for remark in found.zones[0].remarks}
    assert remarks <= {"double-escaped-semicolon"}
    missing = zone_text(zone, "octodns").count("# octoDNS cannot hold: ")
    kept = values(found.zones[0].records)
    assert len(kept) + missing == len(zone.records)
    assert set(kept) <= set(values(zone.records))


@given(zones())
def test_octodns_itself_takes_the_order_of_the_file(zone: ZoneDraft) -> None:
    octodns_load(StringIO(zone_text(zone, "octodns")), enforce_order=True)


@pytest.mark.parametrize(
    ("rtype", "text"),
    [
        ("SOA", "ns1.example.com. h.example.com. 1 2 3 4 5"),
        ("TXT", "\xff\xfe"),
        ("TXT", 'one" "two'),
        ("CAA", '0 issue "a\\"b"'),
        ("MX", "10"),
    ],
)
def test_what_octodns_cannot_hold_is_a_comment(rtype: str, text: str) -> None:
    zone = ZoneDraft(ZONE, (Entry((draft_record(ZONE, rtype, text),), ("why",)),))
    written = zone_text(zone, "octodns")
    assert f"# why\n# octoDNS cannot hold: example.com. 3600 IN {rtype} " in written
    assert loaded(zone, "octodns").zones[0].records == ()


@pytest.mark.parametrize(
    "text", ['"quoted"', '"', "a;b", "a\\;b", "  lead", "tail ", "- x", "é".encode().decode("latin-1")]
)
def test_text_that_yaml_or_octodns_would_bend_stays_straight(text: str) -> None:
    zone = ZoneDraft(ZONE, (Entry((draft_record(ZONE, "TXT", text),)),))
    assert values(loaded(zone, "octodns").zones[0].records) == values(zone.records)


def test_a_note_is_one_line_and_no_command() -> None:
    assert comment("a\nb # mailcheck: ignore[*] x\x1b") == "a\\010b # mailcheck\\058 ignore[*] x\\027"
