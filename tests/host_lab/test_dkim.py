"""OpenDKIM broken in one way each: what becomes of mail, and that exactly one rule tells of it."""

import re
import shutil
import smtplib
import socket
import subprocess
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import dkim
import pytest

from tests.host_lab.judged import told
from tests.lab import program
from tests.lab.mail_host.host import MailHost
from tests.lab.mail_host.tree import Change, seed_tree

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

CONF, MAIN, ZONE = "/etc/opendkim.conf", "/etc/postfix/main.cf", "zones/example.com.zone"
ROWS, KEYS, HOSTS = "/etc/opendkim/SigningTable", "/etc/opendkim/KeyTable", "/etc/opendkim/TrustedHosts"
KEY = "/etc/dkimkeys/s202611.example.com.private"
KEYTABLE = "KeyTable                refile:/etc/opendkim/KeyTable\n"
SIGNINGTABLE = "SigningTable            refile:/etc/opendkim/SigningTable\n"
COM = "*@example.com s202611._domainkey.example.com\n"
SUB = "*@mail.example.com s202611._domainkey.example.com\n"
ACCEPT = Change(MAIN, "milter_default_action = tempfail", "milter_default_action = accept")


def letter(author: str = "ann@example.com") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = author, "bob@else.example", "the bill"
    message["Date"], message["Message-ID"] = "Wed, 25 Nov 2026 17:00:00 +0000", "<1@example.org>"
    message.set_content("See the attachment.\n")
    return message


def sent(host: MailHost, author: str = "ann@example.com") -> bytes:
    """A message as it leaves the host."""
    host.send(letter(author), author, "bob@else.example")
    return host.delivered()[0].content


def signature(content: bytes) -> str:
    """The tags of the signature without white space, empty where there is none."""
    head = content.partition(b"\r\n\r\n")[0].decode()
    found = re.search(r"(?m)^DKIM-Signature:((?:.*\r\n[ \t])*.*)", head)
    return re.sub(r"\s+", "", found[1]) if found else ""


def verifies(host: MailHost, content: bytes) -> bool:
    return bool(dkim.verify(content, dnsfunc=lambda name, timeout=5: host.nameserver.text(name.decode())))


def refused(host: MailHost) -> int:
    """The code that a message is refused with."""
    with pytest.raises(smtplib.SMTPResponseException) as error:
        host.send(letter(), "ann@example.com", "bob@else.example")
    return error.value.smtp_code


def silent(host: MailHost) -> bool:
    """Whether Postfix logged no warning and no error, but that its chroot has not the files of this machine."""
    told_of = [line for line in host.log().splitlines() if re.search(r"warning:|error:|fatal:|panic:", line)]
    return all(line.endswith(" differ") for line in told_of)


@pytest.fixture(scope="module")
def host() -> Iterator[MailHost]:
    """A healthy host, whose keys change while it runs: OpenDKIM reads those of a KeyTable for each message."""
    with MailHost() as started:
        yield started


@pytest.fixture(scope="module")
def asleep() -> Iterator[MailHost]:
    """A host whose OpenDKIM is not started yet."""
    with MailHost(without=["opendkim"]) as started:
        yield started


def test_a_healthy_host_signs_and_no_rule_speaks(host: MailHost) -> None:
    assert verifies(host, sent(host))
    assert told(host.tree, "dkim") == set()
    assert told(host.tree, "dkim", live=True) == set()


