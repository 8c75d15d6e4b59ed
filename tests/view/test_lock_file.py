"""`mailcheck.lock` as text: what is written is read, what is wrong is told, one fact keeps one line."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.model.dns import POLICY, Absent, Present, Question, Unknown
from mailcheck.model.location import NOWHERE
from mailcheck.model.record import Record
from mailcheck.view.lock_read import read_lock
from mailcheck.view.lock_write import fact_line, write_lock
from mailcheck.view.locked import Fact, Locked

DAY = date(2026, 11, 25)
HEAD = "# mailcheck.lock 1: test\n# verified 2026-11-25 from 192.0.2.53\n"
names = st.from_regex(r"(?:[a-z0-9_-]{1,5}\.){1,4}|\\\.[a-z]\.|\\009x\.", fullmatch=True)
hostile = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from('"\\\n\r\t\x1b\x7f\x00\xff #->'))
) | st.sampled_from(
    ["nodata", "nxdomain", "unusable", "->", "kept:2026-01-01", "#", "# verified", "<<<<<<< x", ""]
)
days = st.none() | st.dates()
chains = st.lists(names, max_size=3)


def present(name: str, rtype: str, *values: str, chain: tuple[str, ...] = (), ttl: int = 0) -> Present:
    records = tuple(Record(name, rtype, ttl, value, NOWHERE, NOWHERE) for value in values)
    return Present(records, chain, source="live")


@st.composite
def facts(draw: st.DrawFn) -> tuple[Question, Fact]:
    name, rtype = draw(names), draw(st.sampled_from(["TXT", "CAA", POLICY]))
    led = draw(chains)
    chain = (name, *led) if draw(st.booleans()) or led else ()
    kept = draw(days)
    end = draw(names) if chain else name
    target = draw(st.sampled_from(["", end])) if chain else ""
    kind = draw(st.sampled_from(["values", "absent", "unusable"]))
    if kind == "absent":
        absent = Absent(draw(st.sampled_from(["nodata", "nxdomain"])), chain, "lock", target)
        return Question(name, rtype), Fact(absent, kept)
    if kind == "unusable":
        return Question(name, rtype), Fact(Unknown("unusable", draw(hostile), chain, target), kept)
    values = draw(st.sets(hostile, min_size=1, max_size=4))
    return Question(name, rtype), Fact(present(end, rtype, *values, chain=chain), kept)


def meaning(facts: Mapping[Question, Fact]) -> object:
    def of(fact: Fact) -> object:
        answer = fact.answer
        if not isinstance(answer, Present):
            return answer, fact.kept
        return {(record.name, record.type, record.text) for record in answer.records}, answer.chain, fact.kept

    return {question: of(fact) for question, fact in facts.items()}


@given(st.lists(facts(), max_size=6))
def test_what_is_written_is_read_whatever_it_holds(pairs: list[tuple[Question, Fact]]) -> None:
    written = dict(pairs)
    text = write_lock(written, DAY, ["192.0.2.53"])
    assert len(text.splitlines()) == len(text.split("\n")) - 1 == 3 + len(written)
    assert text.isascii()
    lock = read_lock(text, "mailcheck.lock")
    assert lock.refused == ()
    assert meaning(lock.facts) == meaning(written)
    assert (lock.verified, lock.resolvers) == (DAY, ("192.0.2.53",))
    assert write_lock(lock.facts, DAY, lock.resolvers) == text


@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from(["a.", "A", "TXT", '"x"', '"\\', "->", "nodata", " ", "\n", "kept:", "\\{110000}"])
    ).map("".join)
)
def test_no_text_makes_the_reader_fail(text: str) -> None:
    for whole in (text, HEAD + text):
        lock = read_lock(whole, "mailcheck.lock")
        assert all(entry.at.line >= 1 and entry.at.column >= 1 for entry in lock.refused)


def read(*lines: str):  # type: ignore[no-untyped-def]
    return read_lock(HEAD + "\n".join(lines) + "\n", "mailcheck.lock")


def test_an_answer_says_that_it_is_the_locks_and_where_it_stands() -> None:
    lock = read('vendor.example. TXT "v=spf1 \\009 -all" plain')
    answer = Locked(lock).answer({Question("vendor.example.", "TXT")})[Question("vendor.example.", "TXT")]
    assert isinstance(answer, Present)
    assert answer.source == "lock"
    spf = answer.records[0]
    assert spf.text == "v=spf1 \t -all"
    assert (spf.at.path, spf.at.line, spf.at.column) == ("mailcheck.lock", 3, 22)
    start = spf.text.index("-all")
    assert HEAD.count("\n") == 2
    line = 'vendor.example. TXT "v=spf1 \\009 -all" plain'
    within = spf.at.within(start, start + 4)
    assert line[within.column - 1 : within.end_column - 1] == "-all"
    assert spf.owner_at.column == 1


def test_what_the_lock_does_not_hold_was_not_asked() -> None:
    answer = Locked(read()).answer({Question("x.example.", "A")})[Question("x.example.", "A")]
    assert answer[:2] == ("not_asked", "x.example A")


def test_chains_and_absence() -> None:
    lock = read(
        "a.example. A -> b.example. -> c.example. 192.0.2.1",
        "b.example. A -> nxdomain",
        "c.example. A nodata",
        "d.example. A -> e.example. -> nodata",
        "e.example. A -> f.example. -> g.example. nxdomain",
        'f.example. A -> g.example. -> f.example. unusable "CNAME loop at f.example."',
        'g.example. TXT unusable "over 500 records"',
    )
    kept = {question.name: fact.answer for question, fact in lock.facts.items()}
    first = kept["a.example."]
    assert isinstance(first, Present)
    assert (first.chain, first.records[0].name) == (("a.example.", "b.example."), "c.example.")
    assert kept["b.example."] == Absent("nxdomain", ("b.example.",), source="lock")
    assert kept["c.example."] == Absent("nodata", (), source="lock")
    assert kept["d.example."] == Absent("nodata", ("d.example.", "e.example."), source="lock")
    assert kept["e.example."] == Absent("nxdomain", ("e.example.", "f.example."), "lock", "g.example.")
    loop = Unknown("unusable", "CNAME loop at f.example.", ("f.example.", "g.example."), "f.example.")
    assert kept["f.example."] == loop
    assert kept["g.example."] == Unknown("unusable", "over 500 records")


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("a.example. A", "lock-syntax", 13),
        ("a.example.  A 192.0.2.1", "lock-syntax", 12),
        ("a.example. A 192.0.2.1 ", "lock-syntax", 24),
        ('a.example. TXT "no end', "lock-syntax", 16),
        ('a.example. TXT "\\300"', "lock-syntax", 17),
        ('a.example. TXT "a\\x"', "lock-syntax", 18),
        ('a.example. TXT "\\{110000}"', "lock-syntax", 17),
        ('a.example. TXT "t\tab"', "lock-syntax", 18),
        ('a.example. TXT "\\009t\tab \\009"', "lock-syntax", 22),
        ('a.example. TXT "\\009t\tab"', "lock-syntax", 22),
        ("a.example. TXT \x1b[2J", "lock-syntax", 16),
        ("a.example A 192.0.2.1", "lock-name", 1),
        ("A.example. A 192.0.2.1", "lock-name", 1),
        ("a.example. a 192.0.2.1", "lock-type", 12),
        ("a.example. A 192.0.2.300", "lock-address", 14),
        ("a.example. A 2001:db8::1", "lock-address", 14),
        ("a.example. AAAA fe80::1%eth0", "lock-address", 17),
        ("a.example. A kept:2026-13-01 192.0.2.1", "lock-date", 14),
        ("a.example. A kept:2026-01-01", "lock-syntax", 29),
        ("a.example. A -> b.example.", "lock-syntax", 27),
        ("a.example. A -> b 192.0.2.1", "lock-name", 17),
        ("a.example. A nodata 192.0.2.1", "lock-syntax", 21),
        ("a.example. TXT x nodata", "lock-syntax", 18),
        ("a.example. TXT x unusable", "lock-syntax", 18),
        ("a.example. TXT unusable", "lock-syntax", 24),
        ("a.example. TXT unusable x y", "lock-syntax", 27),
        ("a.example. AAAA \u0660::1", "lock-syntax", 17),
        ("a.example. A " + " ".join(["192.0.2.1"] * 999), "lock-limit", 13 + 998 * 10 + 1),
        ("a.example. TXT " + "x" * 600_000, "lock-limit", 600_001),
        ("<<<<<<< HEAD", "lock-conflict", 1),
        ("=======", "lock-conflict", 1),
        (">>>>>>> main", "lock-conflict", 1),
        ("# verified yesterday", "lock-header", 1),
        ("# verified 2026-11-25 at home", "lock-header", 1),
        ("# verified 2026-11-24 from 192.0.2.53", "lock-header", 1),
    ],
)
def test_a_wrong_line_is_refused_with_its_place_and_the_others_hold(line: str, code: str, column: int) -> None:
    lock = read(line, "other.example. A 192.0.2.7")
    (refused,) = lock.refused
    assert (refused.code, refused.at.path, refused.at.line, refused.at.column) == (
        code,
        "mailcheck.lock",
        3,
        column,
    )
    assert list(lock.facts) == [Question("other.example.", "A")]


def test_of_two_lines_for_one_question_neither_holds() -> None:
    lock = read(
        "a.example. A 192.0.2.1", "a.example. A 192.0.2.2", "a.example. A 192.0.2.3", "b.example. A nodata"
    )
    assert [(entry.code, entry.at.line) for entry in lock.refused] == [
        ("lock-duplicate", 4),
        ("lock-duplicate", 5),
    ]
    assert "line 3" in lock.refused[0].message
    assert list(lock.facts) == [Question("b.example.", "A")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "lock-version"),
        ("a.example. A 192.0.2.1\n", "lock-version"),
        ("# mailcheck.lock 2: later\na.example. A 192.0.2.1\n", "lock-version"),
        ("<<<<<<< HEAD\n" + HEAD + "a.example. A 192.0.2.1\n", "lock-conflict"),
        ("# mailcheck.lock 1: x\n", "lock-header"),
    ],
)
def test_a_file_that_is_no_lock_of_ours_holds_nothing(text: str, code: str) -> None:
    lock = read_lock(text, "mailcheck.lock")
    assert [entry.code for entry in lock.refused] == [code]
    assert lock.facts == {}


def test_order_ttl_case_and_repetition_leave_no_trace() -> None:
    q = Question("vendor.example.", "MX")
    once = {q: Fact(present("vendor.example.", "MX", "10 a.example.", "5 b.example.", ttl=60))}
    again = {q: Fact(present("Vendor.example.", "MX", "5 B.Example.", "10 a.example.", "5 b.example.", ttl=5))}
    assert write_lock(once, DAY, ["2001:db8::1", "192.0.2.1"]) == write_lock(
        again, DAY, ["192.0.2.1", "2001:db8::1"]
    )


def test_the_case_of_a_text_is_kept() -> None:
    q = Question("vendor.example.", "TXT")
    assert fact_line(q, Fact(present("vendor.example.", "TXT", "P=AbC"))) == "vendor.example. TXT P=AbC"


def test_the_day_of_the_oldest_fact() -> None:
    assert read("a.example. A nodata").oldest == DAY
    assert read("a.example. A kept:2026-01-02 nodata", "b.example. A kept:2027-01-01 nodata").oldest == date(
        2026, 1, 2
    )
    assert read_lock("# mailcheck.lock 1: x\n", "x").oldest is None
    assert read_lock("# mailcheck.lock 1: x\na.example. A kept:2026-01-02 nodata\n", "x").oldest == date(
        2026, 1, 2
    )


def test_without_resolvers_the_header_says_only_when() -> None:
    text = write_lock({}, DAY, [])
    assert "# verified 2026-11-25\n" in text
    assert read_lock(text, "x")[2:4] == (DAY, ())
