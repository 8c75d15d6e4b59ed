"""check_host(): results, limits, and the way to them (RFC 7208)."""

from __future__ import annotations

import ipaddress

import pytest

from mailcheck.analysis.spf_check import check_host
from mailcheck.analysis.spf_request import SpfRequest, mail_from_request
from mailcheck.model.dns import Absent, Present, Question, Unknown
from mailcheck.model.location import NOWHERE
from mailcheck.model.record import Record
from tests.analysis.evaluation import Scripted, run
from tests.analysis.spf_checks import Dictionary, World, check, names, spf

CHAIN: World = {
    "example.com TXT": ["v=spf1 include:_spf.example.net -all exp=why.example.com"],
    "_spf.example.net TXT": [
        "other text",
        "v=spf1 a:mail.example.net ?ip4:192.0.2.0/24 redirect=more.example.net",
    ],
    "mail.example.net A": ["198.51.100.7"],
    "more.example.net TXT": ["v=spf1 ip6:2001:db8::/32 ~all"],
    "why.example.com TXT": ["%{i} may not send for %{o}, asked by %{r}"],
}


def test_the_steps_tell_the_whole_way() -> None:
    outcome = check(CHAIN, ip="203.0.113.9")
    assert names(outcome) == [
        "example.com: record",
        "include:_spf.example.net: no match",
        "  _spf.example.net: record",
        "  a:mail.example.net: no match",
        "  ?ip4:192.0.2.0/24: no match",
        "  redirect=more.example.net: followed",
        "  more.example.net: record",
        "  ip6:2001:db8::/32: no match",
        "  ~all: match",
        "-all: match",
        "exp=why.example.com: explanation",
    ]
    assert outcome.result == "fail"
    assert outcome.explanation == "203.0.113.9 may not send for example.com, asked by mx.example.org"
    assert (outcome.lookups, outcome.voids) == (3, 0)


def test_the_matched_term_is_narrowed_to_its_place() -> None:
    outcome = check(CHAIN, ip="198.51.100.7")
    assert outcome.result == "pass"
    assert outcome.term is not None
    assert (outcome.term.text, outcome.term.domain) == ("include:_spf.example.net", "example.com.")
    assert outcome.term.at.path == "zones/example.com.yaml"
    assert (outcome.term.at.column, outcome.term.at.end_column) == (17, 41)
    assert outcome.steps[0].at.column == 10
    inner = outcome.steps[3]
    assert (inner.text, inner.outcome, inner.at.column) == ("a:mail.example.net", "match", 17)
    assert [question for question, _answer in inner.asked] == [Question("mail.example.net.", "A")]


def test_after_a_redirect_the_matched_term_is_in_the_other_record() -> None:
    outcome = check(spf("redirect=_spf.%{d}", **{"_spf.example.com TXT": ["v=spf1 +ip4:192.0.2.1"]}))
    assert outcome.result == "pass"
    assert outcome.domain == "example.com."
    assert outcome.term is not None
    assert (outcome.term.text, outcome.term.domain) == ("+ip4:192.0.2.1", "_spf.example.com.")


def test_a_record_that_no_file_holds_has_no_place() -> None:
    record = Record("example.com.", "TXT", 300, "v=spf1 -all moo", NOWHERE, NOWHERE)
    view = Scripted({("example.com.", "TXT"): Present((record,), source="live")})
    outcome = run(
        check_host(mail_from_request(ipaddress.ip_address("192.0.2.1"), "u@example.com", "h.example")), view
    )
    assert [step.at for step in outcome.steps] == [NOWHERE, NOWHERE]


def test_a_syntax_error_is_shown_where_it_is() -> None:
    outcome = check(spf("ip4:192.0.2.1 a:x..5"))
    assert outcome.result == "permerror"
    assert (outcome.lookups, outcome.term) == (0, None)
    assert (outcome.steps[-1].text, outcome.steps[-1].at.column) == ("a:x..5", 36)
    assert "last label" in outcome.why


@pytest.mark.parametrize("name", ["redirect", "exp"])
def test_a_modifier_twice_is_an_error(name: str) -> None:
    outcome = check(spf(f"{name}=a.example x=y x=y {name}=b.example"))
    assert outcome.result == "permerror"
    assert outcome.steps[-1].text == f"{name}=b.example"


