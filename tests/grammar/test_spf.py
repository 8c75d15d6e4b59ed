"""SPF records as RFC 7208 section 12 reads them, and what is said where they break it."""

import time
from ipaddress import IPv4Address, IPv6Address

import pytest

from mailcheck.grammar.spf import Directive, Invalid, Modifier, SpfTree, is_spf, parse_spf


def only(term: str) -> Directive | Modifier | Invalid:
    """The single term of a record."""
    (parsed,) = parse_spf(f"v=spf1 {term}").terms
    return parsed


def directive(term: str) -> Directive:
    parsed = only(term)
    assert isinstance(parsed, Directive), parsed
    return parsed


def domain(term: Directive) -> str:
    assert term.domain is not None
    return term.domain.text


@pytest.mark.parametrize("text", ["v=spf1", "v=spf1 -all", "V=SPF1 ", "v=spf1  mx"])
def test_version_ends_at_a_space_or_the_end(text: str) -> None:
    assert is_spf(text)


@pytest.mark.parametrize(
    "text", ["", "v=spf", "v=spf10", "v=spf1\t-all", " v=spf1", "spf2.0/mfrom", "v=spf1include:x"]
)
def test_other_texts_are_no_spf(text: str) -> None:
    assert not is_spf(text)


def test_terms_keep_their_places_and_order() -> None:
    text = "v=spf1  ip4:192.0.2.0/24 ~a:mail.example.com//64 redirect=_spf.example.net  "
    tree = parse_spf(text)
    assert [text[term.start : term.end] for term in tree.terms] == [
        "ip4:192.0.2.0/24",
        "~a:mail.example.com//64",
        "redirect=_spf.example.net",
    ]
    values = [text[term.value_start : term.end] for term in tree.terms if not isinstance(term, Invalid)]
    assert values == [
        "192.0.2.0/24",
        "mail.example.com//64",
        "_spf.example.net",
    ]
    assert tree.invalid == ()


def test_a_record_without_terms() -> None:
    assert parse_spf("v=spf1").terms == ()
    assert parse_spf("v=spf1   ").terms == ()


def test_qualifiers() -> None:
    signs = [(term.qualifier, term.explicit) for term in parse_spf("v=spf1 a +a -a ~a ?a").directives]
    assert signs == [("+", False), ("+", True), ("-", True), ("~", True), ("?", True)]


def test_names_are_case_insensitive_and_come_out_in_lower_case() -> None:
    assert directive("INCLUDE:Example.COM").mechanism == "include"
    assert domain(directive("INCLUDE:Example.COM")) == "Example.COM"
    modifier = only("Redirect=example.com")
    assert isinstance(modifier, Modifier)
    assert modifier.name == "redirect"


def test_addresses_keep_their_host_bits() -> None:
    term = directive("ip4:192.0.2.77/24")
    assert (term.address, term.prefix4, term.prefix6) == (IPv4Address("192.0.2.77"), 24, None)
    term = directive("ip6:2001:db8::1/32")
    assert (term.address, term.prefix4, term.prefix6) == (IPv6Address("2001:db8::1"), None, 32)
    assert directive("ip6:::1.1.1.1/0").prefix6 == 0


@pytest.mark.parametrize(
    ("term", "lengths"),
    [
        ("a", (None, None)),
        ("a/0", (0, None)),
        ("a/32", (32, None)),
        ("mx//0", (None, 0)),
        ("mx//128", (None, 128)),
        ("a/24//64", (24, 64)),
        ("a:mail.example.com/24//64", (24, 64)),
        ("a:foo:bar/baz.e12", (None, None)),
        ("a:foo/24.example/8", (8, None)),
    ],
)
def test_prefix_lengths(term: str, lengths: tuple[int | None, int | None]) -> None:
    parsed = directive(term)
    assert (parsed.prefix4, parsed.prefix6) == lengths


def test_a_name_ends_before_its_prefix_length() -> None:
    assert domain(directive("a:mail.example.com/24//64")) == "mail.example.com"
    assert domain(directive("a:foo/24.example/8")) == "foo/24.example"
    assert directive("mx/24").domain is None


@pytest.mark.parametrize(
    "name",
    [
        "example.com",
        "example.com.",
        "_spf.example.com",
        "a.b-c.xn--p1ai",
        "example.1a",
        "example.1-2",
        ".com",
        "a..com",
        "%{d}",
        "%{i}._spf.%{d2}",
        "x%%",
        "%-",
        "%_",
        "%{d1r/}",
        "foo:bar.com",
        "a=b.com",
    ],
)
@pytest.mark.parametrize("before", ["include:", "a:", "mx:", "ptr:", "exists:"])
def test_names_that_the_grammar_takes(before: str, name: str) -> None:
    assert domain(directive(before + name)) == name


