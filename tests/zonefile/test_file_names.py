"""What names and first lines say about files."""

from __future__ import annotations

import pytest

from mailcheck.zonefile.file_names import (
    Guess,
    begins_octodns_config,
    domain_name,
    guess_from_name,
    is_master,
    is_never_a_zone,
    is_octodns,
)


@pytest.mark.parametrize(
    ("name", "kind", "zone_name"),
    [
        ("example.com.yaml", "octodns", "example.com."),
        ("Example.COM.yml", "octodns", "example.com."),
        ("2.0.192.in-addr.arpa.yaml", "octodns", "2.0.192.in-addr.arpa."),
        ("bücher.example.yaml", "octodns", "xn--bcher-kva.example."),
        ("localhost.yaml", "none", "localhost."),
        ("mailcheck.yaml", "none", "mailcheck."),
        ("example.com.zone", "master", "example.com."),
        ("example.com.db", "master", "example.com."),
        ("example.com.hosts", "master", "example.com."),
        ("db.example.com", "master", "example.com."),
        ("zone.example.com", "master", "example.com."),
        ("db.2.0.192.in-addr.arpa", "master", "2.0.192.in-addr.arpa."),
        ("0-25.2.0.192.in-addr.arpa.zone", "master", "0-25.2.0.192.in-addr.arpa."),
        ("db.192.0.2", "master", "2.0.192.in-addr.arpa."),
        ("db.local", "unsure", "local."),
        ("named.zone", "unsure", "named."),
        ("thumbs.db", "unsure", "thumbs."),
        ("example.com", "unsure", "example.com."),
        ("example.com.signed", "unsure", "example.com."),
        ("records", "unsure", None),
        ("notes.1", "unsure", None),
        ("mta-sts.example.com.txt", "policy", "example.com."),
        ("mta-sts.$x.txt", "none", None),
        (".example.com.yaml", "none", None),
        ("$example.com.yaml", "none", None),
        ("README", "none", None),
        ("README.example.zone", "none", None),
        ("example.com.zone~", "none", None),
        ("example.com.zone.bak", "none", None),
        ("example.com.zone.jnl", "none", None),
        ("Makefile", "none", None),
        ("db.root", "none", None),
        ("named.ca", "none", None),
        ("rotate.py", "none", None),
    ],
)
def test_guess(name: str, kind: str, zone_name: str | None) -> None:
    guess = guess_from_name(name)
    assert guess == Guess(guess.kind, zone_name)
    assert guess.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a..b",
        "a b.example",
        "1.2",
        "x._domainkey",
        "-a.example",
        "a" * 64 + ".example",
        "a." * 130 + "a",
        "ü" * 60,
    ],
)
def test_no_domain_names(text: str) -> None:
    assert domain_name(text) is None


def test_internationalized_names_that_are_none() -> None:
    assert domain_name("a\u0378b.example") is None


@pytest.mark.parametrize(
    "head",
    [
        "$TTL 60\n",
        "$origin example.com.\n",
        "; comment\n\n  ; more\n@ IN SOA ns1 hostmaster (\n",
        "@ 3600 IN NS ns1\n",
        "www\tA\t192.0.2.1\n",
        "  1h30m IN 5 MX 10 mail\n",
        "a 1h IN TXT x",
        "$INCLUDE other\n",
    ],
)
def test_master_files_begin_like_this(head: str) -> None:
    assert is_master(head)


@pytest.mark.parametrize(
    "head",
    [
        "",
        "; only a comment\n",
        "hello world\n",
        "# a comment\nwww A 192.0.2.1\n",
        "<html>\n",
        "key: a b\n",
        "a = b\n",
        "This is A sentence about a zone.",
        "[section]\n",
        "A = 5\n",
        " a = b",
        "\n" * 1000 + " " * 1000,
    ],
)
def test_other_files_do_not(head: str) -> None:
    assert not is_master(head)


def test_octodns_records_and_configurations() -> None:
    config = "---\nproviders:\n  config:\n    class: octodns.provider.yaml.YamlProvider\nzones:\n  '*': {}\n"
    zone = "www:\n  type: A\n  value: 192.0.2.1\n"
    named_alike = "providers:\n  type: A\n  value: 192.0.2.1\nzones:\n- type: A\n"
    assert begins_octodns_config(config)
    assert not begins_octodns_config(zone)
    assert not begins_octodns_config(named_alike)
    assert not begins_octodns_config("x:\n  providers:\n    a: b\n")
    assert is_octodns(zone)
    assert is_octodns("www:\n- ttl: 5\n  values:\n  - a\n")
    assert not is_octodns("services:\n  web:\n    image: x\n")


def test_documentation_code_and_copies_are_never_zones() -> None:
    assert is_never_a_zone("README.md")
    assert not is_never_a_zone("example.com.zone")
