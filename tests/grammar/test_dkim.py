"""DKIM key records: what is read, what verifiers refuse, and where the fault stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.grammar.dkim import is_key, parse_key
from mailcheck.lint.placeholders import fill

RSA = fill("", "{rsa2048.public}")
ED25519 = fill("", "{ed25519.public}")


def faults(text: str) -> list[tuple[str, str]]:
    """Kind and text of each problem."""
    return [(problem.kind, text[problem.start : problem.end]) for problem in parse_key(text).problems]


@pytest.mark.parametrize(
    "text",
    [
        f"v=DKIM1; k=rsa; p={RSA}",
        f"v=DKIM1; k=rsa; p={RSA};",
        f"p={RSA}",
        f"k=RSA; p={RSA}; v2=x",
        f" v = DKIM1 ;\tp = {RSA[:100]} {RSA[100:200]}\t{RSA[200:]} ",
        f"v=DKIM1; h=sha256; s=email; t=y:s; n=free text with p = sign; p={RSA}",
        f"v=DKIM1; s=tlsrpt; p={RSA}",
        f"k=ed25519; p={ED25519}",
        "v=DKIM1; p=",
        "p=MIIB k=",
    ],
)
def test_valid(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "where"),
    [
        (f"k=rsa; p={RSA}; k=rsa", "duplicate", "k=rsa"),
        (f"v=DKIM1; x; p={RSA}", "tag-list", "x"),
        (f"v=DKIM1; {RSA}", "tag-list", RSA),
        (f"v=DKIM1; -=x; p={RSA}", "tag-list", "-=x"),
        (f"v=DKIM1;;p={RSA}", "tag-list", ";"),
        (f"v=DKIM1; ;p={RSA}", "tag-list", " "),
        (f"k=rsa; v=DKIM1; p={RSA}", "version", "v=DKIM1"),
        (f"v=dkim1; p={RSA}", "version", "v=dkim1"),
        (f"v=; p={RSA}", "version", "v="),
        ("v=spf1 -all", "version", "v=spf1 -all"),
        ("v=DKIM1; k=rsa", "no-key", "v=DKIM1; k=rsa"),
        ("hello", "no-key", "hello"),
        ("", "no-key", ""),
        (f"v=DKIM1; P={RSA}", "no-key", "P"),
        ('p="MIIB"', "not-base64", '"'),
        ("p=MII%%B", "not-base64", "%%"),
        ("p=MII\u00e9", "not-base64", "\u00e9"),
        ("p=MI=IB", "not-base64", "="),
        (f"v=DKIM1; k=rsa p={RSA}", "missing-semicolon", "p"),
        (f"v=DKIM1\tk=rsa; p={RSA}", "missing-semicolon", "k"),
        (f"v=DKIM1; p={RSA} k=rsa", "missing-semicolon", "k"),
        (f"k=dsa; p={RSA}", "unusable", "dsa"),
        (f"k=; p={RSA}", "unusable", "k="),
        (f"h=sha512; p={RSA}", "unusable", "sha512"),
        (f"h=; p={RSA}", "unusable", "h="),
        (f"s=web:other; p={RSA}", "unusable", "web:other"),
    ],
)
def test_fault(text: str, kind: str, where: str) -> None:
    assert faults(text) == [(kind, where)]


def test_lists_are_read_in_lower_case_with_their_places() -> None:
    text = "h= SHA1 : sha256; t=s:Y:; p=MIIB"
    record = parse_key(text)
    assert [(item.value, text[item.start : item.end]) for item in record.hashes or ()] == [
        ("sha1", "SHA1"),
        ("sha256", "sha256"),
    ]
    assert [item.value for item in record.flags or ()] == ["s", "y"]
    assert record.services is None
    assert record.flag("y") is not None
    assert record.flag("x") is None


def test_key_without_its_white_space() -> None:
    record = parse_key("p= MI \t IB\r\n AA ;")
    assert record.encoded == "MIIBAA"
    assert record.is_readable
    assert not record.is_revoked


@pytest.mark.parametrize("text", ["p=", "p= ;t=s", "v=DKIM1; p=\t"])
def test_empty_p_is_revoked(text: str) -> None:
    assert parse_key(text).is_revoked
    assert not parse_key(text).is_readable


@pytest.mark.parametrize("text", ["v=DKIM1", "k=dsa; p=MIIB", "p=MII*", "p=MIIB k=rsa"])
def test_unreadable_key(text: str) -> None:
    assert not parse_key(text).is_readable
    assert not parse_key(text).is_revoked


@pytest.mark.parametrize(
    "text",
    ["v=DKIM1; p=", " V = dkim1; k=rsa; p=x", f"k=rsa; p={RSA}", f"p={RSA}", f"k=ed25519; p={ED25519}"],
)
def test_reads_as_key(text: str) -> None:
    assert is_key(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v=spf1 -all",
        "v=DMARC1; p=reject",
        f"v=OTHER1; k=rsa; p={RSA}",
        "k=rsa",
        "k=rsa; p=short",
        f"k=other; p={ED25519}",
        "k=rsa; p=" + "*" * 60,
        f"google-site-verification={ED25519}p",
        f"MI; q={RSA} p",
    ],
)
def test_reads_as_something_else(text: str) -> None:
    assert not is_key(text)


TEXT = st.text(alphabet='vkhstnpP=;: \t\r"\\*%MIIB1sha256rsaDKIM1\u00e9', max_size=80)


@given(TEXT)
def test_any_text_is_read_and_every_place_lies_in_it(text: str) -> None:
    record = parse_key(text)
    is_key(text)
    for problem in record.problems:
        assert 0 <= problem.start <= problem.end <= max(len(text), 1)
        assert problem.message
        assert problem.help
    for item in (*(record.hashes or ()), *(record.services or ()), *(record.flags or ())):
        assert text[item.start : item.end].lower() == item.value


@given(st.dictionaries(st.sampled_from("knst"), st.sampled_from(["rsa", "email", "*", "y", "s"]), max_size=4))
def test_order_of_the_other_tags_does_not_matter(others: dict[str, str]) -> None:
    values = {"k": "rsa", "n": "note", "s": "email", "t": "s"}
    tags = [f"{name}={values[name]}" for name in others] + [f"p={RSA}"]
    assert faults("v=DKIM1; " + "; ".join(tags)) == []
    assert faults("; ".join(reversed(tags))) == []


@pytest.mark.parametrize("unit", [" ", ";", "=", "p=", "k=rsa ", "= ", "\tp", ":", "v=DKIM1 "])
def test_long_hostile_text_takes_linear_time(unit: str) -> None:
    text = "v=DKIM1; p=" + unit * (200_000 // len(unit))
    assert parse_key(text).tags.text == text
