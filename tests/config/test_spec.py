"""The spec: what may stand in `mailcheck.yaml`, and where every mistake is told to be."""

from __future__ import annotations

import ipaddress

import pytest

from mailcheck.config.document import read_document
from mailcheck.config.hosts import find_host
from mailcheck.config.settings import configuration
from mailcheck.errors import ConfigError, UsageError
from mailcheck.model.settings import ProviderSection
from mailcheck.model.spec import MailRole, MailSpec

WHOLE = """\
domains:
  Example.com:
    mail: full
    policy: quarantine
    reports: mailto:dmarc@Example.com
    hosts: [mail.example.com, app.example.com.]
    senders: [crm, sendgrid]
    selectors: s1
    users: true
  example.net: {mail: none}
hosts:
  mail.example.com:
    addresses: [192.0.2.25, "2001:0db8::25"]
    helo: mx.example.com
    roles: [mx, forwarder]
    selectors: [S1]
    srs-domain: srs.example.com
  app.example.com:
senders:
  crm:
    include: spf.crm.example
    networks: 203.0.113.0/24
    selectors: {crm1: "crm1.*.crm.example"}
    aligns: [dkim]
    envelope-domain: bounce.example.com
"""


def read(text: str) -> MailSpec:
    return configuration(read_document(text, "mailcheck.yaml")).spec


def refused(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        read(text)
    return caught.value


def test_a_domain() -> None:
    domain = read(WHOLE).domains["example.com."]
    assert (domain.mail, domain.policy, domain.reports) == ("full", "quarantine", "dmarc@example.com")
    assert domain.hosts == ("mail.example.com.", "app.example.com.")
    assert domain.senders == ("crm", "sendgrid")
    assert domain.selectors == ("s1",)
    assert domain.users
    assert domain.role == MailRole(sends=True, receives=True)


def test_a_host() -> None:
    spec = read(WHOLE)
    host = spec.hosts["mail.example.com."]
    assert host.addresses == (ipaddress.ip_address("192.0.2.25"), ipaddress.ip_address("2001:db8::25"))
    assert (host.helo, host.srs_domain) == ("mx.example.com.", "srs.example.com.")
    assert host.roles == {"mx", "forwarder"}
    assert not host.sends
    assert spec.hosts["app.example.com."].helo == "app.example.com."
    assert spec.hosts["app.example.com."].sends


def test_a_sender_of_ones_own() -> None:
    sender = read(WHOLE).senders["crm"]
    assert sender.includes == ("spf.crm.example.",)
    assert sender.networks == ("203.0.113.0/24",)
    assert sender.selectors_to == {"crm1": "crm1.*.crm.example."}
    assert (sender.spf_aligns, sender.dkim_aligns) == (False, True)
    assert sender.envelope_domain == "bounce.example.com."


def test_a_sender_of_the_catalogue_needs_no_entry() -> None:
    sender = read(WHOLE).senders["sendgrid"]
    assert sender.title == "Twilio SendGrid"
    assert sender.selectors == ("s1", "s2")
    assert not sender.spf_aligns


def test_what_is_written_stands_over_the_catalogue() -> None:
    senders = read(
        "senders:\n  google-workspace: {selectors: [mail2026]}\n"
        "  news: {service: zendesk, include: spf.news.example, selectors: [zendesk1]}\n"
    ).senders
    assert senders["google-workspace"].selectors == ("mail2026",)
    assert senders["google-workspace"].includes == ("_spf.google.com.",)
    assert senders["news"].title == "Zendesk"
    assert senders["news"].includes == ("spf.news.example.",)
    assert senders["news"].selectors_to == {"zendesk1": "zendesk1._domainkey.zendesk.com."}


def test_places() -> None:
    spec = read(WHOLE)
    domain = spec.domains["example.com."]
    assert (domain.at.line, domain.at.column, domain.at.end_column) == (2, 3, 14)
    assert (domain.place("hosts:app.example.com.").line, domain.place("hosts:app.example.com.").column) == (6, 31)
    assert domain.place("selectors:s1").line == 8
    assert domain.place("public-suffix") == domain.at
    host = spec.hosts["mail.example.com."]
    at = host.place("addresses:2001:db8::25")
    assert (at.line, at.column) == (13, 29)


def test_a_file_without_these_sections_has_no_spec() -> None:
    assert not read("zones: [zones]\n").written
    assert not read("").written
    assert read("hosts:\n").written


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("domain: {}", (1, 1), "the document has no key 'domain'", "did you mean domains?"),
        (
            "domains:\n  example.com: {mial: full}",
            (2, 17),
            "`domains.example.com` has no key 'mial'",
            "did you mean mail?",
        ),
        (
            "domains:\n  example.com: {mail: ful}",
            (2, 17),
            "`domains.example.com.mail` is one of full, send, receive, none, not 'ful'",
            "did you mean full?",
        ),
        (
            "domains:\n  example.com: {hosts: [mial.example.com]}\nhosts:\n  mail.example.com:",
            (2, 25),
            "`domains.example.com.hosts`: `hosts` has no 'mial.example.com'",
            "did you mean mail.example.com?",
        ),
        (
            "domains:\n  example.com: {senders: [sendgird]}",
            (2, 27),
            "`domains.example.com.senders`: neither `senders` nor the catalogue has 'sendgird'",
            "did you mean sendgrid?",
        ),
        (
            "senders:\n  news: {service: sendgird}",
            (2, 10),
            "`senders.news.service`: the catalogue has no 'sendgird'",
            "did you mean sendgrid?",
        ),
        (
            "domains:\n  example.com: {selectors: [2026]}",
            (2, 29),
            "`domains.example.com.selectors.0` must be a string, not 2026",
            'write it in quotes: "2026"',
        ),
        ("domains:\n  example.com: {users: yes please}", (2, 17), "must be true or false, not 'yes please'", ""),
        ("domains:\n  example.com: {hosts: {a: b}}", (2, 17), "must be a list, not a mapping", ""),
        ("domains:\n  example.com: [mail]", (2, 3), "`domains.example.com` must be a mapping, not a list", ""),
        ("domains: [example.com]", (1, 1), "`domains` must be a mapping, not a list", ""),
        ("domains:\n  example.com: {reports: nobody}", (2, 17), "'nobody' is no mail address", ""),
        ("domains:\n  exa mple.com: {}", (2, 3), "'exa mple.com' is no domain name", ""),
        ("domains:\n  localhost: {}", (2, 3), "'localhost' is no domain name", ""),
        ("domains:\n  a.example: {}\n  A.example: {}", (3, 3), "'A.example' stands here twice", ""),
        ("domains:\n  a.example: {mail: none, senders: zoho}", (2, 27), "contradicts `mail: none`", "remove one"),
        ("domains:\n  a.example: {mail: receive, senders: zoho}", (2, 30), "contradicts `mail: receive`", ""),
        ("hosts:\n  a.example: {addresses: [192.0.2.300]}", (2, 27), "'192.0.2.300' is no IP address", ""),
        ("hosts:\n  a.example: {addresses: 192.0.2.1/24}", (2, 15), "'192.0.2.1/24' is no IP address", ""),
        (
            "hosts:\n  a.example: {roles: [mx, sumbission]}",
            (2, 27),
            "is one of mx, submission",
            "did you mean sub",
        ),
        ("hosts:\n  a.example: {helo: '*.example'}", (2, 15), "'*.example' is no domain name", ""),
        ("hosts:\n  a.example: {selectors: [a b]}", (2, 27), "'a b' is no DKIM selector", ""),
        ("senders:\n  crm: {networks: [192.0.2.1/24]}", (2, 20), "192.0.2.1/24 has host bits set", ""),
        ("senders:\n  crm: {selectors: {a: 'x y'}}", (2, 21), "'x y' is no name", ""),
        (
            "senders:\n  crm: {aligns: [spf, dkmi]}",
            (2, 23),
            "is one of spf, dkim, not 'dkmi'",
            "did you mean dkim?",
        ),
        ("domains:\n  example.com: {mail: null}", (2, 17), "not nothing", ""),
        ("domains:\n  example.com: {mail: no}", (2, 17), "not false", ""),
        ("senders:\n  str: {inclde: x}", (2, 9), "`senders.str` has no key 'inclde'", "did you mean include?"),
        ("senders:\n  crm: {selectors: {'a b': c.example}}", (2, 21), "'a b' is no DKIM selector", ""),
        ("senders:\n  crm: {selectors: [1]}", (2, 9), "must be a mapping, not a list", ""),
    ],
)
def test_mistakes_have_their_place(text: str, place: tuple[int, int], message: str, hint: str) -> None:
    error = refused(text)
    assert message in error.message
    assert (error.line, error.column) == place
    assert hint in error.hint
    assert "\n" not in error.message