@pytest.mark.parametrize(
    ("reason", "result"),
    [
        *[(reason, "temperror") for reason in ("timeout", "servfail", "refused", "formerr")],
        *[(reason, "undetermined") for reason in ("not_asked", "unusable", "budget", "limit", "unread")],
    ],
)
@pytest.mark.parametrize(
    ("record", "open_name"),
    [
        ("a:x.example", "x.example A"),
        ("mx:x.example", "x.example MX"),
        ("mx:y.example", "x.example A"),
        ("exists:x.example", "x.example A"),
        ("include:x.example", "x.example TXT"),
        ("redirect=x.example", "x.example TXT"),
    ],
)
def test_a_question_without_an_answer(record: str, open_name: str, reason: str, result: str) -> None:
    outcome = check(spf(record, **{"y.example MX": ["5 x.example"], open_name: reason}))
    assert outcome.result == result
    assert open_name.partition(" ")[0] in outcome.why
    if result == "undetermined":
        question = Question(open_name.partition(" ")[0] + ".", open_name.partition(" ")[2])
        assert outcome.open == (question, Unknown(reason))  # type: ignore[arg-type]
    else:
        assert outcome.open is None


def test_what_matched_before_an_open_question_stands() -> None:
    assert check(spf("ip4:192.0.2.1 a:x.example", **{"x.example A": "not_asked"})).result == "pass"


def test_the_domain_itself_not_asked() -> None:
    outcome = check({"example.com TXT": "not_asked"})
    assert (outcome.result, names(outcome)) == ("undetermined", ["example.com: undetermined"])


@pytest.mark.parametrize(
    ("sender", "helo", "domain", "result"),
    [
        ("user@example.com", "x.example", "example.com.", "pass"),
        ("@example.com", "x.example", "example.com.", "pass"),
        ("user@EXAMPLE.com", "x.example", "example.com.", "pass"),
        ('"a@b"@example.com', "x.example", "example.com.", "pass"),
        ("", "example.com", "example.com.", "pass"),
        ("", "example.com.", "example.com.", "pass"),
        ("user@a..example.com", "x.example", "a..example.com.", "none"),
        ("user@" + "a" * 64 + ".example.com", "x.example", "a" * 64 + ".example.com.", "none"),
        ("user@[192.0.2.1]", "x.example", "[192.0.2.1].", "none"),
        ("user@com", "x.example", "com.", "none"),
        ("user@" + "a." * 130 + "example.com", "x.example", "a." * 130 + "example.com.", "none"),
        ("user@\udc80.example.com", "x.example", "\udc80.example.com.", "none"),
        ("user@other.example", "x.example", "other.example.", "none"),
        ("user@bücher.example", "x.example", "xn--bcher-kva.example.", "pass"),
    ],
)
def test_whose_record_is_looked_at(sender: str, helo: str, domain: str, result: str) -> None:
    world = {"example.com TXT": ["v=spf1 +all"], "xn--bcher-kva.example TXT": ["v=spf1 +all"]}
    outcome = check(world, sender=sender, helo=helo)
    assert (outcome.domain, outcome.result) == (domain, result)


def test_of_several_records_none_counts() -> None:
    outcome = check({"example.com TXT": ["v=spf1 -all", "v=SPF1 +all"]})
    assert (outcome.result, outcome.why) == ("permerror", "2 SPF records, where one must stand")


@pytest.mark.parametrize(
    ("ip", "result"),
    [("192.0.2.1", "pass"), ("::ffff:192.0.2.1", "pass"), ("::192.0.2.1", "softfail"), ("2001:db8::1", "neutral")],
)
def test_mapped_addresses_are_ipv4(ip: str, result: str) -> None:
    assert check(spf("ip4:192.0.2.0/24 ?ip6:2001:db8::/32 -ip6:::ffff:0:0/96 ~all"), ip=ip).result == result


@pytest.mark.parametrize(
    ("target", "word"), [("include:gone.example", "include"), ("redirect=gone.example", "redirect")]
)
def test_a_record_that_must_be_there(target: str, word: str) -> None:
    outcome = check(spf(target))
    assert outcome.result == "permerror"
    assert outcome.why == f"`{word}` leads to `gone.example`, which has no SPF record"


