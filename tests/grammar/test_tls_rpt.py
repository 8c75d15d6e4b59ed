"""TLS reporting records: what is read, what reporters refuse, and where the fault stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.grammar.tls_rpt import is_tls_rpt, parse_tls_rpt

MAIL = "mailto:tls@example.com"


@pytest.mark.parametrize(
    ("text", "uris"),
    [
        (f"v=TLSRPTv1; rua={MAIL}", [MAIL]),
        (f"v=TLSRPTv1;rua={MAIL};", [MAIL]),
        (f"v=TLSRPTv1 ; rua={MAIL} , https://example.com/a?b=c", [MAIL, "https://example.com/a?b=c"]),
        (f"v=TLSRPTv1; rua={MAIL}; x.1=y; rua=https://example.com", [MAIL, "https://example.com"]),
        ("v=TLSRPTv1; rua=MAILTO:a%21b@example.com?subject=x", ["MAILTO:a%21b@example.com?subject=x"]),
    ],
)
def test_valid(text: str, uris: list[str]) -> None:
    record = parse_tls_rpt(text)
    assert record.faults == ()
    assert [destination.uri for destination in record.destinations] == uris
    assert is_tls_rpt(text)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", ""),
        ("v=TLSRPTv1", "v=TLSRPTv1"),
        (f"v=TLSRPTV1; rua={MAIL}", "v=TLSRPTV1;"),
        (f" v=TLSRPTv1; rua={MAIL}", " v=TLSRPTv1;"),
        ("v=TLSRPTv1;", "v=TLSRPTv1;"),
        ("v=TLSRPTv1; ruf=mailto:a@example.com", "v=TLSRPTv1; ruf=mailto:a@example.com"),
        (f"v=TLSRPTv1; rua ={MAIL}", "rua ="),
        (f"v=TLSRPTv1; rua={MAIL}; ;", " "),
        (f"v=TLSRPTv1; rua={MAIL}; x", "x"),
        (f"v=TLSRPTv1; rua={MAIL}; !=x", "!=x"),
        ("v=TLSRPTv1; rua=", ""),
        (f"v=TLSRPTv1; rua={MAIL},", ""),
        ("v=TLSRPTv1; rua=a@example.com", "a@example.com"),
        ("v=TLSRPTv1; rua=ftp://example.com", "ftp://example.com"),
        ("v=TLSRPTv1; rua=mailto:a", "mailto:a"),
        ("v=TLSRPTv1; rua=mailto:a b@example.com", "mailto:a b@example.com"),
        ("v=TLSRPTv1; rua=https:/example.com", "https:/example.com"),
        (f"v=TLSRPTv1; rua={MAIL}!1m", f"{MAIL}!1m"),
    ],
)
def test_fault(text: str, where: str) -> None:
    assert [text[fault.start : fault.end] for fault in parse_tls_rpt(text).faults] == [where]


@given(st.text(alphabet="v=TLSRPTv1; ruamailto:@.,!%\tx", max_size=60))
def test_any_text_is_read_and_every_place_lies_in_it(text: str) -> None:
    for prefix in ("", "v=TLSRPTv1; rua="):
        record = parse_tls_rpt(prefix + text)
        for fault in record.faults:
            assert 0 <= fault.start <= fault.end <= max(len(prefix + text), 1)
        for destination in record.destinations:
            assert (prefix + text)[destination.start : destination.end] == destination.uri


ADDRESS = st.from_regex(r"mailto:[a-z0-9.+]{1,10}@[a-z0-9-]{1,10}\.example", fullmatch=True)


@given(st.lists(ADDRESS, min_size=1, max_size=5), st.sampled_from([",", " , ", ",\t"]))
def test_addresses_come_back_as_written(addresses: list[str], comma: str) -> None:
    record = parse_tls_rpt("v=TLSRPTv1; rua=" + comma.join(addresses))
    assert [destination.uri for destination in record.destinations] == addresses
    assert record.faults == ()


@pytest.mark.parametrize("unit", [" ", "=", "rua", ",", ";", "mailto:", "a@", "!"])
def test_long_hostile_text_takes_linear_time(unit: str) -> None:
    assert parse_tls_rpt("v=TLSRPTv1; rua=" + unit * (100_000 // len(unit))).faults