def test_unknown_modifiers_are_modifiers() -> None:
    text = "v=spf1 include=example.com ip4=192.0.2.1 x.y-z_1= all=a:b/c op=%{d}"
    tree = parse_spf(text)
    assert [modifier.name for modifier in tree.modifiers] == ["include", "ip4", "x.y-z_1", "all", "op"]
    assert [modifier.value.text for modifier in tree.modifiers] == [
        "example.com",
        "192.0.2.1",
        "",
        "a:b/c",
        "%{d}",
    ]
    assert tree.invalid == ()


def test_first_modifier_of_a_name() -> None:
    tree = parse_spf("v=spf1 redirect=a.example exp=e.example redirect=b.example")
    redirect = tree.modifier("redirect")
    assert redirect is not None
    assert redirect.value.text == "a.example"
    assert tree.modifier("other") is None


INVALID = [
    # term, the part at fault, words of the message
    ("moo", "moo", "unknown mechanism `moo`"),
    ("inclde:example.com", "inclde", "did you mean `include`?"),
    ("-al", "al", "did you mean `all`?"),
    ("a1b2c3d4e5f6g7h8i9j0k", "a1b2c3d4e5f6g7h8i9j0k", "unknown mechanism"),
    ("moo.cow/far_out=man:dog/cat", "moo.cow", "unknown mechanism `moo.cow`"),
    ("redirect:example.com", "redirect", "write `redirect=`"),
    ("exp:example.com", "exp", "write `exp=`"),
    ("-redirect=example.com", "-", "the modifier `redirect=` takes no qualifier"),
    ("ip:192.0.2.1", "ip", "did you mean `ip4`?"),
    ("ip:2001:db8::1", "ip", "did you mean `ip6`?"),
    ("ipv4:192.0.2.1", "ipv4", "did you mean `ip4`?"),
    ("ipv6:2001:db8::1", "ipv6", "did you mean `ip6`?"),
    ("192.0.2.0/24", "192.0.2.0", "write `ip4:` before it"),
    ("+2001:db8::1", "2001:db8::1", "write `ip6:` before it"),
    ("192.0.2.1:", "192.0.2.1", "write `ip4:` before it"),
    ("_spf.example.com", "_spf.example.com", "a bare name"),
    ("mx-all", "mx-all", "a space is missing before `-all`"),
    ("mx,a", "mx,a", "not by `,`"),
    ("--all", "-all", "unknown mechanism `-all`"),
    (":example.com", ":example.com", "names no mechanism"),
    ("=all", "=all", "names no mechanism"),
    ("all:x", ":x", "`all` takes no value"),
    ("all/8", "/8", "`all` takes no value"),
    ("ip4", "ip4", "needs `:` and an address"),
    ("ip4:", "ip4:", "needs `:` and an address"),
    ("ip6/32", "ip6/32", "needs `:` and an address"),
    ("ip4:/24", "ip4:/24", "needs `:` and an address"),
    ("ip4:10.0.0.300", "10.0.0.300", "`10.0.0.300` is not an IPv4 address"),
    ("ip4:10.0.0.300/24", "10.0.0.300", "`10.0.0.300` is not an IPv4 address"),
    ("ip4:192.0.2", "192.0.2", "`192.0.2` is not an IPv4 address"),
    ("ip4:192.0.02.1", "192.0.02.1", "is not an IPv4 address"),
    ("ip4:192.0.2.1:25", "192.0.2.1:25", "is not an IPv4 address"),
    ("ip4:2001:db8::1", "2001:db8::1", "write `ip6:`"),
    ("ip6:192.0.2.1", "192.0.2.1", "write `ip4:`"),
    ("ip6:fe80::1%eth0", "fe80::1%eth0", "is not an IPv6 address"),
    ("ip6:example.com", "example.com", "is not an IPv6 address"),
    ("ip4:mail.example.com", "mail.example.com", "is a name, not an IPv4 address"),
    ("ip4:192.0.2.1,192.0.2.2", "192.0.2.1,192.0.2.2", "not by `,`"),
    ("ip4:192.0.2.1-all", "192.0.2.1-all", "a space is missing before `-all`"),
    ("ip4:" + "1" * 100, "1" * 100, "…` is not an IPv4 address"),
    ("ip4:192.0.2.0/33", "33", "0 to 32, not 33"),
    ("ip4:192.0.2.0/08", "08", "no leading zero"),
    ("ip4:192.0.2.0/" + "9" * 5000, "9" * 5000, "0 to 32"),
    ("ip4:192.0.2.0/", "/", "no prefix length"),
    ("ip4:192.0.2.0//24", "//24", "no prefix length"),
    ("ip4:192.0.2.0/x", "/x", "no prefix length"),
    ("ip6:2001:db8::/129", "129", "0 to 128, not 129"),
    ("ip6:2001:db8::1//64", "//64", "one slash"),
    ("a/33", "33", "0 to 32"),
    ("a//129", "129", "0 to 128"),
    ("a/24/64", "/24/64", "no prefix length"),
    ("mx/", "/", "no prefix length"),
    ("mx/x", "/x", "no prefix length"),
    ("a:example.com/33", "33", "0 to 32"),
    ("a:example.com/24/64", "/24/64", "no prefix length"),
    ("a:example.com/x", "/x", "no prefix length"),
    ("exists:example.com/24", "/24", "no prefix length that may stand here"),
    ("ptr/24", "/24", "takes no prefix length"),
    ("include", "include", "needs `:` and a domain name"),
    ("exists", "exists", "needs `:` and a domain name"),
    ("include/24", "/24", "takes no prefix length"),
    ("include:", "include:", "a domain name is missing after `include:`"),
    ("ptr:", "ptr:", "a domain name is missing"),
    ("a:/24", "a:/24", "a domain name is missing"),
    ("redirect=", "redirect=", "a domain name is missing after `redirect=`"),
    ("exp=", "exp=", "a domain name is missing"),
    ("include:192.0.2.1", "192.0.2.1", "write `ip4:`"),
    ("include:192.0.2.1/24", "192.0.2.1/24", "write `ip4:`"),
    ("a:2001:db8::1", "2001:db8::1", "write `ip6:`"),
    ("redirect=192.0.2.1", "192.0.2.1", "an address where a name must stand"),
    ("a:museum", "museum", "a single label"),
    ("a:museum.", "museum.", "a single label"),
    ("a:.", ".", "ends in an empty label"),
    ("a:example.com..", ".", "ends in an empty label"),
    ("a:example.com:8080", "com:8080", "cannot be the last label"),
    ("a:example.111", "111", "cannot be the last label"),
    ("a:example.-com", "-com", "cannot be the last label"),
    ("a:example.com-", "com-", "cannot be the last label"),
    ("a:example.c_m", "c_m", "cannot be the last label"),
    ('a:"example.com"', 'com"', "cannot be the last label"),
    ("include:a.example~all", "a.example~all", "a space is missing before `~all`"),
    ("include:a.example,mx", "a.example,mx", "not by `,`"),
    ("exists:%{d}x", "x", "a dot is missing between the macro and `x`"),
    ("exists:%{d}.x_", "x_", "cannot be the last label"),
    ("exists:%{z}.example", "z", "unknown macro letter `z`"),
    ("exists:a.%{d", "%{", "never closed"),
    ("exists:a.%(d).example", "%", "must be followed by"),
    ("foo=%abc", "%", "must be followed by"),
    ("exists:%{c}.example", "%{c}", "only in the text that `exp=` leads to"),
    ("exp=%{r}.example", "%{r}", "only in the text that `exp=` leads to"),
    ("mx\t-all", "\t", "a tab may not stand"),
    ("\t", "\t", "a tab may not stand"),
    ("a:x\x00.example", "\x00", "control character \\000"),
    ("a:x\x7f.example", "\x7f", "control character \\127"),
    ("include:b\xc3\xbcro.example", "\xc3\xbc", "only ASCII"),
    ("\x96all", "\x96", "only ASCII"),
]


