"""Macros as a message fills them in (RFC 7208 section 7; the examples are those of section 7.4)."""

from __future__ import annotations

import pytest

from tests.analysis.spf_checks import Dictionary, check, spf

SENDER = "strong-bad@email.example.com"
PTR4 = {"3.2.0.192.in-addr.arpa PTR": ["mx.example.org."], "mx.example.org A": ["192.0.2.3"]}


def explained(
    text: str, ip: str = "192.0.2.3", sender: str = SENDER, helo: str = "mx.example.org", **others: object
) -> str | None:
    world = {"email.example.com TXT": ["v=spf1 -all exp=why.example"], "why.example TXT": [text], **PTR4, **others}
    return check(
        world, ip=ip, sender=sender, helo=helo, receiver="Rx.example", timestamp=1_700_000_000
    ).explanation  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("%{s}", "strong-bad@email.example.com"),
        ("%{o}", "email.example.com"),
        ("%{d}", "email.example.com"),
        ("%{d4}", "email.example.com"),
        ("%{d3}", "email.example.com"),
        ("%{d2}", "example.com"),
        ("%{d1}", "com"),
        ("%{dr}", "com.example.email"),
        ("%{d2r}", "example.email"),
        ("%{l}", "strong-bad"),
        ("%{l-}", "strong.bad"),
        ("%{lr}", "strong-bad"),
        ("%{lr-}", "bad.strong"),
        ("%{l1r-}", "strong"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
        ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
        ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
        ("%{h} %{c} %{r} %{t} %{p}", "mx.example.org 192.0.2.3 Rx.example 1700000000 mx.example.org"),
        ("%{D2} %{V} 100%% %_%-", "example.com in-addr 100%  %20"),
        ("%{d" + "9" * 5_000 + "}", "email.example.com"),
    ],
)  # fmt: skip
def test_values(text: str, expanded: str) -> None:
    assert explained(text) == expanded


def test_an_ipv6_client() -> None:
    text = "%{c} %{ir}.%{v} %{i4} %{p}"
    reverse = "1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2"
    assert explained(text, ip="2001:db8::cb01") == f"2001:db8::cb01 {reverse}.ip6 C.B.0.1 unknown"


def test_upper_case_escapes_for_urls() -> None:
    assert explained("%{L}", sender="~j&o=a/b c@email.example.com") == "~j%26o%3Da%2Fb%20c"


@pytest.mark.parametrize(
    ("names", "value"),
    [
        (["other.example", "x.email.example.com", "email.example.com"], "email.example.com"),
        (["other.example", "x.email.example.com"], "x.email.example.com"),
        (["other.example", "xemail.example.com"], "other.example"),
        ([], "unknown"),
    ],
)
def test_the_name_of_the_client_is_the_nearest_to_the_domain(names: list[str], value: str) -> None:
    addresses = {f"{name} A": ["192.0.2.3"] for name in names}
    assert explained("%{p}", **{"3.2.0.192.in-addr.arpa PTR": names, **addresses}) == value


def test_an_own_name_found_settles_it_though_others_stay_open() -> None:
    world = {"3.2.0.192.in-addr.arpa PTR": ["open.example", "email.example.com"], "open.example A": "not_asked"}
    assert explained("%{p}", **world, **{"email.example.com A": ["192.0.2.3"]}) == "email.example.com"


def asked(record: str, **given: str) -> list[str]:
    view = Dictionary(spf(record))
    check(view, **given)  # type: ignore[arg-type]
    return [question.name for question in view.asked if question.type == "A"]


def test_the_current_domain_is_that_of_the_record() -> None:
    view = Dictionary(spf("include:_spf.%{d}", **{"_spf.example.com TXT": ["v=spf1 exists:%{d}.x.%{o}"]}))
    check(view)
    assert view.asked[-1].name == "_spf.example.com.x.example.com."


def test_long_names_lose_labels_on_the_left() -> None:
    (name,) = asked("exists:" + "%{l}." * 5 + "%{d}", sender=f"{'a' * 60}@example.com")
    assert name == ("a" * 60 + ".") * 3 + "example.com."
    (name,) = asked("exists:" + "%{d}." * 15_000 + "%{d}")
    assert name == "example.com." * 21


def test_octets_are_escaped_and_unescaped() -> None:
    assert asked("exists:%{l}.x.%{d}", sender="a b;c@example.com") == ["a\\032b\\;c.x.example.com."]
    world = {"a\\032b.example.com TXT": ["v=spf1 exists:%{d}.y.example"]}
    view = Dictionary(world)
    check(view, sender="u@a b.example.com")
    assert view.asked[-1].name == "a\\032b.example.com.y.example."


@pytest.mark.parametrize("macro", ["%{l}", "%{s}", "%{L}"])
def test_a_local_part_beyond_ascii_matches_nothing(macro: str) -> None:
    outcome = check(spf(f"exists:{macro}.example.com -all"), sender="bücher@example.com")
    assert (outcome.result, outcome.voids) == ("fail", 0)


def test_a_domain_beyond_ascii_is_written_in_a_labels() -> None:
    world = {"xn--bcher-kva.example TXT": ["v=spf1 -all exp=why.example"], "why.example TXT": ["%{s} %{o} %{h}"]}
    outcome = check(world, sender="u@bücher.example", helo="bücher.example")
    assert outcome.explanation == "u@xn--bcher-kva.example xn--bcher-kva.example xn--bcher-kva.example"
