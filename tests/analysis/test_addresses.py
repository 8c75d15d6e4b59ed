"""Addresses of host names, from declared zones and from elsewhere."""

import ipaddress

from mailcheck.analysis.addresses import HostAddresses, first_open, host_addresses
from mailcheck.model.dns import Absent, Answer, Present, Question, Unknown
from mailcheck.view.overlay import Overlay
from tests.analysis.evaluation import Scripted, run
from tests.build import record, zone


def declared(name: str, *lines: str) -> HostAddresses:
    return run(host_addresses(name), Overlay([zone("example.com", *lines)]))[name]


def scripted(a: Answer, aaaa: Answer) -> HostAddresses:
    name = "mail.example.net."
    return run(host_addresses(name), Scripted({(name, "A"): a, (name, "AAAA"): aaaa}))[name]


def live(rtype: str, text: str) -> Present:
    return Present((record("example.net.", "live", 1, f"mail {rtype} {text}"),), source="live")


def test_both_families_are_found_with_their_records() -> None:
    host = declared("mail.example.com.", "mail AAAA 2001:db8::25", "mail A 192.0.2.25", "mail A 192.0.2.26")
    assert [str(found.address) for found in host.found] == ["192.0.2.25", "192.0.2.26", "2001:db8::25"]
    assert host.found[2].record.at.line == 1
    assert host.declared
    assert not host.missing
    assert [str(found.address) for found in host.of_version(6)] == ["2001:db8::25"]


def test_a_name_that_the_zone_does_not_hold_is_missing() -> None:
    host = declared("gone.example.com.", "mail A 192.0.2.25")
    assert host.missing
    assert not host.declared
    assert not host.silent


def test_an_alias_shows_in_the_chain() -> None:
    host = declared("smtp.example.com.", "smtp CNAME mail.example.com.", "mail A 192.0.2.25")
    assert host.chain == ("smtp.example.com.",)
    assert host.found[0].address == ipaddress.ip_address("192.0.2.25")


def test_an_alias_that_leads_out_is_known_though_its_end_is_not() -> None:
    host = declared("smtp.example.com.", "smtp CNAME mx.provider.example.")
    assert host.chain == ("smtp.example.com.",)
    assert host.silent
    assert not host.missing


def test_one_family_unknown_is_neither_silent_nor_missing() -> None:
    host = scripted(Absent("nodata"), Unknown("timeout"))
    assert not host.missing
    assert not host.silent
    assert [question.type for question, _ in host.unanswered] == ["AAAA"]


def test_what_a_resolver_says_is_not_declared() -> None:
    host = scripted(live("A", "192.0.2.25"), Absent("nodata"))
    assert host.found
    assert not host.declared


def test_a_value_that_is_no_address_counts_as_none() -> None:
    host = scripted(live("A", "not an address"), Absent("nodata"))
    assert host.missing


def test_many_names_are_one_batch() -> None:
    view = Scripted({})
    hosts = run(host_addresses("a.example.", "b.example."), view)
    assert set(hosts) == {"a.example.", "b.example."}
    assert view.batches == 1


def test_the_question_that_was_asked_in_vain_is_told_first() -> None:
    never = scripted(Unknown("not_asked"), Unknown("not_asked"))
    timed_out = scripted(Unknown("not_asked"), Unknown("timeout"))
    assert first_open([never, timed_out]) == (Question("mail.example.net.", "AAAA"), Unknown("timeout"))
    assert first_open([never]) == (Question("mail.example.net.", "A"), Unknown("not_asked"))
    assert first_open([scripted(Absent("nodata"), Absent("nodata"))]) is None
