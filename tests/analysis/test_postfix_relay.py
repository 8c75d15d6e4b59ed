"""What Postfix's settings say of relaying, of templates, and of values that it expands later."""

import pytest

from mailcheck.analysis.host_facts import host_facts
from mailcheck.analysis.postfix import Postfix, read_postfix
from mailcheck.analysis.postfix_access import permits_all
from mailcheck.analysis.postfix_egress import listens_on_loopback
from mailcheck.analysis.postfix_relay import guards, is_closed, listeners, restrictions, starts
from mailcheck.analysis.wide_networks import why_wide
from mailcheck.model.location import NOWHERE
from mailcheck.model.machine import HostFile, Machine

MAIN, MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
SMTPD = "smtp inet n - n - - smtpd\n"


def files(main: str, master: str | None = SMTPD) -> dict[str, HostFile]:
    found = {MAIN: HostFile(MAIN, "file", text=f"compatibility_level = 3.6\n{main}")}
    if master is not None:
        found[MASTER] = HostFile(MASTER, "file", text=master)
    return found


def postfix_of(main: str, master: str | None = SMTPD) -> Postfix:
    found = read_postfix(files(main, master), version="3.7.11", uname="mail.example.com")
    assert found is not None
    return found


def test_classes_stand_for_their_restrictions_and_loops_end() -> None:
    postfix = postfix_of(
        "smtpd_restriction_classes = a, b\na = permit_mynetworks, b\nb = a, reject\nsmtpd_relay_restrictions = a a"
    )
    found = restrictions(postfix, "smtpd_relay_restrictions", None)
    assert [part.name for part in found] == ["permit_mynetworks", "a", "reject", "a"]
    assert {part.at.line for part in found} == {5}


def test_what_a_restriction_looks_up_is_no_restriction() -> None:
    postfix = postfix_of(
        "smtpd_relay_restrictions = check_sender_access hash:/x, reject_rbl_client reject, warn_if_reject reject"
    )
    found = restrictions(postfix, "smtpd_relay_restrictions", None)
    assert [(part.name, part.argument and part.argument.text, part.only_warns) for part in found] == [
        ("check_sender_access", "hash:/x", False),
        ("reject_rbl_client", "reject", False),
        ("reject", None, True),
    ]
    assert not any([part.stops for part in found])


@pytest.mark.parametrize(
    ("value", "stop", "permit"),
    [
        ("permit_mynetworks, defer_unauth_destination, permit", "defer_unauth_destination", None),
        ("PERMIT, reject", None, "permit"),
        ("permit_mynetworks", None, None),
    ],
)
def test_guard(value: str, stop: str | None, permit: str | None) -> None:
    relay, recipient = guards(postfix_of(f"smtpd_relay_restrictions = {value}"), None)
    assert (relay.stop and relay.stop.name, relay.permit and relay.permit.name) == (stop, permit)
    assert not recipient.stop


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("permit, reject", False),
        ("open, reject_unauth_destination", True),  # seen of Postfix 3.7: an open relay
        ("shut", False),
        ("open, open", False),
        ("both, permit", False),
        ("both, reject", True),
        ("warn_if_reject reject_unauth_destination", False),
        ("check_client_access static:x, defer", True),
    ],
)
def test_a_permit_ends_its_class_only_where_smtpd_looks_whether_it_may_start(value: str, expected: bool) -> None:
    classes = "smtpd_restriction_classes = open, shut, both\nopen = permit\nshut = permit, reject\n"
    main = f"{classes}both = open, shut, both\nsmtpd_relay_restrictions = {value}"
    assert starts(postfix_of(main), None) is expected


def test_a_service_is_closed_by_any_list() -> None:
    assert is_closed(postfix_of("smtpd_client_restrictions = permit_mynetworks, reject"), None)
    assert not is_closed(postfix_of(""), None)


def test_without_master_main_speaks_for_all() -> None:
    assert listeners(postfix_of("", None)) == (None,)
    assert listeners(postfix_of("", "# none\n")) == ()


