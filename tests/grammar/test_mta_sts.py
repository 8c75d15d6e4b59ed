"""MTA-STS records and policies: what is read, what senders refuse, and where the fault stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.grammar.mta_sts import is_sts, matches, parse_policy, parse_record

POLICY = "version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\nmax_age: 604800\n"


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("v=STSv1; id=20260131", "20260131"),
        ("v=STSv1;id=a", "a"),
        ("v=STSv1 ; id=a ;", "a"),
        ("v=STSv1; x-note.1=b; id=" + "a" * 32, "a" * 32),
    ],
)
def test_valid_record(text: str, identity: str) -> None:
    record = parse_record(text)
    assert record.faults == ()
    assert record.id == identity
    assert is_sts(text)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("v=STSv1", "v=STSv1"),
        ("v=stsv1; id=1", "v=stsv1;"),
        (" v=STSv1; id=1", " v=STSv1;"),
        ("v=STSv12; id=1", "v=STSv12;"),
        ("id=1; v=STSv1;", "id=1;"),
        ("", ""),
        ("v=STSv1;", "v=STSv1;"),
        ("v=STSv1; id=", ""),
        ("v=STSv1; id=a-b", "a-b"),
        ("v=STSv1; id=" + "a" * 33, "a" * 33),
        ("v=STSv1; id=\u0661", "\u0661"),
        ("v=STSv1; id =1", " ="),
        ("v=STSv1; id=1; oops", "oops"),
        ("v=STSv1;; id=1", ";"),
        ("v=STSv1; id=1; -x=1", "-x=1"),
    ],
)
def test_fault_of_record(text: str, where: str) -> None:
    record = parse_record(text)
    assert [text[fault.start : fault.end] for fault in record.faults] == [where]


def test_valid_policy() -> None:
    policy = parse_policy(POLICY)
    assert policy.faults == ()
    assert policy.mode == "enforce"
    assert policy.max_age == 604_800
    assert [field.value for field in policy.patterns] == ["mail.example.com", "*.example.net"]


@pytest.mark.parametrize(
    "text",
    [
        POLICY.replace("\n", "\r\n"),
        POLICY.rstrip(),
        POLICY + "\r\n\n",
        POLICY.replace(": ", ":"),
        POLICY.replace(": ", ":\t "),
        POLICY.replace("\n", "  \n"),
        POLICY + "x-note.2: one two; three=4\n",
        "version: STSv1\nmode: none\nmax_age: 0\n",
        POLICY + "mode: enforce\n",
    ],
)
def test_policy_in_other_dress(text: str) -> None:
    assert parse_policy(text).faults == ()


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", [""]),
        ("\n\n", [""]),
        (POLICY.replace("STSv1", "STSV1"), ["STSV1"]),
        (POLICY.replace("enforce", "Enforce"), ["Enforce"]),
        (POLICY.replace("604800", "-1"), ["-1"]),
        (POLICY.replace("604800", "1" * 11), ["1" * 11]),
        (POLICY.replace("604800", "\u0661"), ["\u0661"]),
        (POLICY.replace("mail.example.com", "mail.example.com."), ["mail.example.com."]),
        (POLICY.replace("mail.example.com", "mail.*.example.com"), ["mail.*.example.com"]),
        (POLICY.replace("mail.example.com", "a b"), ["a b"]),
        (POLICY.replace("mail.example.com", ".".join(["a" * 60] * 5)), [".".join(["a" * 60] * 5)]),
        (POLICY.replace("version: STSv1\n", ""), ["mode: enforce"]),
        (POLICY.replace("mode: enforce\n", ""), ["version: STSv1"]),
        (POLICY.replace("max_age: 604800\n", ""), ["version: STSv1"]),
        ("version: STSv1\nmode: testing\nmax_age: 1", ["version: STSv1"]),
        (POLICY.replace("max_age", "Max_Age"), ["Max_Age"]),
        (POLICY.replace("mode: enforce", "mode: enforce\n mode: none"), [" mode: none"]),
        (POLICY.replace("mode: enforce", "mode: enforce\nmode: none"), ["mode: none"]),
        (POLICY.replace("\nmode", "\n\nmode"), [""]),
        (POLICY + "nonsense\n", ["nonsense"]),
    ],
)
def test_fault_of_policy(text: str, where: list[str]) -> None:
    assert [text[fault.start : fault.end] for fault in parse_policy(text).faults] == where


def test_wrong_values_read_as_missing() -> None:
    policy = parse_policy("version: STSv1\nmode: report\nmax_age: soon\nmx: -\n")
    assert (policy.mode, policy.max_age, policy.patterns) == ("", None, ())
    assert policy.field("mx") is not None
    assert policy.field("other") is None


@pytest.mark.parametrize(
    ("pattern", "host", "covered"),
    [
        ("mail.example.com", "mail.example.com.", True),
        ("MAIL.example.com", "mail.Example.com", True),
        ("mail.example.com", "mail2.example.com", False),
        ("*.example.com", "mail.example.com.", True),
        ("*.example.com", "a.mail.example.com.", False),
        ("*.example.com", "example.com.", False),
        ("example.com", "mail.example.com.", False),
    ],
)
def test_pattern(pattern: str, host: str, covered: bool) -> None:
    assert matches(pattern, host) is covered


LINE = st.text(alphabet="version: STSv1modemx_agenforce\t\r-*.09", max_size=30)


@given(st.lists(LINE, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_any_policy_is_read_and_every_place_lies_in_it(lines: list[str], end: str) -> None:
    text = end.join(lines)
    policy = parse_policy(text)
    for fault in policy.faults:
        assert 0 <= fault.start <= fault.end <= len(text)
    for field in policy.fields:
        assert text[field.start :].startswith(field.name)
        assert text[field.value_start : field.end] == field.value


@given(st.text(alphabet="v=STSv1; id\t-.09x", max_size=40))
def test_any_record_is_read_and_every_place_lies_in_it(text: str) -> None:
    for fault in parse_record(text).faults:
        assert 0 <= fault.start <= fault.end <= max(len(text), 1)


LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)


@given(st.lists(LABEL, min_size=2, max_size=4))
def test_a_name_is_covered_by_itself_and_by_its_wildcard(labels: list[str]) -> None:
    host = ".".join(labels)
    assert matches(host, host + ".")
    assert matches(".".join(["*", *labels[1:]]), host)
    assert not matches(".".join(["*", *labels]), host)


@pytest.mark.parametrize("unit", [" ", "=", " =", ";", "a", "\n", "mx: a\n", "mx: *.a.\n"])
def test_long_hostile_text_takes_linear_time(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    parse_policy(text)
    assert parse_record("v=STSv1;" + text).id == ""


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("\ufeff" + POLICY, ["\ufeff"]),
        (POLICY.replace(":", " :"), [" "]),
        ("\n".join(f"  {line}" for line in POLICY.strip().split("\n")), ["  version: STSv1"]),
        (POLICY.replace("mode:", "mode\t :"), ["\t "]),
        (POLICY.replace("mode:", "mode ="), ["mode = enforce"]),
        (POLICY.replace("version:", "Version"), ["Version STSv1"]),
        ("\ufeff", [""]),
    ],
)
def test_one_cause_is_one_fault(text: str, where: list[str]) -> None:
    policy = parse_policy(text)
    assert [text[fault.start : fault.end] for fault in policy.faults] == where
