"""Resolvers named on the command line and by the system."""

from pathlib import Path

import pytest

from mailcheck.errors import UsageError
from mailcheck.view import resolvers
from mailcheck.view.resolvers import Resolver, parse_resolver, system_resolvers


@pytest.mark.parametrize(
    ("text", "address", "port"),
    [
        ("192.0.2.1", "192.0.2.1", 53),
        ("192.0.2.1#5353", "192.0.2.1", 5353),
        ("192.0.2.1:5353", "192.0.2.1", 5353),
        ("2001:db8::1", "2001:db8::1", 53),
        ("2001:db8::1#5353", "2001:db8::1", 5353),
        ("[2001:db8::1]", "2001:db8::1", 53),
        ("[::1]:5353", "::1", 5353),
        ("[::1]#5353", "::1", 5353),
        ("fe80::1%eth0", "fe80::1%eth0", 53),
    ],
)
def test_an_address_and_perhaps_a_port(text: str, address: str, port: int) -> None:
    assert parse_resolver(text) == Resolver(address, port)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dns.example.com",
        "192.0.2",
        "192.0.2.1:0",
        "192.0.2.1#65536",
        "[::1",
        "::1]:53",
        "192.0.2.1:",
        "192.0.2.1#x",
        "1.1.1.1:53:53",
        "#53",
        "192.0.2.1 ",
        "٣.1.1.1",
    ],
)
def test_anything_else_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError, match="is no resolver"):
        parse_resolver(text)


def test_a_resolver_is_shown_as_it_is_given() -> None:
    assert str(Resolver("192.0.2.1")) == "192.0.2.1"
    assert str(Resolver("::1", 5353)) == "::1#5353"


@pytest.fixture
def resolv_conf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "resolv.conf"
    monkeypatch.setattr(resolvers, "RESOLV_CONF", path)
    return path


def test_the_first_three_name_servers_of_the_system(resolv_conf: Path) -> None:
    lines = [
        "# nameserver 192.0.2.9",
        ";x",
        "search a",
        "nameserver",
        "nameserver\t192.0.2.1 # x",
        " nameserver ::1",
    ]
    lines += ["nameserver bad", "nameserver 192.0.2.2", "nameserver 192.0.2.3", "options edns0 \xff"]
    resolv_conf.write_text("\n".join(lines), encoding="latin-1")
    assert system_resolvers() == (Resolver("192.0.2.1"), Resolver("::1"), Resolver("192.0.2.2"))


def test_a_system_without_a_resolver_is_told_in_one_line(resolv_conf: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        system_resolvers()
    resolv_conf.write_text("search example.com\n", encoding="utf-8")
    with pytest.raises(UsageError, match="names no resolver") as caught:
        system_resolvers()
    assert "--resolver" in caught.value.hint