@pytest.mark.parametrize(
    ("rule", "author", "changes"),
    [
        ("mode", "ann@example.com", [Change(CONF, "Mode                    sv", "Mode v")]),
        ("nothing-to-sign", "ann@example.com", [Change(CONF, KEYTABLE, ""), Change(CONF, SIGNINGTABLE, "")]),
        ("domain-mismatch", "ann@example.com", [Change(ROWS, COM, "")]),
        ("subdomains", "root@mail.example.com", [
            Change(ROWS, SUB, ""), Change(MAIN, "myorigin = /etc/mailname", "myorigin = $myhostname"),
        ]),
        ("signingtable-no-refile", "ann@example.com", [
            Change(CONF, SIGNINGTABLE, "SigningTable file:/etc/opendkim/SigningTable\n"),
        ]),
        ("internalhosts", "ann@example.com", [
            Change(HOSTS, "127.0.0.1\n", ""), Change(HOSTS, "localhost", "192.0.2.25"),
        ]),
    ],
)  # fmt: skip
def test_mail_leaves_unsigned_and_nothing_is_logged(rule: str, author: str, changes: list[Change]) -> None:
    with MailHost(changes) as host:
        assert signature(sent(host, author)) == ""
        assert silent(host)
        assert told(host.tree, "dkim") == {f"host-dkim-{rule}"}


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("incomplete-triple", [
            Change(CONF, KEYTABLE, "Domain example.com\n"), Change(CONF, SIGNINGTABLE, f"KeyFile {KEY}\n"),
        ]),
        ("unknown-option", [Change(CONF, "Canonicalization ", "Canonicalisation ")]),
        ("unknown-option", [Change(CONF, "SyslogSuccess           yes", "SyslogSuccess maybe")]),
        ("signingtable-no-keytable", [Change(CONF, KEYTABLE, "")]),
        ("signingtable-no-keytable", [Change(CONF, SIGNINGTABLE, "")]),
        ("keytable-keyfile-missing", [Change(CONF, SIGNINGTABLE, SIGNINGTABLE.replace("Table\n", "Tabel\n"))]),
    ],
)  # fmt: skip
def test_opendkim_does_not_start(asleep: MailHost, rule: str, changes: list[Change]) -> None:
    with asleep.changed(*changes):
        with pytest.raises(RuntimeError, match="opendkim ended with 78"):
            asleep.start("opendkim")
        assert refused(asleep) == 451
        found = told(asleep.tree, "dkim")
    # Without the misspelt option another setting holds, which is at fault as well.
    assert found - {"host-dkim-canon-simple"} == {f"host-dkim-{rule}"}


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("signingtable-dangling", [Change(ROWS, COM, "*@example.com s202512\n"), ACCEPT]),
        ("keytable-keyfile-missing", [Change(KEYS, KEY, "/etc/dkimkeys/s202612.private"), ACCEPT]),
    ],
)
def test_mail_is_refused_for_a_time_whatever_postfix_is_told_to_do(rule: str, changes: list[Change]) -> None:
    with MailHost(changes) as host:
        assert refused(host) == 451
        assert told(host.tree, "dkim") == {f"host-dkim-{rule}"}


def test_the_last_of_two_options_holds() -> None:
    with MailHost([Change(CONF, "OversignHeaders", "canonicalization relaxed/relaxed\nOversignHeaders")]) as host:
        assert "c=relaxed/relaxed;" in signature(sent(host))
        assert told(host.tree, "dkim") == {"host-dkim-duplicate-option"}


def test_a_key_table_wins_over_a_selector() -> None:
    with MailHost([Change(CONF, KEYTABLE, f"{KEYTABLE}Selector s202612\nKeyFile {KEY}\n")]) as host:
        assert "s=s202611;" in signature(sent(host))
        assert silent(host)
        assert told(host.tree, "dkim") == {"host-dkim-two-modes"}


def test_a_socket_without_an_address_is_open_to_all() -> None:
    changes = [
        Change(
            CONF, "Socket                  local:/var/spool/postfix/opendkim/opendkim.sock", "Socket inet:8891"
        ),
        Change(MAIN, "unix:opendkim/opendkim.sock", "inet:127.0.0.1:8891"),
    ]
    with MailHost(changes) as host:
        with socket.create_connection(("127.0.0.2", host.ports[8891]), timeout=10):
            assert signature(sent(host))
        assert silent(host)
        assert told(host.tree, "dkim") == {"host-dkim-socket-exposed"}


def test_root_is_refused_the_keys_of_opendkim() -> None:
    with MailHost([Change(CONF, "UserID                  opendkim:postfix", "UserID root:postfix")]) as host:
        assert refused(host) == 451
        assert told(host.tree, "dkim") == {"host-dkim-runs-as-root"}
        assert told(host.tree, "dkim", live=True) == {"host-dkim-runs-as-root"}


def test_a_socket_in_the_file_of_the_package_is_ignored() -> None:
    changes = [
        Change("/etc/default/opendkim", "", "SOCKET=inet:8891@localhost\n"),
        Change(MAIN, "unix:opendkim/opendkim.sock", "inet:127.0.0.1:8891"),
        ACCEPT,
    ]
    with MailHost(changes) as host:
        assert signature(sent(host)) == ""
        assert told(host.tree, "dkim") == {"host-dkim-default-file-stale"}


def test_a_key_that_all_can_read_is_taken_where_nobody_looks() -> None:
    with MailHost([Change(CONF, "RequireSafeKeys         yes", "RequireSafeKeys no")]) as host:
        both(host, KEY, 0o644, "opendkim:opendkim")
        assert verifies(host, sent(host))
        assert silent(host)
        assert told(host.tree, "dkim") == {"host-dkim-requiresafekeys-off"}


def both(host: MailHost, path: str, mode: int, owner: str) -> None:
    """Give owner and mode to a path of the running host and of the tree that is audited."""
    for root in (host.folder, host.tree.root):
        shutil.chown(root / path[1:], *owner.split(":"))
        (root / path[1:]).chmod(mode)


@pytest.fixture
def as_it_was(host: MailHost) -> Iterator[MailHost]:
    """The healthy host, whose keys and zones are put back afterwards."""
    text = (host.tree.root / KEY[1:]).read_bytes()
    zone = host.tree.host_path(ZONE).read_text("utf-8")
    yield host
    write(host, text)
    host.tree.host_path(ZONE).write_text(zone, "utf-8")
    both(host, KEY, 0o600, "opendkim:opendkim")
    both(host, "/etc/dkimkeys", 0o700, "opendkim:opendkim")
    assert verifies(host, sent(host))


