"""The DNS tree walk: how far it goes, what it takes for the organization, which policy applies."""

import pytest

from mailcheck.analysis.dmarc_policy import Policy, TreeWalk, discover_policy, tree_walk, walk_names
from mailcheck.model.dns import Absent, Answer, Present, Unknown
from mailcheck.model.record import Record
from tests.analysis.evaluation import Scripted, run
from tests.build import record

NOT_THERE = Absent("nxdomain")
NOT_ASKED = Unknown("not_asked")
LONG = "a.b.c.d.e.f.g.h.i.j.mail.example.com."


def text(domain: str, *texts: str) -> Present:
    return Present(tuple(_record(domain, number, said) for number, said in enumerate(texts, 1)))


def _record(domain: str, number: int, said: str) -> Record:
    return record(".", "", number, f"_dmarc.{domain} TXT {said}")


def world(start: str, records: dict[str, str | Answer], mx: Answer = NOT_ASKED) -> Scripted:
    """All names of the walk from `start`: those in `records`, the others absent; and the MX of `start`."""
    answers: dict[tuple[str, str], Answer] = {(f"_dmarc.{name}", "TXT"): NOT_THERE for name in walk_names(start)}
    answers[start, "MX"] = mx
    for name, said in records.items():
        answers[f"_dmarc.{name}", "TXT"] = text(name, said) if isinstance(said, str) else said
    return Scripted(answers)


def walk(start: str, records: dict[str, str | Answer]) -> TreeWalk:
    return run(tree_walk(start), world(start, records))


def policy(start: str, records: dict[str, str | Answer], mx: Answer = NOT_ASKED) -> Policy:
    return run(discover_policy(start), world(start, records, mx))


def found(walked: TreeWalk) -> list[str]:
    return [source.domain for source in walked.found]


def test_a_long_name_is_asked_for_eight_times() -> None:
    assert walk_names(LONG) == (
        LONG,
        "g.h.i.j.mail.example.com.",
        "h.i.j.mail.example.com.",
        "i.j.mail.example.com.",
        "j.mail.example.com.",
        "mail.example.com.",
        "example.com.",
        "com.",
    )


@pytest.mark.parametrize(("labels", "asked"), [(1, 1), (2, 2), (7, 7), (8, 8), (9, 8), (60, 8)])
def test_no_walk_asks_more_than_eight_times(labels: int, asked: int) -> None:
    assert len(walk_names("a." * labels)) == asked


def test_the_whole_walk_is_one_batch() -> None:
    view = world("a.example.com.", {})
    run(tree_walk("a.example.com."), view)
    assert view.batches == 1


def test_the_shortest_name_with_a_record_is_the_organization() -> None:
    walked = walk("a.mail.example.com.", {"mail.example.com.": "v=DMARC1", "example.com.": "v=DMARC1; p=none"})
    assert found(walked) == ["mail.example.com.", "example.com."]
    assert walked.organizational_domain == "example.com."


def test_psd_n_makes_an_organization_and_ends_the_walk() -> None:
    walked = walk("a.mail.example.com.", {"mail.example.com.": "v=DMARC1; psd=n", "example.com.": "v=DMARC1"})
    assert found(walked) == ["mail.example.com."]
    assert walked.organizational_domain == "mail.example.com."


def test_below_psd_y_the_organization_is_one_label_longer() -> None:
    walked = walk("a.mail.example.com.", {"com.": "v=DMARC1; psd=y"})
    assert walked.organizational_domain == "example.com."


def test_psd_y_at_the_start_is_its_own_organization() -> None:
    walked = walk("example.com.", {"example.com.": "v=DMARC1; psd=y; p=none", "com.": "v=DMARC1"})
    assert found(walked) == ["example.com."]
    assert walked.organizational_domain == "example.com."


def test_without_any_record_a_name_is_its_own_organization() -> None:
    walked = walk("a.example.com.", {})
    assert walked.organizational_domain == "a.example.com."
    assert walked.applicable is None


@pytest.mark.parametrize(
    "said",
    [
        text("example.com.", "v=DMARC1; p=none", "v=DMARC1; p=reject"),
        text("example.com.", "v=dmarc1; p=none"),
    ],
)
def test_several_or_misspelt_records_count_as_none(said: Present) -> None:
    walked = walk("a.example.com.", {"example.com.": said, "com.": text("com.", "v=spf1 -all")})
    assert found(walked) == []
    assert walked.discarded == ("example.com.",)


def test_equal_records_and_other_text_beside_them_count_as_one() -> None:
    said = text("example.com.", "v=DMARC1; p=none", "v=DMARC1; p=none", "verification=abc")
    assert found(walk("example.com.", {"example.com.": said})) == ["example.com."]


