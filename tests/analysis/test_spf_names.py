"""From SPF macro strings to DNS names (RFC 7208 sections 4.8 and 7)."""

import pytest

from mailcheck.analysis.spf_names import dns_name, expand, target_of
from mailcheck.grammar.spf import Directive, Modifier, parse_spf
from mailcheck.grammar.spf_macro import MacroString, parse_macro

# The examples of RFC 7208 section 7.4.
VALUES = {
    "s": "strong-bad@email.example.com",
    "o": "email.example.com",
    "d": "email.example.com",
    "l": "strong-bad",
    "i": "192.0.2.3",
    "v": "in-addr",
}


@pytest.mark.parametrize(
    ("macro", "result"),
    [
        ("%{s}", "strong-bad@email.example.com"),
        ("%{o}", "email.example.com"),
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
        ("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"),
        ("%{S}", "strong-bad%40email.example.com"),
        ("%{d" + "9" * 5000 + "}", "email.example.com"),
        ("a%%b%_c%-d", "a%b c%20d"),
    ],
)
def test_expansion(macro: str, result: str) -> None:
    parsed = parse_macro(macro)
    assert isinstance(parsed, MacroString)
    assert expand(parsed, VALUES) == result


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Example.COM", "example.com."),
        ("example.com.", "example.com."),
        ("a b.example", "a\\032b.example."),
        ("x@y$.example", "x\\@y\\$.example."),
        ("\xff.example", "\\255.example."),
        ("foo:bar/baz.example", "foo:bar/baz.example."),
        ("a..example", None),
        (".example", None),
        ("", None),
        ("." * 3, None),
        ("a" * 63 + ".example", "a" * 63 + ".example."),
        ("a" * 64 + ".example", None),
        ("a" * 300, None),
    ],
)
def test_names(text: str, name: str | None) -> None:
    assert dns_name(text) == name


def test_a_long_name_loses_labels_from_the_left_until_it_fits() -> None:
    labels = [f"label{number}" for number in range(10, 99)]
    name = dns_name(".".join(labels))
    assert name is not None
    assert name.endswith(".label97.label98.")
    assert 253 - len("label10.") < len(name.removesuffix(".")) <= 253
    exact = ".".join(["a" * 62, "b" * 62, "c" * 63, "d" * 63])
    assert len(exact) == 253
    assert dns_name(exact) == exact + "."
    assert dns_name("x." + exact) == exact + "."
    assert dns_name("x" + exact) == ".".join(["b" * 62, "c" * 63, "d" * 63]) + "."


@pytest.mark.parametrize(
    ("term", "target"),
    [
        ("a", "news.example.com."),
        ("mx:Mail.Example.NET", "mail.example.net."),
        ("include:_spf.%{d}", "_spf.news.example.com."),
        ("include:%{d2}", "example.com."),
        ("redirect=%{D}", "news.example.com."),
        ("include:%{o}", None),
        ("exists:%{i}.%{d}", None),
        ("a:a..example", None),
    ],
)
def test_targets(term: str, target: str | None) -> None:
    (parsed,) = parse_spf(f"v=spf1 {term}").terms
    assert isinstance(parsed, Directive | Modifier)
    assert target_of(parsed, "news.example.com.") == target


def test_the_current_domain_loses_its_escapes() -> None:
    (parsed,) = parse_spf("v=spf1 include:%{d}").directives
    assert target_of(parsed, "a\\@b\\032.example.com.") == "a\\@b\\032.example.com."
