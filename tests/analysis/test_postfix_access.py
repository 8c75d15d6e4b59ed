"""Whom the answers of access tables concern, in files and in tables written into the setting."""

import pytest

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.postfix_access import rows_for_all
from mailcheck.analysis.postfix_tables import table_rows
from mailcheck.model.location import NOWHERE
from mailcheck.model.machine import HostFile

FILES = {
    "/t": HostFile("/t", "file", text="/^/ OK\n/./ REJECT\n"),
    "/nets": HostFile("/nets", "file", text="192.0.2.0/24 REJECT\n::/0 OK\n"),
    "/keys": HostFile("/keys", "file", text="com OK\n"),
}


def answers(table: str) -> list[str]:
    found = table_rows(table, NOWHERE, FILES, "hash")
    assert not isinstance(found, NotDetermined)
    return [row.value.text for one in found for row in rows_for_all(one)]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("static:OK", ["OK"]),
        ("static:{ 550 no }", ["550 no"]),
        ("proxy:static:OK", ["OK"]),
        ("randmap:{DUNNO,OK}", ["DUNNO", "OK"]),
        ("unionmap:{inline:{a=b}, static:OK}", ["OK"]),
        ("inline:{ a=OK }", []),
        ("fail:x", []),
        ("/keys", []),
        ("regexp:/t", ["OK"]),
        ("pcre:{{/^.*$/i OK}}", ["OK"]),
        ("regexp:{{!/@ours/ OK}, {/./ REJECT}}", ["OK", "REJECT"]),
        ("regexp:{{/^$/ OK}}", []),
        ("regexp:{{if /a/}, {/./ OK}, {endif}, {/./ DUNNO}}", ["DUNNO"]),
        ("regexp:{{/./}}", []),
        ("cidr:/nets", ["OK"]),
        ("cidr:{{!10.0.0.0/8 OK}}", ["OK"]),
        ("cidr:{{!0.0.0.0/0 OK}, {nonsense OK}, {192.0.2.0/24 OK}}", []),
        ("cidr:{{0.0.0.0/1 OK}}", ["OK"]),
    ],
)
def test_rows_for_everybody(table: str, expected: list[str]) -> None:
    assert answers(table) == expected


@pytest.mark.parametrize(
    "table",
    ["hash:/gone", "pipemap:{static:a, inline:{a=OK}}", "inline:{ a=1 b }", "regexp:{/./ OK}", "tcp:127.0.0.1:9",
     "unionmap:{static:OK, ldap:/x}", "environ:PATH"],
)  # fmt: skip
def test_not_determined(table: str) -> None:
    assert isinstance(table_rows(table, NOWHERE, FILES), NotDetermined)
