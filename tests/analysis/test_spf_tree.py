"""The worst case of SPF records: lookups, voids, depth, loops, and what is not known."""

import time
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

import pytest

from mailcheck.analysis.spf_gather import MAX_LEVELS, MAX_QUESTIONS, MAX_TERMS
from mailcheck.analysis.spf_node import SpfNode, SpfTerm, anchor, deepest, own_terms, walk
from mailcheck.analysis.spf_records import terms_in_effect
from mailcheck.analysis.spf_tree import spf_tree
from mailcheck.analysis.spf_tree_text import MAX_LINES, trail, tree_text
from mailcheck.analysis.spf_voids import void_labels, void_names
from mailcheck.grammar.spf import parse_spf
from mailcheck.model.dns import Absent, Answer, Answers, Present, Question, Unknown
from mailcheck.model.location import whole_line
from mailcheck.model.record import Record
from tests.analysis.evaluation import run

World = Mapping[str, Sequence[str]]
"""`name TYPE` to values, or to the reason why the question is not answered. What is missing does not exist."""


class Dictionary:
    """A view of a World; `outside` names come from elsewhere than the declared zones."""

    def __init__(self, world: World, outside: tuple[str, ...] = ()) -> None:
        self.world = {(name + ".", rtype): values for (name, rtype), values in _split(world)}
        self.names = {name for name, _ in self.world}
        self.outside = tuple(name + "." for name in outside)
        self.batches: list[AbstractSet[Question]] = []

    def answer(self, questions: AbstractSet[Question]) -> Answers:
        self.batches.append(questions)
        return {question: self._answer(question) for question in questions}

    def _answer(self, question: Question) -> Answer:
        values = self.world.get(question)
        if values is None:
            return Absent("nodata" if question.name in self.names else "nxdomain")
        if isinstance(values, str):
            return Unknown(values)  # type: ignore[arg-type]
        at = whole_line("zones/x")
        records = tuple(Record(question.name, question.type, 300, value, at, at) for value in values)
        return Present(records, source="live" if question.name.endswith(self.outside or ("-",)) else "zones")


def _split(world: World) -> Iterator[tuple[tuple[str, str], Sequence[str]]]:
    for key, values in world.items():
        name, _, rtype = key.partition(" ")
        yield (name, rtype), values


def tree(world: World, outside: tuple[str, ...] = (), domain: str = "example.com.") -> SpfNode:
    return run(spf_tree(domain), Dictionary(world, outside))


def term(node: SpfNode, text: str) -> SpfTerm:
    (found,) = [path[-1] for path in walk(node) if path[-1].text == text]
    return found


def spf(record: str, **others: Sequence[str]) -> SpfNode:
    return tree({"example.com TXT": [f"v=spf1 {record}"], **others})


@pytest.mark.parametrize(
    ("record", "lookups"),
    [
        ("-all", 0),
        ("", 0),
        ("ip4:192.0.2.1 ip6:2001:db8::1 -all", 0),
        ("a mx ptr exists:x.example -all", 4),
        ("a:%{i}.example mx:%{l}.example exists:%{s}.example include:%{o}", 4),
        ("a -all mx ptr", 1),
        ("a -all redirect=b.example", 1),
        ("redirect=b.example a -all", 1),
        ("redirect=b.example a", 2),
        ("redirect=b.example redirect=c.example", 1),
        ("a exp=why.example.com -all", 1),
        ("a moo mx", 2),
        ("a a a a a a a a a a a a -all", 12),
    ],
)
def test_terms_that_count(record: str, lookups: int) -> None:
    assert spf(record).lookups == lookups


