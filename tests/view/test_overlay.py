"""Declared zones answer as their servers would: RFC 1034 4.3.2, 2308, 4592, 6672."""

from dataclasses import replace

import pytest

from mailcheck.model.dns import POLICY, STS_RECORD, Absent, Answer, Present, Question, Unknown
from mailcheck.view.overlay import Overlay
from tests.build import zone

WORLD = Overlay(
    [
        zone(
            "example.com",
            "@ NS ns1.example.com.",
            "@ MX 10 mail.example.com.",
            "mail A 192.0.2.1",
            "host.deep A 192.0.2.2",
            "alias CNAME mail.example.com.",
            "two CNAME alias.example.com.",
            "away CNAME www.example.net.",
            "out CNAME www.outside.example.",
            "loop1 CNAME loop2.example.com.",
            "loop2 CNAME loop1.example.com.",
            "* TXT anything",
            "*.cn CNAME mail.example.com.",
            "exact.wild A 192.0.2.3",
            "*.wild A 192.0.2.4",
            "below.*.inner A 192.0.2.9",
            "child NS ns.child.example.com.",
            "ns.child A 192.0.2.5",
            "child DS 1",
            "sub NS ns.sub.example.com.",
            "sub DS 2",
            "old DNAME new.example.com.",
            "host.new A 192.0.2.6",
            "flat ALIAS mail.example.com.",
            "provider Route53Provider/ALIAS bucket",
            *(f"c{n} CNAME c{n + 1}.example.com." for n in range(12)),
        ),
        zone("sub.example.com", "@ NS ns1.sub.example.com.", "@ A 192.0.2.7"),
        zone("example.net", "www A 192.0.2.8"),
    ]
)


def ask(name: str, rtype: str) -> Answer:
    question = Question(name, rtype)
    return WORLD.answer({question})[question]


def texts(name: str, rtype: str) -> list[str]:
    answer = ask(name, rtype)
    assert isinstance(answer, Present), answer
    return [record.text for record in answer.records]


def test_records_of_the_type_are_present() -> None:
    assert texts("example.com.", "MX") == ["10 mail.example.com."]


def test_another_type_at_a_name_is_nodata() -> None:
    assert ask("mail.example.com.", "MX") == Absent("nodata")


def test_an_empty_non_terminal_is_nodata_and_hides_the_wildcard() -> None:
    assert ask("deep.example.com.", "TXT") == Absent("nodata")


def test_a_name_that_is_not_there_is_nxdomain() -> None:
    assert ask("nothing.example.net.", "A") == Absent("nxdomain")


def test_the_wildcard_below_the_closest_encloser_answers() -> None:
    assert texts("nothing.example.com.", "TXT") == ["anything"]
    assert texts("a.b.example.com.", "TXT") == ["anything"]
    assert ask("nothing.example.com.", "A") == Absent("nodata")
    assert texts("other.wild.example.com.", "A") == ["192.0.2.4"]


def test_a_wildcard_higher_up_does_not_reach_past_an_encloser() -> None:
    assert ask("x.mail.example.com.", "TXT") == Absent("nxdomain")
    assert texts("exact.wild.example.com.", "A") == ["192.0.2.3"]
    assert ask("x.exact.wild.example.com.", "A") == Absent("nxdomain")


@pytest.mark.parametrize("name", ["x.inner", "x.y.inner", "below.x.inner", "*.inner"])
def test_a_wildcard_that_is_an_empty_non_terminal_answers_with_no_data(name: str) -> None:
    assert ask(f"{name}.example.com.", "A") == Absent("nodata")
    assert ask("x.example.net.", "A") == Absent("nxdomain")


def test_a_cname_is_followed_and_its_names_are_told() -> None:
    answer = ask("two.example.com.", "A")
    assert isinstance(answer, Present)
    assert answer.chain == ("two.example.com.", "alias.example.com.")
    assert answer.records[0].text == "192.0.2.1"


def test_a_cname_from_a_wildcard_is_followed() -> None:
    assert texts("x.cn.example.com.", "A") == ["192.0.2.1"]


def test_a_cname_to_another_declared_zone_is_followed() -> None:
    assert texts("away.example.com.", "A") == ["192.0.2.8"]


def test_the_cname_itself_can_be_asked_for() -> None:
    assert texts("two.example.com.", "CNAME") == ["alias.example.com."]


def test_absence_at_the_end_of_a_chain_keeps_the_chain() -> None:
    assert ask("alias.example.com.", "AAAA") == Absent(
        "nodata", ("alias.example.com.",), target="mail.example.com."
    )


