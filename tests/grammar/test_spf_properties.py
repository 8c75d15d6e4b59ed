"""Properties of the SPF parser over generated records, and pyspf as a second opinion."""

from ipaddress import IPv4Address, IPv6Address

import pytest
import spf  # type: ignore[import-untyped]
from hypothesis import assume, given
from hypothesis import strategies as st

from mailcheck.grammar.spf import Directive, Invalid, Modifier, SpfTree, Term, parse_spf

LABELS = st.from_regex(r"[a-z0-9_]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
TOP_LABELS = st.sampled_from(["com", "example", "xn--p1ai", "co-op", "e12"])
MACROS = st.builds(
    "%{{{}{}{}{}}}".format,
    st.sampled_from("slodiphvSLODIPHV"),
    st.one_of(st.just(""), st.integers(1, 200).map(str)),
    st.sampled_from(["", "r"]),
    st.text("-.+,/_=", max_size=3),
)
DOMAINS = st.builds(
    lambda labels, top: ".".join([*labels, top]),
    st.lists(st.one_of(LABELS, MACROS, st.sampled_from(["%%", "%_", "%-"])), min_size=1, max_size=4),
    st.one_of(TOP_LABELS, MACROS),
)
PREFIX4 = st.one_of(st.just(""), st.integers(0, 32).map("/{}".format))
PREFIX6 = st.one_of(st.just(""), st.integers(0, 128).map("/{}".format))
DUAL_PREFIX = st.builds(lambda four, six: four + ("/" + six if six else ""), PREFIX4, PREFIX6)
MECHANISMS = st.one_of(
    st.just("all"),
    st.builds("{}:{}".format, st.sampled_from(["include", "exists", "ptr"]), DOMAINS),
    st.just("ptr"),
    st.builds("{}{}".format, st.sampled_from(["a", "mx"]), DUAL_PREFIX),
    st.builds("{}:{}{}".format, st.sampled_from(["a", "mx"]), DOMAINS, DUAL_PREFIX),
    st.builds("ip4:{}{}".format, st.ip_addresses(v=4), PREFIX4),
    st.builds("ip6:{}{}".format, st.ip_addresses(v=6), PREFIX6),
)
DIRECTIVES = st.builds("{}{}".format, st.sampled_from(["", "+", "-", "~", "?"]), MECHANISMS)
MODIFIERS = st.builds("{}={}".format, st.sampled_from(["redirect", "exp", "ra", "x-y.z"]), DOMAINS)
VALID = st.lists(st.one_of(DIRECTIVES, MODIFIERS), max_size=8).map(lambda terms: " ".join(["v=spf1", *terms]))

FRAGMENTS = [
    "a", "mx", "ptr", "ip4", "ip6", "include", "exists", "all", "redirect", "exp", ":", "=", "/", "//", "-", "~",
    "?", "+", ".", "24", "0", "33", "129", "192.0.2.1", "2001:db8::1", "::", "example", "com", "%", "%{d}", "%{",
    "%%", "%{z}", "1", "_", ",", '"',
]  # fmt: skip
NEARLY = st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=7).map("".join)


def printed(tree: SpfTree) -> str:
    """A record put together again from nothing but the fields of its terms."""
    return " ".join(["v=spf1", *map(_printed_term, tree.terms)])


def _printed_term(term: Term) -> str:
    assert not isinstance(term, Invalid), term
    if isinstance(term, Modifier):
        return f"{term.name}={term.value.text}"
    value = ""
    if term.domain is not None:
        value = f":{term.domain.text}"
    if isinstance(term.address, IPv4Address | IPv6Address):
        value = f":{term.address}"
    four = "" if term.prefix4 is None else f"/{term.prefix4}"
    six = "" if term.prefix6 is None else f"/{term.prefix6}"
    slash = "/" if six and term.address is None else ""
    return f"{term.qualifier if term.explicit else ''}{term.mechanism}{value}{four}{slash}{six}"


@given(VALID)
def test_what_was_parsed_prints_as_it_was(text: str) -> None:
    assert printed(parse_spf(text)) == text


@given(st.one_of(st.text(st.characters(max_codepoint=255)), st.lists(NEARLY).map(" ".join)))
def test_terms_and_spaces_are_the_whole_text(rest: str) -> None:
    text = "v=spf1 " + rest
    at = len("v=spf1")
    for term in parse_spf(text).terms:
        assert text[at : term.start].strip(" ") == ""
        assert term.start < term.end
        if isinstance(term, Invalid):
            assert term.start <= term.at_start < term.at_end <= term.end
        else:
            assert term.start < term.value_start <= term.end
        at = term.end
    assert text[at:].strip(" ") == ""


@pytest.fixture(scope="module")
def oracle() -> spf.query:
    query = spf.query(i="192.0.2.1", s="user@sender.example", h="helo.example", strict=True)
    query.p = "helo.example"
    return query


def oracle_takes(oracle: spf.query, term: str) -> bool:
    try:
        oracle.validate_mechanism(term)
    except spf.PermError:
        return False
    return True


def oracle_is_wrong(term: str) -> bool:
    """Where the oracle departs from the ABNF: it refuses names that end in `%%`, `%_` or `%-` (sections
    7.1 and 12 let them), and takes `-exists` without a domain."""
    domain, _, _ = term.partition("/")
    return domain.endswith(("%%", "%_", "%-")) or domain[1:] == "exists"


@given(term=st.one_of(NEARLY, DIRECTIVES))
def test_pyspf_agrees_on_valid_directives(oracle: spf.query, term: str) -> None:
    assume(not spf.RE_MODIFIER.match(term) and not oracle_is_wrong(term))
    (parsed,) = parse_spf(f"v=spf1 {term}").terms
    assert isinstance(parsed, Directive) == oracle_takes(oracle, term)