def test_includes_and_redirects_count_with_all_below() -> None:
    root = tree(
        {
            "example.com TXT": ["v=spf1 mx include:a.example redirect=b.example"],
            "a.example TXT": ["other", "v=spf1 include:b.example a -all"],
            "b.example TXT": ["v=spf1 exists:%{i}.b.example mx:b.example ?all"],
        }
    )
    assert root.lookups == 1 + (1 + (1 + 2) + 1) + (1 + 2)
    assert term(root, "include:a.example").lookups == 5
    assert term(root, "redirect=b.example").lookups == 3
    assert root.depth == 2
    assert trail(deepest(root)) == "include:a.example > include:b.example"


def test_the_current_domain_is_that_of_the_record() -> None:
    root = tree(
        {
            "example.com TXT": ["v=spf1 include:_spf.%{d} -all"],
            "_spf.example.com TXT": ["v=spf1 include:x.%{d} ?all"],
            "x._spf.example.com TXT": ["v=spf1 a ?all"],
        }
    )
    assert root.lookups == 3
    assert term(root, "a").target == "x._spf.example.com."


def test_the_same_record_counts_on_every_path_and_is_asked_once() -> None:
    view = Dictionary(
        {
            "example.com TXT": ["v=spf1 include:a.example include:b.example -all"],
            "a.example TXT": ["v=spf1 include:c.example ?all"],
            "b.example TXT": ["v=spf1 include:c.example ?all"],
            "c.example TXT": ["v=spf1 a:gone.example ?all"],
        }
    )
    root = run(spf_tree("example.com."), view)
    assert root.lookups == 6
    assert (root.voids4, root.voids6) == (2, 2)
    asked = [question for batch in view.batches for question in batch]
    assert len(asked) == len(set(asked)) == 4 + 2


def test_one_level_is_one_batch() -> None:
    view = Dictionary(
        {
            "example.com TXT": ["v=spf1 a mx include:a.example exists:x.example redirect=b.example"],
            "example.com MX": ["10 mx1.example.com.", "20 mx2.example.com"],
        }
    )
    run(spf_tree("example.com."), view)
    assert [sorted(map(tuple, batch)) for batch in view.batches] == [
        [("example.com.", "TXT")],
        [
            ("a.example.", "TXT"),
            ("b.example.", "TXT"),
            ("example.com.", "A"),
            ("example.com.", "AAAA"),
            ("example.com.", "MX"),
            ("x.example.", "A"),
        ],
        [
            ("mx1.example.com.", "A"),
            ("mx1.example.com.", "AAAA"),
            ("mx2.example.com.", "A"),
            ("mx2.example.com.", "AAAA"),
        ],
    ]


@pytest.mark.parametrize(
    ("record", "others", "voids"),
    [
        ("a:gone.example", {}, (1, 1)),
        ("a", {"example.com A": ["192.0.2.1"]}, (0, 1)),
        ("a", {"example.com AAAA": ["2001:db8::1"]}, (1, 0)),
        ("exists:x.example", {"x.example A": ["127.0.0.2"]}, (0, 0)),
        ("exists:x.example", {"x.example AAAA": ["2001:db8::1"]}, (1, 1)),
        ("mx", {}, (1, 1)),
        ("mx", {"example.com MX": ["0 ."]}, (0, 0)),
        ("mx", {"example.com MX": ["10 gone.example."]}, (1, 1)),
        ("mx", {"example.com MX": ["10 gone.example.", "20 m.example."], "m.example A": ["192.0.2.1"]}, (0, 1)),
        ("ptr exists:%{i}.example a:a..example", {}, (0, 0)),
        ("include:gone.example redirect=gone2.example", {}, (0, 0)),
        ("a:gone.example -all a:gone2.example", {}, (1, 1)),
    ],
)
def test_voids(record: str, others: dict[str, Sequence[str]], voids: tuple[int, int]) -> None:
    root = spf(record, **others)
    assert (root.voids4, root.voids6) == voids
    assert root.open is None


def test_exchanges_come_best_first_without_the_null_one() -> None:
    root = spf("mx mx:null.example", **{"example.com MX": ["20 b.example", "x", "5 a.example.", "q c.example."]})
    assert term(root, "mx").exchanges == ("a.example.", "b.example.", "c.example.")
    root = spf("mx", **{"example.com MX": ["0 ."]})
    assert term(root, "mx").null
    assert term(root, "mx").exchanges == ()