@pytest.mark.parametrize(("term", "part", "words"), INVALID)
def test_what_the_grammar_refuses(term: str, part: str, words: str) -> None:
    text = f"v=spf1 a:mail.example.com/32 {term}  -all"
    tree = parse_spf(text)
    (wrong,) = tree.invalid
    assert text[wrong.start : wrong.end] == term
    assert text[wrong.at_start : wrong.at_end] == part
    assert words in wrong.message
    assert len(wrong.message) < 200
    assert len(tree.terms) == 3


def test_every_wrong_term_is_told() -> None:
    assert len(parse_spf("v=spf1 moo cow ip4:x a").invalid) == 3


HOSTILE = {
    "open macros": "%{" * 30_000,
    "open macros in a name": "include:" + "%{" * 30_000,
    "macros": "exists:" + "%{d}" * 15_000,
    "macro digits": "exists:%{d" + "1" * 60_000,
    "prefix digits": "a/" + "1" * 60_000,
    "prefixes": "a" + "/1" * 30_000,
    "slashes": "a:" + "/" * 60_000,
    "terms": "a:mail.example.com " * 4_000,
    "joined": "-all" * 15_000,
    "commas": "a:b" + "," * 60_000,
    "octets": "\xff" * 60_000,
    "labels": "include:" + "a." * 30_000 + "1",
    "word": "x" * 60_000,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_long_texts_take_linear_time(what: str) -> None:
    text = f"v=spf1 {HOSTILE[what]}"
    start = time.process_time()
    tree: SpfTree = parse_spf(text)
    assert time.process_time() - start < 1.0
    assert all(len(term.message) < 200 for term in tree.invalid)