@pytest.mark.parametrize("target", ["include:%{h}", "redirect=%{h}", "include:a..example", "redirect=a..example"])
def test_a_record_that_can_have_no_name(target: str) -> None:
    outcome = check(spf(target), helo="single")
    assert (outcome.result, outcome.why) == ("permerror", "it leads to no domain name")


@pytest.mark.parametrize("term", ["a:a..example", "mx:%{l}.example", "exists:%{h}.x.example", "ptr:a..example"])
def test_a_name_that_is_none_does_not_match(term: str) -> None:
    view = Dictionary(spf(f"{term} -all"))
    outcome = check(view, sender=f"{'x' * 64}@example.com", helo=".")
    assert (outcome.result, outcome.voids, len(view.asked)) == ("fail", 0, 1)
    assert outcome.steps[1].why == "its name is no domain name"


def test_eleven_terms_are_one_too_many() -> None:
    hosts = {f"h{number}.example A": ["198.51.100.1"] for number in range(11)}
    ten = " ".join(f"a:h{number}.example" for number in range(10))
    assert check(spf(f"{ten} ip4:192.0.2.1", **hosts)).lookups == 10
    assert check(spf(f"{ten} ip4:192.0.2.1 a:h10.example", **hosts)).result == "pass"
    outcome = check(spf(f"{ten} a:h10.example ip4:192.0.2.1", **hosts))
    assert (outcome.result, outcome.lookups) == ("permerror", 11)
    assert (outcome.steps[-1].text, outcome.why) == ("a:h10.example", "DNS lookup 11, and the limit is 10")


def test_the_lookups_of_all_records_are_one_count() -> None:
    worlds = {f"n{number}.example TXT": [f"v=spf1 include:n{number + 1}.example"] for number in range(100)}
    view = Dictionary({"example.com TXT": ["v=spf1 include:n0.example -all"], **worlds})
    outcome = check(view)
    assert (outcome.result, outcome.lookups, len(view.asked)) == ("permerror", 11, 11)
    assert [step.why for step in outcome.steps if step.why] == ["DNS lookup 11, and the limit is 10"]
    assert {step.outcome for step in outcome.steps} == {"record", "permerror"}


def test_three_terms_that_find_nothing_are_one_too_many() -> None:
    assert check(spf("a:g1.example mx:g2.example ip4:192.0.2.1")).result == "pass"
    outcome = check(spf("a:g1.example mx:g2.example exists:g3.example ip4:192.0.2.1"))
    assert (outcome.result, outcome.voids, outcome.steps[-1].text) == ("permerror", 3, "exists:g3.example")


def test_a_term_is_void_once_and_only_where_it_finds_nothing() -> None:
    world = spf(
        "mx mx:null.example mx:none.example ~all",
        **{
            "example.com MX": ["5 gone1.example", "5 gone2.example", "10 here.example"],
            "here.example A": ["198.51.100.1"],
            "null.example MX": ["0 ."],
            "none.example MX": [f"5 gone{number}.example" for number in range(9)],
        },
    )
    outcome = check(world)
    assert (outcome.result, outcome.voids) == ("softfail", 1)


@pytest.mark.parametrize(("number", "result"), [(10, "pass"), (11, "permerror")])
def test_an_mx_has_ten_exchanges_at_most(number: int, result: str) -> None:
    exchanges = [f"{place} m{place}.example" for place in range(number)]
    assert check(spf("mx", **{"example.com MX": exchanges, "m9.example A": ["192.0.2.1"]})).result == result


def test_exchanges_are_looked_at_in_their_order() -> None:
    world = {"example.com MX": ["20 slow.example", "10 m.example"], "slow.example A": "timeout"}
    assert check(spf("mx", **world, **{"m.example A": ["192.0.2.1"]})).result == "pass"
    assert check(spf("mx", **world, **{"m.example A": ["192.0.2.2"]})).result == "temperror"


def ptr(names_: list[str], **others: list[str] | str) -> World:
    return spf("ptr:example.org -all", **{"1.2.0.192.in-addr.arpa PTR": names_, **others})


