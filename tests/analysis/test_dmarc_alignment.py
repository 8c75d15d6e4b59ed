"""Identifier alignment: by organizational domains, and never guessed where an answer is missing."""

from collections.abc import Mapping
from itertools import product

import pytest

from mailcheck.analysis.dmarc_alignment import Alignment, aligned
from mailcheck.model.dns import Answer, Unknown
from tests.analysis.dmarc_world import NOT_ASKED, TIMEOUT, DmarcWorld
from tests.analysis.evaluation import run

RECORD = "v=DMARC1; p=none"
PSD_Y = "v=DMARC1; p=none; psd=y"
PSD_N = "v=DMARC1; p=none; psd=n"


def align(identifier: str, author: str, records: Mapping[str, str | Answer], mode: str = "r") -> Alignment:
    return run(aligned(f"{identifier}.", f"{author}.", mode), DmarcWorld(records))


@pytest.mark.parametrize("mode", ["r", "s"])
def test_equal_names_are_aligned_and_nothing_is_asked(mode: str) -> None:
    world = DmarcWorld({"example.com": TIMEOUT})
    assert run(aligned("example.com.", "example.com.", mode), world) == Alignment("example.com.", aligned=True)
    assert world.asked == []


def test_strict_alignment_is_of_equal_names_alone_and_nothing_is_asked() -> None:
    world = DmarcWorld({"example.com": RECORD})
    assert run(aligned("mail.example.com.", "example.com.", "s"), world).aligned is False
    assert world.asked == []


def test_names_without_a_common_parent_are_not_aligned_and_nothing_is_asked() -> None:
    world = DmarcWorld({})
    assert run(aligned("example.net.", "example.com.", "r"), world).aligned is False
    assert world.asked == []


@pytest.mark.parametrize(
    ("identifier", "author", "records", "expected"),
    [
        ("child.example.com", "example.com", {"example.com": RECORD}, True),
        ("example.com", "child.example.com", {"example.com": RECORD}, True),
        ("a.example.com", "b.example.com", {"example.com": RECORD}, True),
        ("a.example.com", "b.example.com", {}, False),
        ("a.example.com", "b.example.com", {"com": RECORD}, True),
        ("a.example.com", "b.example.com", {"com": PSD_Y}, True),
        ("example.com", "example2.com", {"com": PSD_Y}, False),
        ("example.com", "example2.com", {"com": RECORD}, True),
        ("example.com", "example2.com", {"example.com": RECORD, "example2.com": RECORD}, False),
        ("news.example.com", "example.com", {"news.example.com": PSD_N, "example.com": RECORD}, False),
        ("a.news.example.com", "news.example.com", {"news.example.com": PSD_N, "example.com": RECORD}, True),
        ("example.com", "a.news.example.com", {"news.example.com": PSD_N, "example.com": RECORD}, False),
        ("a.bank", "b.bank", {"bank": PSD_Y}, False),
        ("bank", "a.bank", {"bank": PSD_Y}, False),
        ("x.bank", "y.x.bank", {"bank": PSD_Y, "x.bank": RECORD}, True),
        ("a.example.com", "example.com", {"example.com": f"{RECORD}\nv=DMARC1; p=reject"}, False),
        ("a.example.com", "example.com", {"example.com": "v=DMARC1"}, True),
    ],
)
def test_relaxed_alignment_is_of_organizations(
    identifier: str, author: str, records: dict[str, str | Answer], expected: bool
) -> None:
    assert align(identifier, author, records) == Alignment(f"{identifier}.", expected)


def test_both_walks_are_one_batch_of_at_most_sixteen_questions() -> None:
    world = DmarcWorld({"example.com": RECORD})
    low, high = ("x." * 20 + name for name in ("a.example.com.", "b.example.com."))
    assert run(aligned(low, high, "r"), world).aligned
    assert len(world.asked) <= 16


@pytest.mark.parametrize(
    ("identifier", "author", "records"),
    [
        ("a.example.com", "example.com", {"a.example.com": TIMEOUT, "example.com": RECORD}),
        ("a.example.com", "b.example.com", {"example.com": TIMEOUT}),
        ("a.example.com", "b.example.com", {"com": TIMEOUT}),
        ("a.vendor.com", "example.com", {"com": TIMEOUT}),
        (
            "a.b.c.d.e.example.com",
            "example.com",
            {**{f"{'b.c.d.e.'[at:]}example.com": NOT_ASKED for at in range(0, 8, 2)}, "example.com": RECORD},
        ),
    ],
)
def test_an_answer_that_could_change_it_leaves_it_open(
    identifier: str, author: str, records: dict[str, str | Answer]
) -> None:
    said = align(identifier, author, records)
    assert said.aligned is None
    assert said.open is not None
    assert said.open[0].name.removeprefix("_dmarc.").rstrip(".") in records


def test_very_many_open_names_leave_it_open() -> None:
    names = ["a.b.c.d.e.f.example.com"[at:] for at in range(0, 12, 2)]
    assert (
        align(names[0], "example.com", {**dict.fromkeys(names, NOT_ASKED), "example.com": RECORD}).aligned is None
    )


@pytest.mark.parametrize(
    ("identifier", "author", "records", "expected"),
    [
        ("a.example.com", "example.com", {"example.com": RECORD, "com": TIMEOUT}, True),
        ("a.example.com", "example.com", {"example.com": PSD_N, "com": TIMEOUT}, True),
        ("a.example.com", "example.com", {"example.com": RECORD, "com": NOT_ASKED}, True),
        (
            "a.vendor.com",
            "example.com",
            {"vendor.com": NOT_ASKED, "a.vendor.com": NOT_ASKED, "com": NOT_ASKED},
            False,
        ),
        ("vendor.com", "example.com", {"vendor.com": PSD_N, "com": TIMEOUT}, False),
    ],
)
def test_an_answer_that_cannot_change_it_is_not_waited_for(
    identifier: str, author: str, records: dict[str, str | Answer], expected: bool
) -> None:
    assert align(identifier, author, records).aligned is expected


@pytest.mark.parametrize("author", ["example.com", "b.example.com", "y.a.example.com", "example.net"])
def test_an_open_verdict_holds_whatever_the_answers_would_have_been(author: str) -> None:
    identifier, names = "x.a.example.com", ("a.example.com", "example.com", "com")
    texts = (None, RECORD, PSD_N, PSD_Y)
    for known in product((*texts, TIMEOUT), repeat=3):
        records = {name: said for name, said in zip(names, known, strict=True) if said is not None}
        said = align(identifier, author, records).aligned
        open_names = [name for name, answer in records.items() if isinstance(answer, Unknown)]
        verdicts = {
            align(
                identifier,
                author,
                {k: v for k, v in (records | dict(zip(open_names, guess, strict=True))).items() if v is not None},  # type: ignore[arg-type]
            ).aligned
            for guess in product(texts, repeat=len(open_names))
        }
        assert said is (verdicts.pop() if len(verdicts) == 1 else None), records