def test_names_with_an_empty_label_are_told() -> None:
    root = spf("a:a..example include:b..example exists:%{i}..example ptr")
    assert [path[-1].malformed for path in walk(root)] == [True, True, False, False]


def test_lookups_of_client_names_are_counted_apart() -> None:
    root = tree(
        {
            "example.com TXT": ["v=spf1 include:a.example exists:%{p}.example.com ptr -all"],
            "a.example TXT": ["v=spf1 a:%{P}.example ?all"],
        }
    )
    assert root.name_lookups == 2
    assert root.lookups == 4


@pytest.mark.parametrize(
    ("held", "state"),
    [
        (["v=spf1 -all"], "found"),
        (["v=spf1 a", "v=spf1 mx"], "several"),
        (["spf"], "none"),
        ("servfail", "unknown"),
    ],
)
def test_states_of_a_target(held: Sequence[str], state: str) -> None:
    root = spf("include:a.example", **{"a.example TXT": held})
    below = term(root, "include:a.example").below
    assert below is not None
    assert below.state == state
    assert below.lookups == 0


def test_a_domain_without_a_record() -> None:
    root = tree({})
    assert (root.state, root.lookups, root.terms, root.declared) == ("none", 0, (), False)


def test_what_is_not_known_stays_in_the_tree() -> None:
    root = spf(
        "include:a.example include:b.example a:c.example mx:d.example mx -all",
        **{
            "a.example TXT": "not_asked",
            "b.example TXT": "timeout",
            "c.example A": "not_asked",
            "d.example MX": "servfail",
            "example.com MX": ["10 m.example."],
            "m.example AAAA": "refused",
        },
    )
    assert root.lookups == 5
    assert root.open_record == (Question("b.example.", "TXT"), Unknown("timeout"))
    assert root.open_address == (Question("d.example.", "MX"), Unknown("servfail"))
    assert root.open == root.open_record
    assert (term(root, "a:c.example").void4, term(root, "a:c.example").void6) == (None, True)
    assert (term(root, "mx").void4, term(root, "mx").void6) == (True, None)
    assert root.voids4 == 1


def test_one_known_exchange_settles_the_matter() -> None:
    root = spf(
        "mx",
        **{
            "example.com MX": ["10 a.example.", "20 b.example."],
            "a.example A": "timeout",
            "b.example A": ["192.0.2.1"],
        },
    )
    assert term(root, "mx").void4 is False


def test_open_questions_below_are_seen_above() -> None:
    root = tree(
        {
            "example.com TXT": ["v=spf1 include:a.example -all"],
            "a.example TXT": ["v=spf1 include:b.example a:c.example -all"],
            "b.example TXT": "not_asked",
            "c.example AAAA": "not_asked",
        }
    )
    assert root.open_record == (Question("b.example.", "TXT"), Unknown("not_asked"))
    assert root.open_address == (Question("c.example.", "AAAA"), Unknown("not_asked"))


def test_loops_keep_their_path() -> None:
    root = tree(
        {
            "example.com TXT": ["v=spf1 include:a.example -all"],
            "a.example TXT": ["v=spf1 include:b.example include:a.example ?all"],
            "b.example TXT": ["v=spf1 mx redirect=example.com"],
        }
    )
    assert term(root, "redirect=example.com").loop == ("example.com.", "a.example.", "b.example.", "example.com.")
    assert root.terms[0].loop == ()
    (again,) = [path[-1] for path in walk(root) if path[-1].loop and path[-1].target == "a.example."]
    assert again.loop == ("example.com.", "a.example.", "a.example.")
    assert root.lookups == 1 + 1 + 1 + 1 + 1