def test_the_first_ten_names_of_a_client_count() -> None:
    many = [f"n{number}.example.org" for number in range(11)]
    assert check(ptr(many, **{"n9.example.org A": ["192.0.2.1"]})).result == "pass"
    assert check(ptr(many, **{"n10.example.org A": ["192.0.2.1"]})).result == "fail"


@pytest.mark.parametrize(
    ("world", "result"),
    [
        (ptr(["x.example.org"], **{"x.example.org A": ["192.0.2.2"]}), "fail"),
        (ptr(["xexample.org"], **{"xexample.org A": ["192.0.2.1"]}), "fail"),
        (ptr(["Example.ORG."], **{"example.org A": ["192.0.2.1"]}), "pass"),
        (ptr(["slow.example.org", "x.example.org"], **{"slow.example.org A": "timeout", "x.example.org A": ["192.0.2.1"]}), "pass"),
        (ptr(["slow.example.org"], **{"slow.example.org A": "timeout"}), "fail"),
        (ptr(["open.example.org"], **{"open.example.org A": "not_asked"}), "undetermined"),
        (ptr(["open.example.org", "x.example.org"], **{"open.example.org A": "not_asked", "x.example.org A": ["192.0.2.1"]}), "pass"),
        (spf("ptr -all", **{"1.2.0.192.in-addr.arpa PTR": "servfail"}), "fail"),
        (spf("ptr -all", **{"1.2.0.192.in-addr.arpa PTR": "not_asked"}), "undetermined"),
    ],
)  # fmt: skip
def test_names_of_the_client(world: World, result: str) -> None:
    assert check(world).result == result


def test_an_explanation_of_an_include_is_not_taken() -> None:
    world = spf(
        "-include:a.example +all exp=why.example",
        **{
            "a.example TXT": ["v=spf1 +all exp=other.example"],
            "why.example TXT": ["ours"],
            "other.example TXT": ["theirs"],
        },
    )
    assert check(world).explanation == "ours"


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        (None, "no text was found"),
        ("timeout", "no text was found"),
        (["one", "two"], "2 texts, where one must stand"),
        (["%{x}"], "unknown macro letter `x`"),
        (["caf\xe9"], "only ASCII characters may stand here"),
        (["%{s}" * 5_000], "the text is too long"),
        (["%{p}"], "1.2.0.192.in-addr.arpa PTR was not answered (not_asked)"),
    ],
)
def test_a_faulty_explanation_is_none(texts: list[str] | str | None, why: str) -> None:
    others: dict[str, list[str] | str] = {"1.2.0.192.in-addr.arpa PTR": "not_asked"}
    if texts is not None:
        others["why.example TXT"] = texts
    outcome = check(spf("-all exp=why.example", **others))
    assert (outcome.result, outcome.explanation) == ("fail", None)
    assert (outcome.steps[-1].outcome, outcome.steps[-1].why, outcome.why) == ("no explanation", why, "")


def test_an_explanation_without_a_name() -> None:
    outcome = check(spf("-all exp=%{h}..example"))
    assert (outcome.explanation, outcome.steps[-1].why) == (None, "its name is no domain name")


def test_a_request_made_by_hand() -> None:
    request = SpfRequest(ipaddress.ip_address("192.0.2.1"), "mail.example.", "", "mail.example.")
    view = Dictionary(
        {
            "mail.example TXT": ["v=spf1 exists:%{s}.%{h}"],
            "postmaster\\@mail.example.mail.example A": ["127.0.0.2"],
        }
    )
    assert run(check_host(request), view).result == "pass"


def test_each_question_is_asked_once() -> None:
    view = Dictionary(spf("a mx a mx include:i.example include:i.example ~all", **{
        "i.example TXT": ["v=spf1 a:example.com ?all"], "example.com A": ["198.51.100.1"], "example.com MX": ["5 example.com"],
    }))  # fmt: skip
    outcome = check(view)
    assert (outcome.result, outcome.lookups) == ("softfail", 8)
    assert len(view.asked) == len(set(view.asked)) == 4


def test_absent_without_a_record() -> None:
    outcome = run(
        check_host(mail_from_request(ipaddress.ip_address("192.0.2.1"), "u@example.com", "h.example")),
        Scripted({("example.com.", "TXT"): Absent("nodata")}),
    )
    assert (outcome.result, outcome.term, outcome.why) == ("none", None, "there is no SPF record")