def write(host: MailHost, key: bytes) -> None:
    for root in (host.folder, host.tree.root):
        (root / KEY[1:]).write_bytes(key)


@pytest.mark.parametrize(
    ("mode", "owner"),
    [
        (0o644, "opendkim:opendkim"), (0o602, "opendkim:opendkim"), (0o640, "opendkim:postfix"),
        (0o600, "postfix:postfix"), (0o600, "root:root"), (0o640, "root:opendkim"),
    ],
)  # fmt: skip
def test_a_key_of_others_is_refused(as_it_was: MailHost, mode: int, owner: str) -> None:
    both(as_it_was, KEY, mode, owner)
    assert refused(as_it_was) == 451
    assert told(as_it_was.tree, "dkim", live=True) == {"host-dkim-key-perm"}
    assert told(as_it_was.tree, "dkim") == set()


@pytest.mark.parametrize(
    ("mode", "owner"),
    [(0o777, "opendkim:opendkim"), (0o1777, "root:root"), (0o770, "opendkim:postfix"), (0o755, "postfix:postfix")],
)
def test_a_key_in_a_folder_of_others_is_refused(as_it_was: MailHost, mode: int, owner: str) -> None:
    both(as_it_was, "/etc/dkimkeys", mode, owner)
    assert refused(as_it_was) == 451
    assert told(as_it_was.tree, "dkim", live=True) == {"host-dkim-key-parent-writable"}


@pytest.mark.parametrize(("mode", "owner"), [(0o640, "opendkim:opendkim"), (0o400, "opendkim:root")])
def test_a_key_of_its_own_is_taken(as_it_was: MailHost, mode: int, owner: str) -> None:
    both(as_it_was, KEY, mode, owner)
    assert verifies(as_it_was, sent(as_it_was))
    assert told(as_it_was.tree, "dkim", live=True) == set()


def openssl(*words: str) -> bytes:
    return subprocess.run([str(program("openssl")), *words], check=True, capture_output=True, timeout=60).stdout


@pytest.mark.parametrize(
    "words", [("genpkey", "-algorithm", "ed25519"), ("ecparam", "-genkey", "-name", "prime256v1"), ("version",)]
)
def test_a_key_that_is_no_rsa_key_is_no_use(as_it_was: MailHost, words: tuple[str, ...]) -> None:
    write(as_it_was, openssl(*words))
    assert refused(as_it_was) == 451
    assert told(as_it_was.tree, "dkim") == {"host-dkim-key-unreadable-format"}


@pytest.mark.parametrize("bits", ["512", "1024"])
def test_a_short_key_signs_weakly_or_not_at_all(as_it_was: MailHost, tmp_path: Path, bits: str) -> None:
    write(as_it_was, openssl("genrsa", bits))
    publish(as_it_was, tmp_path)
    if bits == "512":
        assert refused(as_it_was) == 550
    else:
        assert signature(sent(as_it_was))
    assert told(as_it_was.tree, "dkim") == {"host-dkim-key-size"}


def publish(host: MailHost, folder: Path) -> None:
    """Put the public half of the key as it is now into the zone that is audited."""
    (folder / "key").write_bytes((host.tree.root / KEY[1:]).read_bytes())
    lines = openssl("rsa", "-in", str(folder / "key"), "-pubout").decode().splitlines()
    zone = host.tree.host_path(ZONE)
    record = f'\\1"v=DKIM1; h=sha256; k=rsa; p=" "{"".join(lines[1:-1])}"\n'
    zone.write_text(re.sub(r"(?m)^(s202611\._domainkey\s+TXT\s+).*\n", record, zone.read_text("utf-8")), "utf-8")


def test_a_new_key_under_the_old_selector_verifies_nowhere(as_it_was: MailHost) -> None:
    write(as_it_was, openssl("genrsa", "2048"))
    content = sent(as_it_was)
    assert signature(content)
    assert not verifies(as_it_was, content)
    assert told(as_it_was.tree, "dkim") == {"host-dkim-key-dns-mismatch"}


def test_a_selector_without_a_key_verifies_nowhere() -> None:
    with MailHost([Change(KEYS, "example.com:s202611:", "example.com:s202612:")]) as host:
        content = sent(host)
        assert "s=s202612;" in signature(content)
        assert not verifies(host, content)
        assert silent(host)
        assert told(host.tree, "dkim") == {"host-dkim-key-dns-missing"}


def test_the_guide_followed_to_the_letter_is_told_of() -> None:
    with MailHost(make=seed_tree) as host:
        assert signature(sent(host)) == ""
        found = told(host.tree, "dkim")
    assert "host-dkim-default-file-stale" in found
