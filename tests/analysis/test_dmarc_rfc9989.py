"""The examples and clauses of RFC 9989, one test each."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from mailcheck.analysis.dmarc_alignment import aligned
from mailcheck.analysis.dmarc_check import evaluate
from mailcheck.analysis.dmarc_policy import Policy, discover_policy, tree_walk
from mailcheck.analysis.dmarc_reports import report_destinations
from mailcheck.grammar.dmarc import parse_dmarc
from mailcheck.model.dns import Answer
from tests.analysis.dmarc_world import TIMEOUT, DmarcWorld
from tests.analysis.evaluation import run

NONE = "v=DMARC1; p=none"
Records = Mapping[str, str | Answer]


class Consent(DmarcWorld):
    """example.com's policy, and one record by which another host takes its reports."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__({"example.com": NONE})
        self._records[name] = text


def policy(author: str, records: Records, missing: tuple[str, ...] = ()) -> Policy:
    return run(discover_policy(f"{author}."), DmarcWorld(records, missing))


def found_at(author: str, records: Records) -> str:
    source = policy(author, records).source
    return source.domain.removesuffix(".") if source else ""


def organization(domain: str, records: Records) -> str:
    return run(tree_walk(f"{domain}."), DmarcWorld(records)).organizational_domain.removesuffix(".")


class TestTheTreeWalk:
    """Section 4.10."""

    def test_a_long_name_is_cut_to_seven_labels_after_the_first_query(self) -> None:
        world = DmarcWorld({})
        run(tree_walk("a.b.c.d.e.f.g.h.i.j.mail.example.com."), world)
        assert {question.name for question in world.asked} == {
            "_dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com.",
            "_dmarc.g.h.i.j.mail.example.com.",
            "_dmarc.h.i.j.mail.example.com.",
            "_dmarc.i.j.mail.example.com.",
            "_dmarc.j.mail.example.com.",
            "_dmarc.mail.example.com.",
            "_dmarc.example.com.",
            "_dmarc.com.",
        }
        assert all(question.type == "TXT" for question in world.asked)

    def test_an_organization_that_the_cut_jumps_over_is_never_found(self) -> None:
        """Section 5.1.8: the record with psd=n at the eighth label from the right."""
        author = "mail.a.b.c.d.e.f.g.example.com"
        records = {"example.com": NONE, "b.c.d.e.f.g.example.com": "v=DMARC1; p=reject; psd=n"}
        assert found_at(author, records) == "example.com"
        assert organization(author, records) == "example.com"
        assert found_at(author, {**records, author: NONE}) == author

    @pytest.mark.parametrize(
        ("above", "expected"),
        [
            ("v=spf1 -all", "mail.example.com"),
            ("v=DMARC2; p=none", "mail.example.com"),
            ("p=none; v=DMARC1", "mail.example.com"),
            (f"{NONE}\nv=DMARC1; p=reject", "mail.example.com"),
            (f"{NONE}\nv=spf1 -all", "example.com"),
        ],
    )
    def test_other_versions_and_several_records_are_discarded(self, above: str, expected: str) -> None:
        assert organization("mail.example.com", {"mail.example.com": NONE, "example.com": above}) == expected

    @pytest.mark.parametrize(("flag", "expected"), [("n", "mail.example.com"), ("y", "a.mail.example.com")])
    def test_the_walk_stops_at_psd(self, flag: str, expected: str) -> None:
        records = {"mail.example.com": f"{NONE}; psd={flag}", "example.com": NONE, "com": NONE}
        assert organization("a.mail.example.com", records) == expected

    @pytest.mark.parametrize("flag", ["u", "x", ""])
    def test_it_stops_at_no_other_value(self, flag: str) -> None:
        records = {"mail.example.com": f"{NONE}; psd={flag}", "example.com": NONE}
        assert organization("a.mail.example.com", records) == "example.com"


