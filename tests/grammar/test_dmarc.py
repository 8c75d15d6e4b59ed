"""DMARC records: what receivers take, what they take instead, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.grammar.dmarc import DEFAULTS, DmarcTree, is_dmarc, lowered, parse_dmarc
from mailcheck.grammar.dmarc_look_alike import misspelling

NAMES = st.from_regex(r"[a-zA-Z][a-zA-Z0-9_]{0,6}", fullmatch=True)
VALUES = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters=";"), max_size=12)
TAG_LISTS = st.lists(st.tuples(NAMES, VALUES), max_size=8)
WHITE = st.text(" \t", max_size=2)


def policy(rest: str) -> DmarcTree:
    return parse_dmarc(f"v=DMARC1; {rest}")


@given(TAG_LISTS, st.data())
def test_what_is_printed_is_parsed_back(tags: list[tuple[str, str]], data: st.DataObject) -> None:
    def printed(name: str, value: str) -> str:
        gaps = [data.draw(WHITE) for _ in range(4)]
        return f"{gaps[0]}{name}{gaps[1]}={gaps[2]}{value}{gaps[3]}"

    text = ";".join(["v=DMARC1", *(printed(name, value) for name, value in tags)])
    tree = parse_dmarc(text)
    assert [(tag.name, tag.value) for tag in tree.tags.tags] == [("v", "DMARC1"), *tags]
    assert [text[tag.value_start : tag.end] for tag in tree.tags.tags[1:]] == [value for _, value in tags]
    again = parse_dmarc(";".join(f"{tag.name}={tag.value}" for tag in tree.tags.tags))
    assert [(tag.name, tag.value) for tag in again.tags.tags] == [(tag.name, tag.value) for tag in tree.tags.tags]


@given(st.text(max_size=200))
def test_any_text_is_read_without_failing_and_every_part_lies_inside(text: str) -> None:
    record = f"v=DMARC1;{text}"
    tree = parse_dmarc(record)
    spans = [(fault.start, fault.end) for fault in tree.policy_faults]
    spans += [(uri.start, uri.end) for uri in (*tree.rua, *tree.ruf)]
    spans += [(uri.problem.start, uri.problem.end) for uri in (*tree.rua, *tree.ruf) if uri.problem]
    assert all(0 <= start <= end <= len(record) for start, end in spans)
    assert tree.effective_request("np") in (None, "none", "quarantine", "reject")
    assert all(tree.setting(name) for name in DEFAULTS)
    if (fault := misspelling(text)) is not None:
        assert 0 <= fault.start < fault.end <= len(text)


@pytest.mark.parametrize(
    "text", ["v=DMARC1", "v=DMARC1;", "v = DMARC1 ; p=none", "v\t=\tDMARC1;p=none", "v=DMARC1;;", "v=DMARC1 "]
)
def test_receivers_take_the_record(text: str) -> None:
    assert is_dmarc(text)
    assert misspelling(text) is None


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("nv=DMARC1; p=none", "nv"),
        ("V=DMARC1; p=none", "V"),
        ("v=DMARC; p=none", "DMARC"),
        ("v=dmarc1; p=none", "dmarc1"),
        ("v=DMARC2; p=none", "DMARC2"),
        ("v=DMARC10; p=none", "DMARC10"),
        ("v=DMRAC1; p=none", "DMRAC1"),
        ("v=DMARC1 p=none", "DMARC1 p=none"),
        ("v=DMARC1, p=none", "DMARC1, p=none"),
        ("p=none; v=DMARC1", "v=DMARC1"),
        ("; v=DMARC1; p=none", "v=DMARC1"),
        ("  v=DMARC1; p=none", "  "),
        ("DMARC1; p=none", "DMARC1"),
        ('"v=DMARC1; p=none"', '"v=DMARC1'),
        ("p=reject", "p=reject"),
        ("rua=mailto:a@example.com", "rua=mailto:a@example.com"),
        ("rua=MAILTO:a@example.com; DMARC1", "rua=MAILTO:a@example.com"),
    ],
)
def test_receivers_ignore_the_look_alike(text: str, wrong: str) -> None:
    assert not is_dmarc(text)
    fault = misspelling(text)
    assert fault is not None
    assert text[fault.start : fault.end] == wrong


@pytest.mark.parametrize("text", ["", "v=spf1 -all", "dmarc-verification=abc", "p=MIGf", "v=DKIM1; p=", "note"])
def test_other_text_is_no_look_alike(text: str) -> None:
    assert not is_dmarc(text)
    assert misspelling(text) is None


@pytest.mark.parametrize(
    ("rest", "requests"),
    [
        ("p=reject", ("reject", "reject", "reject")),
        ("p=Reject; sp=QUARANTINE", ("reject", "quarantine", "quarantine")),
        ("p=none; sp=quarantine; np=reject", ("none", "quarantine", "reject")),
        ("p=none; np=reject", ("none", "none", "reject")),
        ("sp=reject; t=y; p=none; ", ("none", "reject", "reject")),
        ("", (None, None, None)),
        ("p=rejct", (None, None, None)),
        ("p=reject; sp=", (None, None, None)),
        ("p=reject; sp=; rua=a@example.com", (None, None, None)),
        ("rua=mailto:a@example.com", ("none", "none", "none")),
        ("p=reject; np=no; rua=b,mailto:a@example.com", ("none", "none", "none")),
        ("p=reject; rua=https://example.com/", ("reject", "reject", "reject")),
    ],
)
def test_the_policy_that_receivers_apply(rest: str, requests: tuple[str | None, ...]) -> None:
    tree = policy(rest)
    assert (tree.effective_request("p"), tree.effective_request("sp"), tree.effective_request("np")) == requests


@pytest.mark.parametrize(
    ("rest", "faults"),
    [
        ("p=none", []),
        ("", [("p", "v=DMARC1")]),
        ("p=rejct; sp=x; np=none", [("p", "rejct"), ("sp", "x")]),
        ("policy=reject; sp=x", [("policy", "policy"), ("sp", "x")]),
        ("P=None", [("P", "P")]),
        ("p reject", [("p reject", "p reject")]),
        ("1=reject", [("1=reject", "1=reject")]),
        ("pct=100; p:", [("p", "v=DMARC1")]),
        ("p=reject rua=mailto:a@example.com", [("p", "reject rua=mailto:a@example.com")]),
    ],
)
def test_why_there_is_no_policy(rest: str, faults: list[tuple[str, str]]) -> None:
    tree = policy(rest)
    assert [(fault.written, tree.text[fault.start : fault.end]) for fault in tree.policy_faults] == faults


def test_a_missing_semicolon_is_named_as_such() -> None:
    assert policy("p=reject sp=none").policy_faults[0].message == "a semicolon is missing after `p=reject`"


@pytest.mark.parametrize(
    ("rest", "settings", "discarded"),
    [
        ("p=none", {}, []),
        ("adkim=s; aspf=S; psd=n; t=y; fo=1:d:s", {"adkim": "s", "aspf": "s", "psd": "n", "t": "y"}, []),
        ("adkim=strict", {"adkim": "r"}, ["adkim"]),
        ("t=1; psd=x; aspf=", {"t": "n", "psd": "u", "aspf": "r"}, ["aspf", "psd", "t"]),
        ("fo=0:1", {"fo": "0"}, ["fo"]),
        ("fo=d:d", {"fo": "0"}, ["fo"]),
        ("fo=1: d", {"fo": "0"}, ["fo"]),
        ("fo=", {"fo": "0"}, ["fo"]),
        ("fo=D:0:s", {"fo": "d:0:s"}, []),
        ("fo=s:d", {"fo": "s:d"}, []),
        ("t=n; t=y", {"t": "n"}, []),
    ],
)
def test_wrong_settings_give_way_to_the_default(rest: str, settings: dict[str, str], discarded: list[str]) -> None:
    tree = policy(rest)
    assert {name: tree.setting(name) for name in settings} == settings
    assert sorted(tag.name for tag in tree.discarded) == discarded


def test_testing_lowers_a_policy_by_one_level() -> None:
    assert policy("p=reject; t=y").testing
    assert not policy("p=reject; t=yes").testing
    assert [lowered("reject"), lowered("quarantine"), lowered("none")] == ["quarantine", "none", "none"]
