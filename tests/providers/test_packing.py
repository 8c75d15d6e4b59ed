"""How changes are shared out to steps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from mailcheck_providers.packing import Operation, digest, operation, operations_back, packed


def _raw(name: str, rdtype: str, value: str) -> dict[str, str]:
    return {"name": name, "type": rdtype, "value": value}


def _new(name: str, rdtype: str, size: int = 1) -> Operation:
    return operation(name, rdtype, None, _raw(name, rdtype, "x" * size))


def _size(each: Operation) -> int:
    return len(each["after"]["value"])


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(("A", "MX", "TXT", "CAA")), st.integers(1, 9)),
        unique_by=lambda each: each[:2],
    ),
    st.one_of(st.none(), st.integers(1, 6)),
    st.integers(1, 30),
)
def test_every_operation_is_in_one_step_and_every_name_too(
    wanted: list[tuple[str, str, int]], transaction: int | None, largest: int
) -> None:
    operations = [_new(*each) for each in wanted]
    steps = packed(operations, transaction, _size, largest)
    found = [each for step in steps for each in step.operations]
    assert sorted(found, key=str) == sorted(operations, key=str)
    names = [name for step in steps for name in step.names]
    assert len(names) == len(set(names))
    for step in steps:
        assert {each["name"] for each in step.operations} == set(step.names)
        if len(step.names) > 1:
            assert transaction is not None
            assert len(step.operations) <= transaction
            assert sum(map(_size, step.operations)) <= largest


def test_201_names_are_three_steps_of_at_most_a_hundred() -> None:
    steps = packed([_new(f"s{number}", "TXT") for number in range(201)], 100, _size, 1000)
    assert [len(step.operations) for step in steps] == [100, 100, 1]


def test_a_way_back_leaves_out_what_the_server_keeps_itself() -> None:
    earlier = [_raw("a", "A", "1"), _raw("a", "SOA", "1"), _raw("b", "TXT", "1"), _raw("c", "TXT", "1")]
    now = [_raw("a", "A", "2"), _raw("a", "SOA", "2"), _raw("c", "TXT", "1"), _raw("d", "MX", "1")]
    assert operations_back(earlier, now) == [
        operation("a", "A", _raw("a", "A", "2"), _raw("a", "A", "1")),
        operation("b", "TXT", None, _raw("b", "TXT", "1")),
        operation("d", "MX", _raw("d", "MX", "1"), None),
    ]


def test_the_digest_changes_with_any_record() -> None:
    records = [_raw("a", "A", "1"), _raw("b", "TXT", "\udcff")]
    assert digest(records) == digest([dict(each) for each in records])
    assert digest(records) != digest(records[:1])
    assert digest(records) != digest([records[0], {**records[1], "value": "2"}])