def test_a_record_that_includes_itself() -> None:
    root = spf("include:example.com redirect=%{d}")
    assert [path[-1].loop for path in walk(root)] == [("example.com.", "example.com.")] * 2
    assert root.lookups == 2
    assert root.depth == 1
    assert trail(deepest(root)) == "include:example.com"


def test_own_terms_leave_declared_records_to_themselves() -> None:
    world = {
        "example.com TXT": ["v=spf1 include:ours.example.com include:theirs.example.net -all"],
        "ours.example.com TXT": ["v=spf1 a:x.example.com -all"],
        "theirs.example.net TXT": ["v=spf1 include:more.example.net -all"],
        "more.example.net TXT": ["v=spf1 mx -all"],
    }
    root = tree(world, outside=("example.net",))
    assert [trail(path) for path in own_terms(root)] == [
        "include:ours.example.com",
        "include:theirs.example.net",
        "include:theirs.example.net > include:more.example.net",
        "include:theirs.example.net > include:more.example.net > mx",
    ]
    assert [anchor(path).text for path in walk(root)] == [
        "include:ours.example.com",
        "a:x.example.com",
        *["include:theirs.example.net"] * 3,
    ]
    assert anchor(tuple(tree(world, outside=("example.com",)).terms[:1])).text == "include:ours.example.com"


def test_the_text_of_a_tree() -> None:
    root = tree(
        {
            "example.com TXT": [
                "v=spf1 include:a.example include:b.example include:gone.example a:%{p}.example -all"
            ],
            "a.example TXT": ["v=spf1 include:b.example include:example.com include:c.example -all"],
            "b.example TXT": ["v=spf1 mx a:" + "x" * 60 + ".example -all"],
            "c.example TXT": "not_asked",
            "gone.example TXT": ["v=spf1 a", "v=spf1 mx"],
        }
    )
    assert tree_text(root).split("\n") == [
        "  11  example.com",
        "   6    include:a.example",
        "   3      include:b.example",
        "   1        mx",
        "   1        a:" + "x" * 57 + "…",
        "   1      include:example.com  (a loop)",
        "   1      include:c.example  (not known)",
        "   3    include:b.example  (as above)",
        "   1    include:gone.example  (several SPF records)",
        "   1    a:%{p}.example  (depends on the message)",
        "   1  PTR lookups for `%{p}`, which count apart",
    ]


def test_a_target_without_record_in_the_text() -> None:
    assert "include:gone.example  (no SPF record)" in tree_text(spf("include:gone.example a:b..example"))


def test_a_long_tree_is_cut() -> None:
    text = tree_text(spf(" ".join(f"a:h{number}.example" for number in range(100))))
    assert len(text.split("\n")) == MAX_LINES
    assert text.endswith("… and more")


def test_a_long_trail_is_cut() -> None:
    world = {f"n{at}.example TXT": [f"v=spf1 include:n{at + 1}.example"] for at in range(9)}
    root = tree(world, domain="n0.example.")
    assert trail(deepest(root)) == " > ".join(
        [*(f"include:n{at}.example" for at in (1, 2, 3)), "…", *(f"include:n{at}.example" for at in (7, 8, 9))]
    )


def test_void_terms_are_named_and_placed() -> None:
    root = tree(
        {
            "example.com TXT": ["v=spf1 a include:theirs.example.net mx -all"],
            "example.com A": ["192.0.2.1"],
            "theirs.example.net TXT": ["v=spf1 exists:gone.example.net -all"],
        },
        outside=("example.net",),
    )
    assert void_names(root, ("void4",)) == "`exists:gone.example.net`, `mx`"
    assert void_names(root, ("void4", "void6")) == "`a` (IPv6 only), `exists:gone.example.net`, `mx`"
    assert [label.message for label in void_labels(root, ("void6",))] == [
        "finds nothing (IPv6 only)",
        "leads to `exists:gone.example.net`, which finds nothing",
        "finds nothing",
    ]