def test_a_name_too_long_for_dns_is_not_asked_for() -> None:
    start = ("a" * 60 + ".") * 4 + "abcdefgh."
    walked = run(tree_walk(start), world("a" * 60 + ".abcdefgh.", {}))
    assert len(start) == 253
    assert start not in [name.domain for name in walked.open]


def test_a_top_level_domain_that_nobody_asked_for_leaves_nothing_open() -> None:
    walked = walk("example.com.", {"com.": NOT_ASKED})
    assert [name.domain for name in walked.open] == ["com."]
    assert walked.undetermined() is None


@pytest.mark.parametrize(
    ("start", "open_names"),
    [
        ("example.co.uk.", {"co.uk.": NOT_ASKED}),
        ("example.com.", {"com.": Absent("nodata")}),
    ],
)
def test_public_suffixes_are_known_by_the_list(start: str, open_names: dict[str, str | Answer]) -> None:
    assert walk(start, open_names).undetermined() is None


@pytest.mark.parametrize(
    ("start", "open_names", "first"),
    [
        ("lists.example.com.", {"example.com.": NOT_ASKED, "com.": NOT_ASKED}, "example.com."),
        ("example.com.", {"com.": Unknown("timeout")}, "com."),
        ("example.com.", {"example.com.": NOT_ASKED}, "example.com."),
    ],
)
def test_other_open_names_leave_the_walk_undetermined(
    start: str, open_names: dict[str, str | Answer], first: str
) -> None:
    name = walk(start, open_names).undetermined()
    assert name is not None
    assert name.domain == first
    assert name.question.name == f"_dmarc.{first}"


def test_own_record_applies_with_p() -> None:
    applied = policy(
        "a.example.com.", {"a.example.com.": "v=DMARC1; p=none; sp=reject", "com.": Unknown("timeout")}
    )
    assert (applied.requested, applied.applied, applied.open) == ("none", "none", None)
    assert applied.source is not None
    assert applied.source.domain == "a.example.com."


def test_the_organization_applies_with_sp() -> None:
    applied = policy("a.example.com.", {"example.com.": "v=DMARC1; p=none; sp=reject; t=y"})
    assert (applied.requested, applied.applied) == ("reject", "quarantine")


@pytest.mark.parametrize(
    ("mx", "requested"),
    [(NOT_THERE, "reject"), (Absent("nodata"), "quarantine"), (text("a.example.com.", "x"), "quarantine")],
)
def test_np_applies_to_names_that_do_not_exist(mx: Answer, requested: str) -> None:
    applied = policy("a.example.com.", {"example.com.": "v=DMARC1; p=none; sp=quarantine; np=reject"}, mx)
    assert (applied.requested, applied.open) == (requested, None)


def test_whether_a_name_exists_may_stay_open() -> None:
    applied = policy("a.example.com.", {"example.com.": "v=DMARC1; p=none; np=reject"}, Unknown("servfail"))
    assert applied.open is not None
    assert applied.open[0] == ("a.example.com.", "MX")


def test_an_intermediate_record_is_passed_over_for_the_organization() -> None:
    records: dict[str, str | Answer] = {
        "b.example.com.": "v=DMARC1; p=reject",
        "example.com.": "v=DMARC1; p=quarantine",
    }
    applied = policy("a.b.example.com.", records)
    assert applied.requested == "quarantine"


def test_a_public_suffix_applies_where_the_organization_has_no_record() -> None:
    records: dict[str, str | Answer] = {"b.example.com.": "v=DMARC1; p=none", "com.": "v=DMARC1; p=reject; psd=y"}
    applied = policy("a.b.example.com.", records)
    assert applied.walk.organizational_domain == "example.com."
    assert applied.source is not None
    assert (applied.source.domain, applied.requested) == ("com.", "reject")


def test_the_organization_below_a_public_suffix_comes_first() -> None:
    records: dict[str, str | Answer] = {"example.com.": "v=DMARC1; p=none", "com.": "v=DMARC1; p=reject; psd=y"}
    assert policy("a.example.com.", records).requested == "none"


def test_no_record_means_no_dmarc() -> None:
    applied = policy("example.com.", {})
    assert (applied.source, applied.requested, applied.applied, applied.open) == (None, None, None, None)


def test_a_record_without_policy_and_address_means_no_dmarc() -> None:
    applied = policy("example.com.", {"example.com.": "v=DMARC1; t=y"})
    assert applied.source is not None
    assert (applied.requested, applied.applied) == (None, None)


def test_an_open_name_is_kept_with_the_policy() -> None:
    applied = policy("a.example.com.", {"a.example.com.": Unknown("timeout"), "example.com.": "v=DMARC1; p=none"})
    assert applied.open is not None
    assert applied.open[0] == ("_dmarc.a.example.com.", "TXT")
