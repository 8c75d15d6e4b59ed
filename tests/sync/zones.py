"""Zones out of lines of text, and random ones."""

from __future__ import annotations

from hypothesis import strategies as st

from mailcheck.model.location import Location
from mailcheck.model.record import Record
from mailcheck.model.zone import Zone

NAME = "example.com."


def zone(*lines: str, name: str = NAME) -> Zone:
    """Each line is `owner ttl type rdata`; TXT is its plain text. The first line is line 1 of the file."""
    records = []
    for number, line in enumerate(lines, 1):
        owner, ttl, rtype, text = line.split(" ", 3)
        at = Location("zones/example.com.zone", number, 1, number, len(line) + 1)
        records.append(Record(name if owner == "@" else f"{owner}.{name}", rtype, int(ttl), text, at, at))
    return Zone(
        name, "zones/example.com.zone", "master", tuple(records), Location("zones/example.com.zone", 1, 1, 1, 1)
    )


_TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=300).filter(
    lambda text: text.strip() == text
)
_VALUES = st.one_of(
    st.integers(1, 250).map(lambda last: ("A", f"192.0.2.{last}")),
    st.integers(0, 50).map(lambda preference: ("MX", f"{preference} mail.example.com.")),
    _TEXT.map(lambda text: ("TXT", text)),
    st.sampled_from(['"quoted"', 'a" "b', "v=DKIM1; p=a\\;b", "back\\slash", "a;b;"]).map(
        lambda text: ("TXT", text)
    ),
)
_SETS = st.dictionaries(
    st.tuples(st.sampled_from(["@", "a", "b", "_dmarc", "*.w", "x"]), st.sampled_from(["A", "MX", "TXT"])),
    st.tuples(st.sampled_from([60, 300, 3600]), st.lists(_VALUES, min_size=6, max_size=6)),
    max_size=8,
)


def _of_sets(sets: dict[tuple[str, str], tuple[int, list[tuple[str, str]]]]) -> Zone:
    lines = []
    for (owner, rtype), (ttl, values) in sets.items():
        texts = dict.fromkeys(text for kind, text in values if kind == rtype)
        lines += [f"{owner} {ttl} {rtype} {text}" for text in texts]
    return zone(*lines)


ZONES = _SETS.map(_of_sets)
