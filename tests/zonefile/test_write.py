"""Records written as a master file and read again."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from mailcheck.model.limits import Limits
from mailcheck.model.location import NOWHERE
from mailcheck.model.progress import Silent
from mailcheck.model.record import Record
from mailcheck.zonefile.load import load_zones
from mailcheck.zonefile.write import master_text, rdata_text

OCTETS = st.text(st.characters(max_codepoint=255), max_size=600)


@given(st.lists(OCTETS, min_size=1, max_size=3))
def test_any_text_comes_back(texts: list[str]) -> None:
    records = [Record("example.com.", "TXT", 60, text, NOWHERE, NOWHERE) for text in texts]
    with TemporaryDirectory() as folder:
        path = Path(folder, "example.com.zone")
        path.write_text(master_text("example.com.", records), encoding="ascii")
        loaded = load_zones([path], limits=Limits(), include_root=None, progress=Silent())
    assert loaded.refused == ()
    assert [record.text for record in loaded.zones[0].records] == texts


def test_strings_are_cut_where_they_were_and_at_255() -> None:
    record = Record("example.com.", "TXT", 60, "ab" + "c" * 256, NOWHERE, NOWHERE, cuts=(2,))
    assert rdata_text(record) == f'"ab" "{"c" * 255}" "c"'


def test_other_types_are_written_as_they_are() -> None:
    record = Record("*.example.com.", "MX", 60, "10 mail.example.com.", NOWHERE, NOWHERE)
    assert (
        master_text("example.com.", [record])
        == "$ORIGIN example.com.\n*.example.com. 60 IN MX 10 mail.example.com.\n"
    )