def test_of_several_mistakes_the_first_in_the_file_is_told() -> None:
    error = refused("hosts:\n  a.example: {helo: 1}\ndomains:\n  a.example: {mial: full}\n")
    assert error.line == 2


def provider(text: str) -> ProviderSection | None:
    return configuration(read_document(text, "mailcheck.yaml")).provider


def test_a_provider_is_text() -> None:
    section = provider(
        "provider:\n  class: octodns_powerdns.PowerDnsProvider\n  options: {host: 127.0.0.1, port: 8081}\n"
        "  environment: {api_key: POWERDNS_API_KEY}\n"
    )
    assert section == ProviderSection(
        "",
        "octodns_powerdns.PowerDnsProvider",
        {"host": "127.0.0.1", "port": 8081},
        {"api_key": "POWERDNS_API_KEY"},
        "mailcheck.yaml:1:1",
    )
    assert provider("zones: [zones]") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("provider: {}", "`provider` needs either `name` or `class`"),
        ("provider: {name: a, class: b.C}", "`provider` needs either `name` or `class`"),
        ("provider: {nmae: cloudflare}", "`provider` has no key 'nmae'"),
        ("provider: {name: c, options: {token: marked-secret}}", "`provider.options.token` may not stand"),
        ("provider: {name: c, options: {api_key: marked-secret}}", "`provider.options.api_key` may not stand"),
        ("provider: {name: c, options: {base_url: marked-secret}}", "`provider.options.base_url` may not stand"),
        ("provider: {name: c, options: {host: 'http://marked-secret'}}", "`provider.options.host` may not stand"),
        (
            "provider: {name: c, environment: {token: 'marked secret'}}",
            "must be the name of an environment variable",
        ),
    ],
)
def test_a_provider_holds_neither_secrets_nor_urls(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        provider(text)
    assert message in caught.value.message
    assert "marked" not in caught.value.message + caught.value.hint


def test_a_host_is_found_by_its_name() -> None:
    spec = read(WHOLE)
    host = find_host(spec, "Mail.example.com")
    assert (str(host.addresses[0]), host.srs_domain) == ("192.0.2.25", "srs.example.com.")
    with pytest.raises(UsageError) as caught:
        find_host(spec, "mial.example.com")
    assert caught.value.hint == "did you mean mail.example.com?"
