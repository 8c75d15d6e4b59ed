"""Terms that run together where two strings meet, told from terms that are continued."""

import pytest

from mailcheck.analysis.spf_seams import LostSpace, lost_spaces
from mailcheck.model.zone import Zone
from tests.build import record, zone


def seams(*strings: str) -> tuple[LostSpace, ...]:
    ends = [sum(map(len, strings[: index + 1])) for index in range(len(strings) - 1)]
    whole = record("example.com.", "example.com.zone", 1, "@ TXT " + "".join(strings))._replace(cuts=tuple(ends))
    base = zone("example.com")
    return lost_spaces(Zone(base.name, base.path, base.format, (whole,), base.at))


def pieces(*strings: str) -> list[tuple[str, str]]:
    return [
        (seam.spf.record.text[seam.start : seam.cut], seam.spf.record.text[seam.cut : seam.end])
        for seam in seams(*strings)
    ]


@pytest.mark.parametrize(
    ("strings", "expected"),
    [
        (("v=spf1 include:a.example", "include:b.example -all"), ("include:a.example", "include:b.example")),
        (("v=spf1 a include:a.example", "-all"), ("include:a.example", "-all")),
        (("v=spf1 ip4:192.0.2.1", "ip4:192.0.2.2 -all"), ("ip4:192.0.2.1", "ip4:192.0.2.2")),
        (("v=spf1 mx", "a -all"), ("mx", "a")),
        (("v=spf1 include:a.example", "mx -all"), ("include:a.example", "mx")),
        (("v=spf1 -all", "exp=why.example.com"), ("-all", "exp=why.example.com")),
        (("v=spf1 ip6:2001:db8::1", "ip6:2001:db8::2 -all"), ("ip6:2001:db8::1", "ip6:2001:db8::2")),
    ],
)
def test_a_lost_space(strings: tuple[str, ...], expected: tuple[str, str]) -> None:
    assert pieces(*strings) == [expected]


@pytest.mark.parametrize(
    "strings",
    [
        ("v=spf1 include:a.example ", "include:b.example -all"),
        ("v=spf1 include:a.example", " include:b.example -all"),
        ("v=spf1 include:_spf.exam", "ple.net -all"),
        ("v=spf1 ip4:192.0.2.0/2", "4 -all"),
        ("v=spf1 ip4:192.0.2.1", "0 -all"),
        ("v=spf1 ip6:2001:db8::", "a -all"),
        ("v=spf1 in", "clude:a.example -all"),
        ("v=spf1 x-note=a", "mx -all"),
        ("v=spf1 ip4:192.0.2.1", "x-note=a -all"),
        ("v=spf1 ", "", "-all"),
        ("v=spf1 -a", "ll"),
        ("v=spf1 -all",),
    ],
)
def test_a_term_that_is_continued_or_ends_with_its_string(strings: tuple[str, ...]) -> None:
    assert pieces(*strings) == []


@pytest.mark.parametrize(("length", "expected"), [(255, []), (254, [("include:spf.exampl", "a")])])
def test_a_name_cut_where_a_string_is_full_is_continued(length: int, expected: list[tuple[str, str]]) -> None:
    first = "v=spf1 x-pad= include:spf.exampl"
    padded = first.replace("x-pad=", "x-pad=" + "p" * (length - len(first)))
    assert pieces(padded, "a -all") == expected


def test_each_term_is_told_once_and_each_record_set_keeps_its_subject() -> None:
    (seam,) = seams("v=spf1 a", "mx", "-all")
    assert (seam.spf.record.text[seam.start : seam.cut], seam.name, seam.type) == ("a", "example.com.", "TXT")
    assert seam.at == seam.spf.at
    assert len(seams("v=spf1 a", "mx include:a.example", "-all")) == 2


def test_many_strings_take_linear_time() -> None:
    assert len(seams("v=spf1 ", *["ip4:192.0.2.1 "] * 4_000, "ip4:192.0.2.1", "-all")) == 1
