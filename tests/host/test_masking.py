"""Secrets in texts become asterisks, and everything else stays in its place."""

from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.grammar.private_key import holds_private_key
from mailcheck.host.masking import masked
from tests.host.test_pem import PLAIN, key, pem


def encoded() -> str:
    return b64encode(key().private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, PLAIN)).decode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("smtp_sasl_password_maps = static:user:hunter2\n", "smtp_sasl_password_maps = static:************\n"),
        ("smtp_sasl_password_maps=\n  hash:/etc/a, static:u:p x", "smtp_sasl_password_maps=\n  hash:/etc/a, static:*** x"),
        ("smtp_sasl_password_maps = inline:{ a=u:p, b={c:d} } hash:/x", "smtp_sasl_password_maps = inline:{ ****** ******* } hash:/x"),
        ("smtp_sasl_password_maps = inline:{ a=u:p\n#c\n\n q=x", "smtp_sasl_password_maps = inline:{ *****\n**\n\n ***"),
        ("lmtp_sasl_password_maps = static:$u:${p}\np = q\nu=$r\nr = a\nz = b", "lmtp_sasl_password_maps = static:******}\np = *\nu=**\nr = *\nz = b"),
        ("smtp inet n - y - - smtpd\n  -o smtp_sasl_password_maps=static:u:p -o a=b", "smtp inet n - y - - smtpd\n  -o smtp_sasl_password_maps=static:*** -o a=b"),
        ("  -o { smtp_sasl_password_maps = inline:{a=b} }", "  -o { smtp_sasl_password_maps = inline:{***} }"),
        ("virtual_alias_maps = inline:{ a=b }", "virtual_alias_maps = inline:{ a=b }"),
        ("smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd", "smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd"),
        ("user = a\npassword = hunter2\nhosts = b", "user = a\npassword = *******\nhosts = b"),
        ("x_bind_pw = hunter 2\r\n", "x_bind_pw = ****** *\r\n"),
        ("LDAPBindPassword  hunter2", "LDAPBindPassword  *******"),
        ("DataSet dsn:mysql://user:hunter2@host/a", "DataSet dsn:mysql://user:*******@host/a"),
        ("DataSet dsn:mysql://user:p/w@rd@host/a", "DataSet dsn:mysql://user:******@host/a"),
        ("hosts = postgresql://h/db?user=a&password=hunter2&x=y", "hosts = postgresql://h/db?user=a&password=*******&x=y"),
        ("hosts = ldap://h:389/?mail=%s@example.com", "hosts = ldap://h:389/?mail=%s@example.com"),
        ("#vmail_password = hunter2", "#vmail_password = *******"),
        (" # ; Password=hunter2", " # ; Password=*******"),
        ("old_dbpassword = hunter2", "old_dbpassword = *******"),
        ("dbpassword_old = hunter2\na = b", "dbpassword_old = *******\na = b"),
        ("db_pw = hunter2\ndbpass= hunter2", "db_pw = *******\ndbpass= *******"),
        ("password =\n  hunter2\nuser = a", "password =\n  *******\nuser = a"),
        ("#smtp_sasl_password_maps = static:u:p", "#smtp_sasl_password_maps = static:***"),
        ("password_file = /etc/a", "password_file = /etc/a"),
        ("default_pass_scheme = CRYPT", "default_pass_scheme = CRYPT"),
        ("a:$6$salt$" + "h" * 86 + ":b", "a:" + "*" * 94 + ":b"),
        ("/^(.*)@(.*)$/ $1$2@example.com", "/^(.*)@(.*)$/ $1$2@example.com"),
        ("a = https://example.com/b", "a = https://example.com/b"),
    ],
)  # fmt: skip
def test_credentials(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize("path", ["/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/etc/passwd-"])
@pytest.mark.parametrize(
    ("field", "told"),
    [("x", "x"), ("*", "*"), ("!", "!"), ("!!", "!!"), ("", ""), ("aBcDeFgHiJkLm", "*" * 13), ("!aBc", "****")],
)
def test_the_passwords_of_accounts(path: str, field: str, told: str) -> None:
    text = "root:x:0:0::/root:/bin/sh\npostfix:{}:101:opendkim\n"
    assert masked(text.format(field), path) == text.format(told)


def test_a_table_of_four_fields_keeps_the_second_elsewhere() -> None:
    assert masked("a:keep:1:b\n", "/etc/opendkim/key.table") == "a:keep:1:b\n"


def test_a_pem_key() -> None:
    text = f"a = b\n{pem(key()).decode()}c = d\n"
    told = masked(text)
    assert told.startswith("a = b\n*****")
    assert told.endswith("*\nc = d\n")
    assert set(told[6:-6]) == {"*", "\n", " "}


def test_a_pem_key_without_its_end() -> None:
    text = f"a = b\n{pem(key()).decode()[:600]}"
    assert set(masked(text)[6:]) == {"*", "\n", " "}


def test_a_key_of_a_table() -> None:
    secret = encoded()
    assert (
        masked(f"one example.com:mail:{secret}\ntwo x:y:/k")
        == f"one example.com:mail:{'*' * len(secret)}\ntwo x:y:/k"
    )


@pytest.mark.parametrize("width", [7, 30, 64])
def test_a_folded_key(width: int) -> None:
    secret = encoded()
    lines = [secret[start : start + width] for start in range(0, len(secret), width)]
    told = masked("key:\n  " + "\n  ".join(lines) + "\nafter: all\n")
    assert not holds_private_key(told)
    assert not [line for line in lines[:-1] if line in told]


@given(
    st.lists(
        st.sampled_from([
            "smtp_sasl_password_maps", " = ", "static:", "inline:{", "}", "a:b", "$c", "\n", " ", "c", ",", "-o ",
            "password=", "://u:p@h", "#", "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----",
            "MIIEowIBAAKCAQEA" + "B" * 40, "\r\n",
        ])
    ).map("".join)
)  # fmt: skip
def test_places_stay_and_masking_twice_is_masking_once(text: str) -> None:
    told = masked(text)
    assert len(told) == len(text)
    assert [at for at, each in enumerate(told) if each == "\n"] == [
        at for at, each in enumerate(text) if each == "\n"
    ]
    assert masked(told) == told
    assert not holds_private_key(told)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "smtp_sasl_password_maps = " + "inline:{" * 120_000,
        "smtp_sasl_password_maps = " + "static:$a " * 90_000,
        "smtp_sasl_password_maps = static:$p0\n" + "".join(f"p{n} = $p{n + 1}\n" for n in range(60_000)),
        "password_maps" + "://" * 300_000,
        "-----BEGIN " * 90_000 + "PRIVATE KEY",
        " " * 999_000 + "password_maps",
        "password" * 120_000,
        "_password_maps=\n" + " \n" * 490_000,
    ],
    ids=range(9),
)
def test_a_million_characters_end(text: str) -> None:
    assert len(masked(text)) == len(text)
