"""Whether mail to an address ends with somebody: aliases followed, extensions cut, what cannot be known."""

import pytest

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import host_facts
from mailcheck.analysis.postfix_recipients import has_recipient
from mailcheck.lint.host_cases import example
from mailcheck.lint.rule import changed

MAIN, ALIASES, PASSWD = "/etc/postfix/main.cf", "/etc/aliases", "/etc/passwd"
POSTMASTER = "postmaster:     root\n"
LOCAL = "srs.example.com"


def found(*edits: tuple[str, str, str], local: str = "postmaster", domain: str = LOCAL) -> bool | None:
    facts = host_facts(example(changed(*edits)).machine)
    assert facts.postfix is not None
    verdict = has_recipient(facts, facts.postfix, local, domain)
    return None if isinstance(verdict, NotDetermined) else verdict


@pytest.mark.parametrize(
    ("alias", "expected"),
    [
        ("postmaster: root\n", True),
        ("postmaster: nobodyhere@localhost\n", False),
        ("postmaster: nobodyhere\n", False),  # myorigin is example.com, where no such mailbox is
        ("postmaster: ann\n", True),
        ("postmaster: nobodyhere@localhost, mail@localhost\n", True),
        ("postmaster: \\mail\n", True),
        ("postmaster: \\ann\n", False),
        ("postmaster: x@localhost\nx: y@localhost\ny: x@localhost\n", False),
        ("postmaster: mail@localhost\nmail: postmaster@localhost\n", False),
        ("postmaster: mail@localhost\nmail: mail@localhost\n", True),  # to itself: its mailbox
        ("postmaster: postmaster@localhost\n", False),
        ("postmaster: :include:/etc/admins\n", None),
        ("postmaster: :include:/etc/admins, mail@localhost\n", True),
        ('postmaster: "|/usr/bin/ticket"\n', True),
        ("postmaster: /var/mail/postmaster\n", True),
        ("postmaster: /dev/null\n", False),
        ("postmaster: <ann@elsewhere.example>\n", True),
        ("", False),
    ],
)
def test_an_alias_is_followed(alias: str, expected: bool | None) -> None:
    assert found((ALIASES, POSTMASTER, alias)) is expected


def test_a_long_chain_of_aliases_ends() -> None:
    chain = "".join([f"a{index}: a{index + 1}@localhost, a{index + 2}@localhost\n" for index in range(400)])
    assert found((ALIASES, POSTMASTER, f"postmaster: a0@localhost\n{chain}")) is False


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("local_recipient_maps = ldap:/etc/x.cf", None),
        ("local_recipient_maps =", True),
        ("local_recipient_maps = $alias_maps", False),
        ("local_recipient_maps = unix:passwd.byname", True),
        ("mailbox_transport = lmtp:unix:private/lmtp", True),
        ("alias_maps = ldap:/etc/x.cf", True),
    ],
)
def test_an_account_and_the_settings_of_recipients(setting: str, expected: bool | None) -> None:
    assert found((MAIN, "biff = no", f"biff = no\n{setting}"), local="mail") is expected


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("biff = yes", False),
        ("local_recipient_maps =", False),
        ("local_recipient_maps =\nluser_relay = ann@example.com", True),
        ("local_recipient_maps =\nmailbox_transport = lmtp:unix:private/lmtp", None),
        ("mailbox_transport = lmtp:unix:private/lmtp", False),
        ("allow_mail_to_commands =", False),
    ],
)
def test_who_takes_mail_for_a_name_without_alias_and_account(setting: str, expected: bool | None) -> None:
    assert found((MAIN, "biff = no", setting), local="nobodyhere") is expected


def test_accounts_that_the_host_has_from_elsewhere_are_not_determined() -> None:
    nss = ("/etc/nsswitch.conf", "passwd:         files systemd", "passwd: files sss")
    assert found(nss, local="nobodyhere") is None
    assert found(nss, local="mail") is True


@pytest.mark.parametrize(
    ("delimiters", "local", "expected"),
    [
        ("+", "dmarc+reports", True),
        ("", "dmarc+reports", False),
        ("-", "dmarc+reports", False),
        ("+-", "dmarc-a+b", True),
        ("-+", "dmarc+a-b", True),
        ("+", "+reports", False),
        ("+", "DMARC+Reports", True),
    ],
)
def test_an_extension_is_cut_at_the_first_delimiter(delimiters: str, local: str, expected: bool) -> None:
    edit = (MAIN, "recipient_delimiter = +", f"recipient_delimiter = {delimiters}")
    assert found(edit, local=local, domain="example.com") is expected
    local = local.lower().replace("dmarc", "hostmaster")
    assert found(edit, local=local) is expected


def test_a_virtual_alias_is_followed() -> None:
    table, row = "/etc/postfix/virtual", "postmaster@example.com      ann@example.com\n"
    assert found((table, row, row.replace("ann@", "nobodyhere@")), domain="example.com") is False
    assert found((table, row, row.replace("ann@", "carol@")), domain="example.com") is False
    assert found((table, row, "postmaster@example.com carol@example.net\n"), domain="example.com") is True
    loop = "postmaster@example.com x@example.com\nx@example.com postmaster@example.com\n"
    assert found((table, row, loop), domain="example.com") is False