def test_many_void_terms_are_not_all_named() -> None:
    root = spf(" ".join(f"a:h{number}.example" for number in range(30)))
    assert void_names(root, ("void4",)).endswith("`a:h9.example`, …")
    assert len(void_labels(root, ("void4",))) == 11


def test_terms_in_effect() -> None:
    tree = parse_spf("v=spf1 a redirect=x.example ?all mx redirect=y.example")
    assert [found.start for found in terms_in_effect(tree)] == [7, 28]
    tree = parse_spf("v=spf1 redirect=x.example a redirect=y.example")
    assert [tree.text[found.start : found.end] for found in terms_in_effect(tree)] == ["a", "redirect=x.example"]


class TestBounds:
    """Hostile graphs end, soon, and what was left out is said to be unknown."""

    def test_endless_chain_by_wildcard(self) -> None:
        class Wildcard(Dictionary):
            def _answer(self, question: Question) -> Answer:
                at = whole_line("x")
                return Present((Record(question.name, "TXT", 1, "v=spf1 include:x.%{d} -all", at, at),))

        view = Wildcard({})
        root = run(spf_tree("example.com."), view)
        assert len(view.batches) == MAX_LEVELS
        assert root.lookups == MAX_LEVELS
        assert root.open_record is not None
        assert root.open_record[1].reason == "limit"
        assert f"more than {MAX_LEVELS} levels" in root.open_record[1].detail

    def test_doubling_chain_counts_without_walking_every_path(self) -> None:
        world = {f"n{at}.example TXT": [f"v=spf1 include:n{at + 1}.example " * 2] for at in range(35)}
        start = time.process_time()
        root = tree(world, domain="n0.example.")
        assert root.lookups == 2**36 - 2
        assert len(tree_text(root).split("\n")) == MAX_LINES
        assert "1000+" in tree_text(root)
        assert len(list(walk(root))) == 70
        assert time.process_time() - start < 1.0

    def test_a_tree_that_is_written_out_stays_short(self) -> None:
        world = {f"n{at}.example TXT": [f"v=spf1 include:n{at + 1}.example " * 2] for at in range(35)}
        assert len(repr(tree(world, domain="n0.example."))) < 5_000

    def test_questions(self) -> None:
        hosts = " ".join(f"a:h{at}.example" for at in range(200))
        view = Dictionary({"example.com TXT": [f"v=spf1 {hosts} include:a.example -all"]})
        root = run(spf_tree("example.com."), view)
        asked = [question for batch in view.batches for question in batch]
        assert len(asked) == MAX_QUESTIONS
        assert Question("a.example.", "TXT") in asked
        assert root.lookups == 201
        assert root.open_record is None
        assert root.open_address is not None
        assert f"more than {MAX_QUESTIONS} DNS questions" in root.open_address[1].detail

    def test_terms_of_one_record(self) -> None:
        root = spf("a:h.example " * 4_000 + "-all")
        assert root.lookups == MAX_TERMS + 1
        assert root.open is None

    def test_terms_of_all_records(self) -> None:
        many = "v=spf1 " + "a:h.example " * MAX_TERMS
        root = spf(
            "include:a.example include:b.example -all", **{"a.example TXT": [many], "b.example TXT": [many]}
        )
        assert root.lookups == MAX_TERMS + 2
        assert root.open_record is not None
        assert f"more than {MAX_TERMS} terms" in root.open_record[1].detail

    def test_everything_includes_everything(self) -> None:
        names = [f"n{at}.example" for at in range(30)]
        record = "v=spf1 " + " ".join(f"include:{name}" for name in names)
        start = time.process_time()
        root = tree({f"{name} TXT": [record] for name in names}, domain="n0.example.")
        assert root.depth == 30
        assert root.lookups > 10**6
        loops = [path[-1].loop for path in walk(root) if path[-1].loop]
        assert len(loops) == 30 * 31 / 2
        assert all(loop[-1] in loop[:-1] for loop in loops[:20])
        assert sum(map(len, loops)) < 5_000
        assert time.process_time() - start < 2.0
