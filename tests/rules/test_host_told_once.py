"""One cause of a host is one finding, in however many settings it shows."""

from collections.abc import Iterator

import pytest

from mailcheck.analysis.host_facts import host_facts
from mailcheck.config.document import read_document
from mailcheck.config.settings import configuration
from mailcheck.lint.host_cases import example
from mailcheck.lint.host_run import run_host_rules
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.rule import Case, changed
from mailcheck.lint.run import RunSettings
from mailcheck.model.finding import Finding

MAIN, MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
SOCKET = "smtpd_milters = unix:opendkim/opendkim.sock\nnon_smtpd_milters = $smtpd_milters"
GROUP = "{ unix:opendkim/opendkim.sock, default_action = accept }"


def told(case: Case, rule: str) -> list[Finding]:
    machine, beside = example(case)
    spec = configuration(read_document(beside["mailcheck.yaml"], "mailcheck.yaml"))
    host = spec.spec.hosts["mail.example.com."]
    report = run_host_rules(host_facts(machine), RunSettings(spec), installed_rules("plan"), (), host=host)
    return [finding for finding in report.findings if finding.rule == rule]


def test_a_stale_table_that_two_settings_name() -> None:
    assert len(told(changed(newer=("/etc/aliases",)), "host-map-stale")) == 1


@pytest.mark.parametrize(
    ("main", "count"),
    [
        (f"smtpd_milters = {GROUP}\nnon_smtpd_milters = $smtpd_milters", 1),
        (f"mine = {GROUP}\nsmtpd_milters = $mine\nnon_smtpd_milters = $mine", 1),
        (f"smtpd_milters = {GROUP}\nnon_smtpd_milters = {GROUP}", 2),
    ],
)
def test_a_milter_that_mail_passes_without(main: str, count: int) -> None:
    assert len(told(changed((MAIN, SOCKET, main)), "host-milter-default-accept")) == count


def tripled(names: int) -> Iterator[str]:
    yield "a0 = x\n"
    yield from (f"a{n} = $a{n - 1} $a{n - 1} $a{n - 1}\n" for n in range(1, names))


def test_values_that_grow_too_long_are_told_where_they_begin_to() -> None:
    bomb = "".join([*tripled(60), "smtpd_banner = $myhostname $a59\n"])
    found = told(changed((MAIN, "biff = no\n", f"biff = no\n{bomb}")), "host-cf-syntax")
    assert ["`a9`" in finding.message for finding in found] == [True]


def test_a_chain_that_is_too_deep_is_told_where_it_begins_to_be() -> None:
    chain = "c0 = x\n" + "".join(f"c{n} = $c{n - 1}\n" for n in range(1, 300))
    found = told(changed((MAIN, "biff = no\n", f"biff = no\n{chain}")), "host-cf-syntax")
    assert ["`c101`" in finding.message for finding in found] == [True]
