"""Report addresses: hosts and limits with their places, and the part that is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.grammar.report_uri import ReportUri, parse_report_uris

LOCAL_PARTS = st.from_regex(r"[A-Za-z0-9._+%-]{1,8}", fullmatch=True).map(lambda text: text.replace("%", "%2C"))
HOSTS = st.lists(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,5}[a-z0-9])?", fullmatch=True), min_size=1, max_size=4).map(
    ".".join
)


def one(text: str) -> ReportUri:
    (uri,) = parse_report_uris(text, 0)
    return uri


@given(st.lists(st.tuples(LOCAL_PARTS, HOSTS, st.sampled_from(["", "!10m", "!1"])), min_size=1, max_size=6))
def test_what_is_printed_is_parsed_back(parts: list[tuple[str, str, str]]) -> None:
    text = " , ".join(f"mailto:{local}@{host}{size}" for local, host, size in parts)
    uris = parse_report_uris(text, 0)
    assert [(uri.host, uri.size) for uri in uris] == [(f"{host}.", size) for _, host, size in parts]
    assert [text[uri.host_start : uri.host_end] for uri in uris] == [host for _, host, _ in parts]
    assert " , ".join(uri.text + uri.size for uri in uris) == text
    assert all(uri.problem is None and uri.scheme == "mailto" for uri in uris)


@pytest.mark.parametrize(
    ("text", "scheme", "host"),
    [
        ("MAILTO:A@Example.COM.", "mailto", "example.com."),
        ("mailto:a@example.com?subject=b@example.net", "mailto", "example.com."),
        ("https://user:word@example.com:8080/path@x", "https", "example.com."),
        ("https://example.com?x", "https", "example.com."),
        ("https://[2001:db8::1]/", "https", ""),
        ("urn:x", "urn", ""),
        ("mailto:a@xn--caf-dma.example", "mailto", "xn--caf-dma.example."),
        ("mailto:a@caf%C3%A9.example", "mailto", ""),
    ],
)
def test_host_of_a_valid_uri(text: str, scheme: str, host: str) -> None:
    uri = one(text)
    assert uri.problem is None
    assert (uri.scheme, uri.host) == (scheme, host)


@pytest.mark.parametrize(
    ("text", "kind", "wrong"),
    [
        ("", "empty", ""),
        ("!10m", "empty", "!10m"),
        ("a@example.com", "bare-address", "a@example.com"),
        ("example.com", "no-scheme", "example.com"),
        ("mailto:a@example.com mailto:b@example.com", "character", " "),
        ('"mailto:a@example.com"', "character", '"'),
        ("<mailto:a@example.com>", "character", "<"),
        ("mailto:a@caf\xe9.example", "character", "\xe9"),
        ("mailto:a!b@example.com", "bang", "!"),
        ("mailto:a@example.com!10x", "bang", "!"),
        ("mailto:a%2@example.com", "escape", "%"),
        ("mailto:", "no-domain", "mailto:"),
        ("mailto:a", "no-domain", "mailto:a"),
        ("mailto:a@", "no-domain", "mailto:a@"),
        ("mailto:@example.com", "no-domain", "mailto:@example.com"),
        ("mailto:a@b..example", "no-domain", "mailto:a@b..example"),
        ("mailto:a@" + "b" * 64, "no-domain", "mailto:a@" + "b" * 64),
        ("mailto:a@[192.0.2.1]", "no-domain", "mailto:a@[192.0.2.1]"),
    ],
)
def test_the_part_that_is_wrong(text: str, kind: str, wrong: str) -> None:
    problem = one(text).problem
    assert problem is not None
    assert (problem.kind, text[problem.start : problem.end]) == (kind, wrong)


def test_a_raw_comma_inside_an_address_is_told_once() -> None:
    text = "mailto:a,b@example.com, mailto:c@example.com"
    uris = parse_report_uris(text, 100)
    assert [uri.problem.kind if uri.problem else "" for uri in uris] == ["comma", ""]
    problem = uris[0].problem
    assert problem is not None
    assert text[problem.start - 100 : problem.end - 100] == ","
    assert [uri.start - 100 for uri in uris] == [0, text.index("mailto:c")]


def test_commas_too_many_leave_empty_places() -> None:
    text = "mailto:a@example.com,, mailto:b@example.com,"
    assert [(uri.problem is not None, uri.start) for uri in parse_report_uris(text, 0)] == [
        (False, 0), (True, 21), (False, 23), (True, 44),
    ]  # fmt: skip


def test_a_very_long_list_is_read_in_linear_time() -> None:
    assert len(parse_report_uris("," * 60_000, 0)) == 60_001
    assert one("mailto:" + "!1" * 30_000).problem is not None
