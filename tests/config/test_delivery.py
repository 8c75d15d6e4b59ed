"""What describes a message on the command line: taken as a mail server would, or refused in one line."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from mailcheck.config.delivery import WrongParameter, read_delivery
from mailcheck.model.trace import Delivery, Given, Relay, Selector

GIVEN = Given(ip="192.0.2.40", author="Billing@Example.COM")


def test_what_is_left_out_is_taken_from_the_author() -> None:
    assert read_delivery(GIVEN) == Delivery(
        ip_address("192.0.2.40"), "", "Billing@example.com", True, ("example.com.",)
    )


def test_everything_said() -> None:
    given = GIVEN._replace(
        helo="App.Example.com",
        mail_from="<Bounces@lists.example.com.>",
        dkim=("d=Example.com,s=2026a", " s = a.b ; d = example.org "),
        via_ip="2001:db8::1",
        srs_domain="Forward.example",
    )
    assert read_delivery(given) == Delivery(
        ip_address("192.0.2.40"),
        "app.example.com.",
        "Bounces@lists.example.com",
        False,
        ("example.com.",),
        (Selector("example.com.", "2026a"), Selector("example.org.", "a.b")),
        Relay(ip_address("2001:db8::1"), "forward.example."),
    )


@pytest.mark.parametrize("sender", ["", "<>"])
def test_the_null_sender(sender: str) -> None:
    delivery = read_delivery(GIVEN._replace(mail_from=sender, helo="[192.0.2.40]"))
    assert (delivery.mail_from, delivery.helo, delivery.sender_assumed) == ("", "[192.0.2.40]", False)


def test_a_mapped_address_is_the_ipv4_address() -> None:
    assert read_delivery(GIVEN._replace(ip="::ffff:192.0.2.40")).ip == ip_address("192.0.2.40")


def test_names_beyond_ascii_become_a_labels() -> None:
    assert read_delivery(GIVEN._replace(author="a@bücher.example")).authors == ("xn--bcher-kva.example.",)


def test_a_message_brings_its_authors() -> None:
    given = Given(ip="192.0.2.40", message="mail.eml")
    delivery = read_delivery(given, ("example.com.", "example.org."))
    assert delivery.authors == ("example.com.", "example.org.")
    assert (delivery.mail_from, delivery.sender_assumed) == ("postmaster@example.com", True)
    for name, extra in (("author", {"author": "a@b.example"}), ("dkim", {"dkim": ("d=a.example,s=s",)})):
        with pytest.raises(WrongParameter) as caught:
            read_delivery(given._replace(**extra), ("example.com.",))
        assert caught.value.name == name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ip": None}, "the address that sends is missing (ip)"),
        ({"ip": "192.0.2"}, "`192.0.2` is no IP address"),
        ({"ip": "fe80::1%eth0"}, "`fe80::1%eth0` has a zone behind `%`: it is known on its own link only"),
        ({"ip": "192.0.2.0/24"}, "`192.0.2.0/24` is no IP address"),
        ({"author": None}, "the author is missing (from)"),
        ({"author": "example.com"}, "`example.com` is no mail address"),
        ({"author": "@example.com"}, "`@example.com` is no mail address"),
        ({"author": "a@"}, "`a@` is no mail address"),
        ({"author": "a\nb@example.com"}, "`a\nb@example.com` is no mail address"),
        ({"author": "a@[192.0.2.1]"}, "`a@[192.0.2.1]` is no mail address"),
        ({"author": "a" * 60_000 + "@example.com"}, "an address of 60,012 characters is longer than 1,000"),
        ({"author": "a@ex\udcffample.com"}, "`a@ex\udcffample.com` is no mail address"),
        ({"mail_from": "<a>@b@"}, "`<a>@b@` is no mail address"),
        ({"mail_from": "<>"}, "mail without envelope sender needs a HELO name: SPF is about that name then"),
        ({"helo": "a b"}, "`a b` is no host name"),
        ({"helo": ""}, "`` is no host name"),
        ({"helo": "[\x1b]"}, "`[\x1b]` is no host name"),
        ({"dkim": ("d=example.com",)}, "`d=example.com` does not say d and s"),
        ({"dkim": ("d=a.example,s=s,x=1",)}, "`d=a.example,s=s,x=1` does not say d and s"),
        ({"dkim": ("d=a.example,d=b.example",)}, "`d=a.example,d=b.example` does not say d and s"),
        ({"dkim": ("d=a b,s=s",)}, "`a b` is no domain"),
        ({"dkim": ("d=a.example,s=",)}, "`` is no selector"),
        ({"via_ip": "x"}, "`x` is no IP address"),
        ({"srs_domain": "a.example"}, "a domain for rewritten senders needs the forwarder's address"),
        ({"via_ip": "192.0.2.1", "srs_domain": "-"}, "`-` is no domain"),
        (
            {"via_ip": "192.0.2.1", "mail_from": "", "helo": "a.example"},
            "mail without envelope sender cannot be followed through a forwarder: "
            "SPF is about the forwarder's HELO name then",
        ),
    ],
)
def test_what_is_wrong_is_told(change: dict[str, object], message: str) -> None:
    with pytest.raises(WrongParameter) as caught:
        read_delivery(GIVEN._replace(**change))  # type: ignore[arg-type]
    assert caught.value.message == message
    assert caught.value.name in change
