"""BIMI records: what is read, what mailbox providers refuse, and where the fault stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.grammar.bimi import parse_bimi

LOGO = "https://example.com/logo.svg"


@pytest.mark.parametrize(
    ("text", "shows_logo"),
    [
        (f"v=BIMI1; l={LOGO}", True),
        (f"v=BIMI1;a=;l={LOGO};", True),
        (f"v = BIMI1 ; l = {LOGO} ; a = https://example.com/mark.pem", True),
        ("v=BIMI1; l=https://example.com:8443/logo.svgz?x=1", True),
        ("v=BIMI1; l=; a=;", False),
        (f"v=BIMI1; l={LOGO}; avp=brand; lps=true; other=x", True),
    ],
)
def test_valid(text: str, shows_logo: bool) -> None:
    record = parse_bimi(text)
    assert record.faults == ()
    assert record.shows_logo is shows_logo


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", ""),
        ("logo", "logo"),
        (f"l={LOGO}; v=BIMI1", f"l={LOGO}"),
        (f"v=bimi1; l={LOGO}", "v=bimi1"),
        ("v=BIMI1; a=", "v=BIMI1; a="),
        ("v=BIMI1; l=http://example.com/logo.svg", "http://example.com/logo.svg"),
        ("v=BIMI1; l=https://logo/logo.svg", "https://logo/logo.svg"),
        (f"v=BIMI1; l={LOGO},{LOGO}", f"{LOGO},{LOGO}"),
        ("v=BIMI1; l=https://example.com/logo.PNG?x", ".PNG"),
        (f"v=BIMI1; l={LOGO}; a=mark.pem", "mark.pem"),
        (f"v=BIMI1; l={LOGO}; l={LOGO}", f"l={LOGO}"),
        ("v=BIMI1; l=; a", "a"),
        ("v=BIMI1;; l=", ";"),
    ],
)
def test_fault(text: str, where: str) -> None:
    assert [text[fault.start : fault.end] for fault in parse_bimi(text).faults] == [where]


@given(st.text(alphabet="v=BIMI1; l=https:/.ea,png?", max_size=60))
def test_any_text_is_read_and_every_place_lies_in_it(text: str) -> None:
    for prefix in ("", "v=BIMI1; l="):
        for fault in parse_bimi(prefix + text).faults:
            assert 0 <= fault.start <= fault.end <= max(len(prefix + text), 1)


@pytest.mark.parametrize("unit", ["a.", "a", ".png", "https://", ";", ","])
def test_long_hostile_text_takes_linear_time(unit: str) -> None:
    assert parse_bimi("v=BIMI1; l=https://" + unit * (100_000 // len(unit))).shows_logo
