"""Functions of what is not determined: equal ones are the same, whatever they were made of."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from mailcheck.analysis.decisions import ALWAYS, NEVER, Decisions

Term = str | tuple[str, "Term", "Term"]
NAMES = "abcd"
ASSIGNMENTS = [dict(zip(NAMES, values, strict=True)) for values in product((False, True), repeat=len(NAMES))]
TERMS = st.recursive(
    st.sampled_from(NAMES),
    lambda inner: st.tuples(st.sampled_from(["both", "either", "only"]), inner, inner),
    max_leaves=12,
)


def value(term: Term, given_values: dict[str, bool]) -> bool:
    if isinstance(term, str):
        return given_values[term]
    one, other = value(term[1], given_values), value(term[2], given_values)
    return {"both": one and other, "either": one or other, "only": one and not other}[term[0]]


def made(term: Term, decisions: Decisions[str]) -> int:
    if isinstance(term, str):
        return decisions.variable(term)
    combine = {"both": decisions.both, "either": decisions.either, "only": decisions.only}[term[0]]
    return combine(made(term[1], decisions), made(term[2], decisions))


@given(one=TERMS, other=TERMS)
def test_equal_where_they_give_the_same_whatever_turns_out(one: Term, other: Term) -> None:
    decisions: Decisions[str] = Decisions()
    values = [[value(term, each) for each in ASSIGNMENTS] for term in (one, other)]
    assert (made(one, decisions) == made(other, decisions)) == (values[0] == values[1])
    assert decisions.where_all_false(made(one, decisions)) == values[0][0]
    assert (made(one, decisions) == NEVER) == (not any(values[0]))
    assert (made(one, decisions) == ALWAYS) == all(values[0])


@given(term=TERMS)
def test_it_depends_on_what_changes_it(term: Term) -> None:
    decisions: Decisions[str] = Decisions()
    deciding = {
        name
        for name in NAMES
        if any(value(term, each | {name: True}) != value(term, each | {name: False}) for each in ASSIGNMENTS)
    }
    assert decisions.variables(made(term, decisions)) == deciding
