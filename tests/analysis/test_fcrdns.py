"""Forward-confirmed reverse DNS, from confirmed to not to be told."""

import ipaddress

from mailcheck.analysis.fcrdns import MAX_NAMES, ReverseDns, reverse_dns
from mailcheck.model.dns import Absent, Present, Question, Unknown
from mailcheck.model.zone import Zone
from mailcheck.view.overlay import Overlay
from tests.analysis.evaluation import Scripted, run
from tests.build import record, zone

ADDRESS = ipaddress.ip_address("192.0.2.25")
OWNER = "25.2.0.192.in-addr.arpa."
FORWARD = zone("example.com", "mail A 192.0.2.25", "old A 192.0.2.99", "smtp CNAME mail.example.com.")


def reverse(*lines: str) -> Zone:
    return zone("2.0.192.in-addr.arpa", *lines)


def look_up(*zones: Zone) -> ReverseDns:
    return run(reverse_dns(ADDRESS), Overlay(zones))[ADDRESS]


def test_a_name_that_leads_back_confirms() -> None:
    looked_up = look_up(FORWARD, reverse("25 PTR Mail.Example.com."))
    assert [name.name for name in looked_up.confirming] == ["mail.example.com."]
    assert looked_up.open is None
    assert looked_up.declared
    assert looked_up.names[0].record.at.path.startswith("zones/2.0.192")
    assert looked_up.names[0].shown == "mail.example.com"


def test_a_name_that_leads_elsewhere_does_not() -> None:
    looked_up = look_up(FORWARD, reverse("25 PTR old.example.com."))
    assert looked_up.confirming == ()
    assert looked_up.open is None
    assert str(looked_up.names[0].forward.found[0].address) == "192.0.2.99"


def test_one_of_several_names_is_enough_though_others_are_unknown() -> None:
    looked_up = look_up(FORWARD, reverse("25 PTR mx.provider.example.", "25 PTR mail.example.com."))
    assert [name.name for name in looked_up.confirming] == ["mail.example.com."]
    assert looked_up.open is None


def test_no_ptr_in_a_declared_zone_is_absent() -> None:
    looked_up = look_up(FORWARD, reverse("26 PTR mail.example.com."))
    assert isinstance(looked_up.answer, Absent)
    assert looked_up.open is None
    assert not looked_up.declared


def test_an_undeclared_reverse_zone_leaves_it_open() -> None:
    looked_up = look_up(FORWARD)
    assert looked_up.open == (Question(OWNER, "PTR"), looked_up.answer)


def test_a_name_outside_the_declared_zones_leaves_it_open() -> None:
    looked_up = look_up(FORWARD, reverse("25 PTR mx.provider.example."))
    assert looked_up.open is not None
    assert looked_up.open[0] == Question("mx.provider.example.", "A")


def test_a_delegated_part_of_a_network_is_followed() -> None:
    looked_up = look_up(FORWARD, reverse(f"25 CNAME 25.0-63.{OWNER[3:]}", "25.0-63 PTR mail.example.com."))
    assert looked_up.confirming
    assert looked_up.answer.chain == (OWNER,)


def test_an_alias_as_target_confirms_and_shows_its_chain() -> None:
    looked_up = look_up(FORWARD, reverse("25 PTR smtp.example.com."))
    assert looked_up.confirming[0].forward.chain == ("smtp.example.com.",)


def test_only_so_many_names_are_followed() -> None:
    looked_up = look_up(FORWARD, reverse(*(f"25 PTR old{number}.example.com." for number in range(1000))))
    assert looked_up.total == 1000
    assert len(looked_up.names) == MAX_NAMES
    assert looked_up.open is not None
    assert looked_up.open[1].reason == "limit"
    assert "1000 PTR names at 192.0.2.25" in looked_up.open[1].detail


def test_an_ipv6_address_has_its_own_tree() -> None:
    address = ipaddress.ip_address("2001:db8::25")
    owner = ".".join("52" + "0" * 22)
    zones = [
        zone("8.b.d.0.1.0.0.2.ip6.arpa", f"{owner} PTR m.example.com."),
        zone("example.com", "m AAAA 2001:db8::25"),
    ]
    assert run(reverse_dns(address), Overlay(zones))[address].confirming


def test_addresses_share_their_batches() -> None:
    other = ipaddress.ip_address("192.0.2.26")
    ptr = Present((record("2.0.192.in-addr.arpa.", "live", 1, "25 PTR a.example."),), source="live")
    view = Scripted({(OWNER, "PTR"): ptr, ("26.2.0.192.in-addr.arpa.", "PTR"): Unknown("timeout")})
    found = run(reverse_dns(ADDRESS, other), view)
    assert view.batches == 2
    assert not found[ADDRESS].declared
    assert found[other].open == (Question("26.2.0.192.in-addr.arpa.", "PTR"), Unknown("timeout"))


def test_long_names_are_shortened() -> None:
    name = look_up(FORWARD, reverse(f"25 PTR {'a' * 63}.example.com.")).names[0]
    assert len(name.shown) == 60