def test_a_chain_that_leaves_the_declared_zones_is_unknown_with_its_target() -> None:
    answer = ask("out.example.com.", "A")
    assert isinstance(answer, Unknown)
    assert (answer.reason, answer.target) == ("not_asked", "www.outside.example.")
    assert answer.detail == "www.outside.example A"


def test_a_loop_is_named_and_not_followed_for_ever() -> None:
    answer = ask("loop1.example.com.", "A")
    assert isinstance(answer, Unknown)
    assert answer.reason == "limit"
    assert "loop" in answer.detail


def test_a_chain_of_over_eight_names_ends() -> None:
    answer = ask("c0.example.com.", "A")
    assert isinstance(answer, Unknown)
    assert answer.reason == "limit"


def test_outside_every_declared_zone_nothing_is_known() -> None:
    assert ask("example.org.", "A") == Unknown("not_asked", "example.org A")
    assert ask("com.", "A") == Unknown("not_asked", "com A")


def test_below_a_cut_nothing_is_known_even_where_glue_stands() -> None:
    for name in ("child.example.com.", "ns.child.example.com.", "x.y.child.example.com."):
        answer = ask(name, "A")
        assert isinstance(answer, Unknown), name
        assert answer.reason == "not_asked"


def test_the_parent_answers_for_ds_at_the_cut() -> None:
    assert texts("child.example.com.", "DS") == ["1"]
    assert texts("sub.example.com.", "DS") == ["2"]


def test_a_declared_child_zone_answers_for_itself() -> None:
    assert texts("sub.example.com.", "A") == ["192.0.2.7"]
    assert ask("nothing.sub.example.com.", "A") == Absent("nxdomain")


def test_a_dname_redirects_what_is_below_it_but_not_itself() -> None:
    assert texts("host.old.example.com.", "A") == ["192.0.2.6"]
    assert ask("old.example.com.", "A") == Absent("nodata")


def test_an_alias_answers_for_addresses_only() -> None:
    assert texts("flat.example.com.", "A") == ["192.0.2.1"]
    assert ask("flat.example.com.", "MX") == Absent("nodata")


def test_an_alias_of_a_provider_is_unknown() -> None:
    assert isinstance(ask("provider.example.com.", "A"), Unknown)


def test_a_policy_is_never_known_from_zones() -> None:
    for served in (POLICY, STS_RECORD):
        assert ask("example.com.", served) == Unknown("not_asked", f"example.com {served}")


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_batch_gets_as_many_answers_as_questions(count: int) -> None:
    questions = {Question(f"n{n}.example.net.", "A") for n in range(count)}
    assert WORLD.answer(questions).keys() == questions


def test_what_is_remembered_stays_bounded_and_answers_stay_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailcheck.view.overlay.REMEMBERED", 10)
    zones = [zone(f"z{n}.example", f"www A 192.0.2.{n}") for n in range(30)]
    overlay = Overlay(zones)
    for _ in range(2):
        for n in range(30):
            question = Question(f"www.z{n}.example.", "A")
            answer = overlay.answer({question})[question]
            assert isinstance(answer, Present)
            assert answer.records[0].text == f"192.0.2.{n}"


def test_of_an_incomplete_zone_nothing_is_known_to_be_absent() -> None:
    declared = zone("example.com", "www A 192.0.2.1", "alias CNAME gone.example.com.")
    view = Overlay([replace(declared, incomplete=True)])
    questions = {
        Question(f"{name}.example.com.", rtype)
        for name, rtype in (("www", "A"), ("www", "MX"), ("gone", "A"), ("alias", "A"))
    }
    answers = {(question.name, question.type): answer for question, answer in view.answer(questions).items()}
    assert isinstance(answers["www.example.com.", "A"], Present)
    assert answers["www.example.com.", "MX"] == Unknown("unread", "www.example.com MX")
    assert answers["gone.example.com.", "A"] == Unknown("unread", "gone.example.com A")
    assert answers["alias.example.com.", "A"] == Unknown("unread", "gone.example.com A", ("alias.example.com.",))


def test_what_a_wildcard_that_could_not_be_read_covers_is_not_known() -> None:
    declared = replace(
        zone("example.com", "www A 192.0.2.1"), unread=frozenset({"*.example.com.", "b.a.example.com."})
    )
    view = Overlay([declared])
    assert view.resolve("gone.example.com.", "A") == Unknown("unread", "gone.example.com A")
    assert isinstance(view.resolve("www.example.com.", "MX"), Absent)
    assert view.resolve("a.example.com.", "MX") == Absent("nodata")
    assert view.resolve("x.a.example.com.", "MX") == Absent("nxdomain")
    assert view.resolve("b.a.example.com.", "A") == Unknown("unread", "b.a.example.com A")
