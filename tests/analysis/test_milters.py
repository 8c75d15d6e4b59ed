"""Which milters a host's mail meets, and whether Postfix may use OpenDKIM's socket."""

import pytest

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts, host_facts
from mailcheck.analysis.milters import (
    all_milters,
    is_loopback,
    is_opendkim,
    milters,
    real_path,
    signing_daemon,
    signing_promise,
    user_services,
)
from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.socket_access import Barrier, barriers
from mailcheck.lint.host_cases import example
from mailcheck.lint.rule import changed

MAIN, MASTER, DKIM = "/etc/postfix/main.cf", "/etc/postfix/master.cf", "/etc/opendkim.conf"
ITEM, SOCKET = "unix:opendkim/opendkim.sock", "local:/var/spool/postfix/opendkim/opendkim.sock"
USER = (DKIM, "opendkim:postfix", "opendkim")


def host(*edits: tuple[str, str, str], **more: object) -> HostFacts:
    return host_facts(example(changed(*edits, **more)).machine)  # type: ignore[arg-type]


def postfix(facts: HostFacts) -> Postfix:
    assert facts.postfix is not None
    return facts.postfix


def verdict(*edits: tuple[str, str, str]) -> bool | NotDetermined:
    """Whether the milter of port 25 is OpenDKIM."""
    facts = host(*edits)
    assert facts.opendkim is not None
    return is_opendkim(milters(postfix(facts), postfix(facts).smtpd_services[0])[0], facts.opendkim)


@pytest.mark.parametrize(
    ("item", "socket"),
    [
        (ITEM, SOCKET),
        ("{ unix:opendkim/opendkim.sock, connect_timeout = 10s }", SOCKET),
        ("local:/opendkim/../opendkim/opendkim.sock", SOCKET),
        ("inet:localhost:8891", "inet:8891@127.0.0.1"),
        ("inet:127.0.0.1:8891", "inet:8891"),
        ("inet:[::1]:8891", "inet6:8891@::"),
        ("inet:192.0.2.25:8891", "inet:8891@192.0.2.25"),
    ],
)
def test_the_same_socket_on_both_sides(item: str, socket: str) -> None:
    assert verdict((MAIN, ITEM, item), (DKIM, SOCKET, socket)) is True


@pytest.mark.parametrize(
    ("item", "socket"),
    [
        ("unix:opendkim.sock", SOCKET),
        ("inet:localhost:8892", "inet:8891@localhost"),
        ("inet:192.0.2.99:8891", "inet:8891@localhost"),
        ("inet:localhost:8891", SOCKET),
        ("unix:/run/opendkim/opendkim.sock", "local:/run/opendkim/opendkim.sock"),
    ],
)
def test_another_socket(item: str, socket: str) -> None:
    assert verdict((MAIN, ITEM, item), (DKIM, SOCKET, socket)) is False


@pytest.mark.parametrize(
    "edits",
    [
        [(DKIM, f"Socket                  {SOCKET}", "# none")],
        [(DKIM, SOCKET, "tls:8891")],
        [(MAIN, ITEM, "opendkim.sock")],
        [
            (MAIN, "compatibility_level = 3.6", "compatibility_level = $process_id"),
            (MAIN, ITEM, "unix:/opendkim/opendkim.sock"),
            (MASTER, "smtp      inet  n       -       y", "smtp      inet  n       -       -"),
        ],
    ],
)
def test_what_cannot_be_told(edits: list[tuple[str, str, str]]) -> None:
    assert isinstance(verdict(*edits), NotDetermined)


def test_var_run_is_run() -> None:
    socket = "local:/var/run/opendkim/opendkim.sock"
    item = (MAIN, ITEM, "unix:/run/opendkim/opendkim.sock")
    open_ = (MASTER, "smtp      inet  n       -       y", "smtp      inet  n       -       n")
    assert verdict(item, open_, (DKIM, SOCKET, socket)) is True
    assert real_path("/var/run/a/../b") == "/run/b"
    assert real_path("/var/spool//x") == "/var/spool/x"


def test_one_milter_of_many_services_counts_once() -> None:
    facts = host((MAIN, "non_smtpd_milters = $smtpd_milters", "non_smtpd_milters = unix:/opendkim/opendkim.sock"))
    assert [milter.shown for milter in all_milters(postfix(facts))] == [ITEM, "unix:/opendkim/opendkim.sock"]


def test_a_group_has_its_own_action() -> None:
    facts = host((MAIN, ITEM, "{ inet:localhost:1, default_action = accept }, inet:localhost:2"))
    assert [(milter.shown, milter.action) for milter in all_milters(postfix(facts))] == [
        ("inet:localhost:1", "accept"),
        ("inet:localhost:2", "tempfail"),
    ]


def test_services_for_users_are_known_by_settings() -> None:
    facts = host((MASTER, "submission inet", "2525 inet"))
    assert [service.name for service in user_services(postfix(facts))] == ["2525", "submissions"]


@pytest.mark.parametrize(
    ("name", "is_local"),
    [
        ("127.0.0.5", True),
        ("[::1]", True),
        ("LOCALHOST", True),
        ("", False),
        ("192.0.2.1", False),
        ("::10", False),
    ],
)
def test_loopback(name: str, is_local: bool) -> None:
    assert is_loopback(name) is is_local


def test_who_promises_signatures() -> None:
    assert signing_promise(host(removed=(DKIM, "/etc/default/opendkim")), None) is None
    assert signing_daemon(host((DKIM, "Mode                    sv", "Mode v"))) is None
    promise = signing_promise(host(), None)
    assert promise is not None
    assert promise.at.path == DKIM


def found(*edits: tuple[str, str, str], **more: object) -> list[Barrier | NotDetermined]:
    facts = host(*edits, **more)
    return list(barriers(facts, postfix(facts)))


def test_a_healthy_host_may_use_its_socket() -> None:
    assert found() == []
    assert found((DKIM, "opendkim:postfix", "postfix:opendkim")) == []
    assert found((MAIN, ITEM, "inet:127.0.0.1:11332")) == []


@pytest.mark.parametrize(
    "edits",
    [
        [(DKIM, "UMask                   007", "UMask twelve")],
        [USER, ("/etc/passwd", "opendkim:x:103:106", "odkim:x:103:106")],
    ],
)
def test_what_is_not_known_of_the_socket(edits: list[tuple[str, str, str]]) -> None:
    assert [type(barrier) for barrier in found(*edits)] == [NotDetermined]


def test_without_groups_nothing_is_known() -> None:
    assert {type(barrier) for barrier in found(removed=("/etc/group",))} == {NotDetermined}


@pytest.mark.parametrize(
    ("mode", "group"),
    [
        ((0o700, "opendkim", "opendkim"), ""),
        ((0o600, "postfix", "postfix"), ""),
        ((0o750, "opendkim", "mail"), "mail"),
    ],
)
def test_folders_that_keep_postfix_out(mode: tuple[int, str, str], group: str) -> None:
    (barrier,) = found(stats={"/var/spool/postfix/opendkim": mode})
    assert isinstance(barrier, Barrier)
    assert (barrier.path, barrier.group, barrier.user) == ("/var/spool/postfix/opendkim", group, "postfix")


@pytest.mark.parametrize("mode", [(0o700, "postfix", "postfix"), (0o711, "opendkim", "opendkim")])
def test_folders_that_let_it_in(mode: tuple[int, str, str]) -> None:
    assert found(stats={"/var/spool/postfix/opendkim": mode}) == []