class TestPolicyDiscovery:
    """Section 4.10.1."""

    def test_the_author_domain_comes_first(self) -> None:
        records = {"a.example.com": NONE, "example.com": NONE, "com": f"{NONE}; psd=y"}
        assert found_at("a.example.com", records) == "a.example.com"

    def test_then_the_organizational_domain(self) -> None:
        records = {"b.example.com": NONE, "example.com": NONE, "com": f"{NONE}; psd=y"}
        assert found_at("a.b.example.com", records) == "example.com"
        assert found_at("a.b.example.com", {**records, "b.example.com": f"{NONE}; psd=n"}) == "b.example.com"

    def test_then_the_public_suffix_domain(self) -> None:
        assert found_at("a.example.com", {"com": f"{NONE}; psd=y"}) == "com"

    def test_the_public_suffix_is_not_used_for_an_organization_with_a_record(self) -> None:
        records = {
            "example.com": "v=DMARC1; p=none",
            "com": "v=DMARC1; p=reject; psd=y; rua=mailto:a@registry.com",
        }
        assert found_at("a.example.com", records) == "example.com"

    def test_the_author_domain_need_not_be_the_organization(self) -> None:
        found = policy("a.example.com", {"a.example.com": NONE, "example.com": NONE})
        assert found.source is not None
        assert found.source.domain == "a.example.com."
        assert found.walk.organizational_domain == "example.com."

    @pytest.mark.parametrize("labels", [8, 9, 12])
    def test_the_walk_of_a_long_author_domain_goes_on_above(self, labels: int) -> None:
        author = ".".join(["x"] * (labels - 2)) + ".example.com"
        assert found_at(author, {"example.com": NONE}) == "example.com"

    @pytest.mark.parametrize(("sp", "np"), [("quarantine", "reject"), ("reject", "none")])
    def test_p_for_the_author_domain_sp_and_np_below_the_organization(self, sp: str, np: str) -> None:
        records = {"example.com": f"v=DMARC1; p=none; sp={sp}; np={np}"}
        assert policy("example.com", records).requested == "none"
        assert policy("a.example.com", records).requested == sp
        assert policy("a.example.com", records, missing=("a.example.com",)).requested == np

    def test_sp_and_np_of_a_public_suffix(self) -> None:
        records = {"bank": "v=DMARC1; p=none; sp=quarantine; np=reject; psd=y"}
        assert policy("bank", records).requested == "none"
        assert policy("a.bank", records).requested == "quarantine"
        assert policy("a.bank", records, missing=("a.bank",)).requested == "reject"

    def test_sp_and_np_of_the_author_domain_itself_do_not_count(self) -> None:
        records = {"a.example.com": "v=DMARC1; p=none; sp=reject; np=reject", "example.com": NONE}
        assert policy("a.example.com", records, missing=("a.example.com",)).requested == "none"

    @pytest.mark.parametrize(
        ("tags", "existing", "missing"),
        [
            ("p=reject", "reject", "reject"),
            ("p=reject; sp=none", "none", "none"),
            ("p=reject; np=none", "reject", "none"),
            ("p=none; sp=quarantine; np=reject", "quarantine", "reject"),
        ],
    )
    def test_what_is_absent_is_taken_from_sp_and_then_p(self, tags: str, existing: str, missing: str) -> None:
        records = {"example.com": f"v=DMARC1; {tags}"}
        assert policy("a.example.com", records).requested == existing
        assert policy("a.example.com", records, missing=("a.example.com",)).requested == missing

    @pytest.mark.parametrize(
        "tags", ["sp=reject", "p=", "p=rejected", "p=reject; sp=x", "p=reject; np=x", "p=reject; sp=none; np="]
    )
    def test_without_valid_tags_it_is_none_where_reports_are_asked_for(self, tags: str) -> None:
        rua = "rua=mailto:dmarc@example.com"
        for author in ("example.com", "a.example.com"):
            assert policy(author, {"example.com": f"v=DMARC1; {tags}; {rua}"}).requested == "none"
            assert policy(author, {"example.com": f"v=DMARC1; {tags}; rua=x!y,{rua[4:]}"}).requested == "none"
            for no_address in ("", "; rua=", "; rua=dmarc@example.com", "; ruf=mailto:dmarc@example.com"):
                assert policy(author, {"example.com": f"v=DMARC1; {tags}{no_address}"}).requested is None

    def test_a_record_that_asks_for_nothing_still_hides_those_above(self) -> None:
        found = policy("a.example.com", {"a.example.com": "v=DMARC1", "example.com": "v=DMARC1; p=reject"})
        assert found.requested is None

    def test_without_a_record_dmarc_does_not_apply(self) -> None:
        found = policy("a.example.com", {})
        assert (found.source, found.requested, found.open) == (None, None, None)

    def test_an_error_of_dns_is_not_the_absence_of_a_record(self) -> None:
        found = policy("a.example.com", {"example.com": TIMEOUT})
        assert found.open == (("_dmarc.example.com.", "TXT"), TIMEOUT)