@pytest.mark.parametrize(
    ("name", "main", "expected"),
    [
        ("smtp", "", False),
        ("smtp", "inet_interfaces = 127.0.0.1, ::1", True),
        ("[::1]:25", "", True),
        ("localhost:25", "", True),
        ("192.0.2.1:25", "inet_interfaces = loopback-only", False),
    ],
)
def test_who_can_reach_a_service(name: str, main: str, expected: bool) -> None:
    postfix = postfix_of(main, f"{name} inet n - n - - smtpd\n")
    assert listens_on_loopback(postfix, postfix.services[0]) is expected


@pytest.mark.parametrize(
    ("text", "is_wide"),
    [
        ("127.0.0.0/8", False), ("10.0.0.0/8", False), ("203.0.113.8/29", False), ("203.0.113.0/28", True),
        ("[2001:db8::]/64", False), ("[2001:db8::]/48", True), ("[fe80::]/10", False), ("[::]/0", True),
        ("172.17.0.1", False), ("172.17.0.0/24", True), ("8.0.0.0/5", True), ("!0.0.0.0/0", False), ("hash:/x", False),
    ],
)  # fmt: skip
def test_wide_networks(text: str, is_wide: bool) -> None:
    assert bool(why_wide(text)) is is_wide


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (" OK", True),
        ("permit", True),
        ("RELAY", True),
        ("12345", True),
        ("550 no", False),
        ("REJECT", False),
        ("", False),
        ("permit_mynetworks, permit", True),
        ("reject_unauth_destination, permit", False),
        ("trusted", True),
        ("WARN permit", False),
        ("5.7.1 permit", False),
    ],
)
def test_actions(action: str, expected: bool) -> None:
    postfix = postfix_of("smtpd_restriction_classes = trusted\ntrusted = permit\n")
    assert permits_all(action, postfix, None, NOWHERE) is expected


def test_a_template_is_no_postfix() -> None:
    facts = host_facts(Machine(files=files("myhostname = {{ name }}\n")))
    assert facts.postfix is None
    assert [(problem.kind, problem.at.line) for problem in facts.templates] == [("template", 2)]


def test_a_condition_asks_for_names_and_does_not_miss_them() -> None:
    setting = postfix_of("relayhost = ${nobody?a}${nobody:b}$somebody").of("relayhost")
    assert (setting.value, setting.undefined) == ("b", ("somebody",))


def test_a_name_that_only_the_host_knows_leaves_a_condition_open() -> None:
    postfix = read_postfix(files("relayhost = ${myhostname?a}"))
    assert postfix is not None
    assert not postfix.of("relayhost").is_determined


def test_what_nothing_defines_stands_for_nothing() -> None:
    postfix = postfix_of("smtpd_milters = $smtp_milters")
    assert postfix.of("smtpd_milters").is_determined
    assert postfix.items("smtpd_milters") == ()


def test_a_parameter_of_some_release_is_not_determined_where_the_release_is_not_known() -> None:
    text = files("smtpd_banner = $use_srv_lookup")
    unknown, older = read_postfix(text), read_postfix(text, version="3.7.1")
    assert unknown is not None
    assert older is not None
    assert not unknown.of("smtpd_banner").is_determined
    assert older.of("smtpd_banner").is_determined


def test_what_is_expanded_at_delivery_stays_as_it_is() -> None:
    setting = postfix_of('mailbox_command = procmail -a "$EXTENSION"').of("mailbox_command")
    assert setting.value == 'procmail -a "$EXTENSION"'
    assert setting.is_determined


def test_braces_within_a_word_of_master_hold_white_space() -> None:
    postfix = postfix_of("", "smtp inet n - n - - smtpd\n  -o relayhost=${a? b} -o {myorigin=c}d}\n")
    assert {name: setting.raw for name, setting in postfix.services[0].overrides.items()}["relayhost"] == "${a? b}"
    assert [problem.kind for problem in postfix.master.problems] == ["override"]