class TestOrganizationalDomains:
    """Section 4.10.2."""

    @pytest.mark.parametrize(
        ("records", "expected"),
        [
            ({"mail.example.com": NONE, "example.com": NONE}, "example.com"),
            ({"mail.example.com": f"{NONE}; psd=n"}, "mail.example.com"),
            ({"com": f"{NONE}; psd=y"}, "example.com"),
            ({"example.com": f"{NONE}; psd=y"}, "mail.example.com"),
            ({}, "a.mail.example.com"),
            ({"a.mail.example.com": NONE}, "a.mail.example.com"),
            ({"a.mail.example.com": f"{NONE}; psd=y", "example.com": NONE}, "a.mail.example.com"),
        ],
    )
    def test_the_examples(self, records: Records, expected: str) -> None:
        assert organization("a.mail.example.com", records) == expected


class TestAlignmentExamples:
    """Appendix B.1: the identifier that passed, the author domain, and whether they are aligned."""

    @pytest.mark.parametrize(
        ("identifier", "author", "strict", "relaxed"),
        [
            ("example.com", "example.com", True, True),
            ("child.example.com", "example.com", False, True),
            ("example.com", "child.example.com", False, True),
            ("example.net", "child.example.com", False, False),
        ],
    )
    def test_strict_and_relaxed(self, identifier: str, author: str, strict: bool, relaxed: bool) -> None:
        world = DmarcWorld({"example.com": NONE, "example.net": NONE})
        assert run(aligned(f"{identifier}.", f"{author}.", "s"), world).aligned is strict
        assert run(aligned(f"{identifier}.", f"{author}.", "r"), world).aligned is relaxed
        for spf, dkim in (([(f"{identifier}.", "pass")], []), ([], [(f"{identifier}.", "pass")])):
            said = run(evaluate(f"{author}.", spf, dkim), world)
            assert said.result == ("pass" if relaxed else "fail")

    def test_an_organization_taken_too_high_lets_neighbours_pass(self) -> None:
        """Section 11.8: psd=n keeps the neighbour out."""
        records = {"mail.example.com": NONE, "example.com": NONE}
        neighbour = aligned("mail.example.com.", "evil.example.com.", "r")
        assert run(neighbour, DmarcWorld(records)).aligned
        neighbour = aligned("mail.example.com.", "evil.example.com.", "r")
        assert run(neighbour, DmarcWorld({**records, "mail.example.com": f"{NONE}; psd=n"})).aligned is False


class TestDomainOwnerExamples:
    """Appendix B.2."""

    def test_monitoring_mode_and_failure_reports(self) -> None:
        text = f"{NONE}; rua=mailto:dmarc-feedback@example.com; ruf=mailto:auth-reports@example.com"
        tree = parse_dmarc(text)
        assert (tree.request("p"), tree.testing, tree.policy_faults, tree.discarded) == ("none", False, (), ())
        assert [uri.host for uri in (*tree.rua, *tree.ruf)] == ["example.com.", "example.com."]
        assert policy("example.com", {"example.com": text}).applied == "none"

    def test_reports_to_a_third_party_need_its_record(self) -> None:
        hosts = ("example.com.", "thirdparty.example.net.")
        world = DmarcWorld({"example.com": NONE})
        said = run(report_destinations("example.com.", hosts), world)
        assert [(host, to.kind) for host, to in said.items()] == [(hosts[0], "inside"), (hosts[1], "refuses")]
        assert said[hosts[1]].consent_name == "example.com._report._dmarc.thirdparty.example.net."

    @pytest.mark.parametrize(
        "consent",
        ["v=DMARC1;", "v=DMARC1; rua=mailto:a@thirdparty.example.net; ruf=mailto:b@thirdparty.example.net"],
    )
    def test_the_third_party_agrees_and_may_name_other_mailboxes(self, consent: str) -> None:
        host = "thirdparty.example.net."
        view = Consent(f"example.com._report._dmarc.{host}", consent)
        to = run(report_destinations("example.com.", (host,)), view)[host]
        assert (to.kind, [record.text for record in to.records]) == ("consents", [consent])

    def test_a_subdomain_in_test_mode(self) -> None:
        text = (
            "v=DMARC1; p=quarantine; rua=mailto:dmarc-feedback@example.com,"
            "mailto:tld-test@thirdparty.example.net; t=y"
        )
        found = policy("test.example.com", {"test.example.com": text, "example.com": NONE})
        assert (found.requested, found.applied) == ("quarantine", "none")
        assert [uri.host for uri in parse_dmarc(text).rua] == ["example.com.", "thirdparty.example.net."]
        assert policy("test.example.com", {"test.example.com": "v=DMARC1; p=reject"}).applied == "reject"
