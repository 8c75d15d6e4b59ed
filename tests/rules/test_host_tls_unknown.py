"""What could not be read of a host's TLS is neither found fault with nor passed."""

from types import MappingProxyType

import pytest

from mailcheck.analysis.host_facts import host_facts
from mailcheck.config.document import read_document
from mailcheck.config.settings import configuration
from mailcheck.lint.host_cases import example
from mailcheck.lint.host_run import run_host_rules
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.rule import Case, changed
from mailcheck.lint.run import RunSettings
from mailcheck.model.finding import Report
from mailcheck.model.machine import HostFile, Machine, State
from tests.build import zone

LIVE = "/etc/letsencrypt/live/mail.example.com"
KEY, CERTIFICATE = f"{LIVE}/privkey.pem", f"{LIVE}/fullchain.pem"
SOCKET = "/var/spool/postfix/private/auth"
MAIN = "/etc/postfix/main.cf"
MX = ("@ MX 10 mx.example.net.", "@ MX 20 mail")


def with_files(machine: Machine, files: dict[str, HostFile | None]) -> Machine:
    """The machine with other files; None for one that nobody read."""
    found = {**machine.files, **files}
    return machine._replace(
        files=MappingProxyType({path: file for path, file in found.items() if file is not None})
    )


def judged(case: Case, files: dict[str, HostFile | None], **fields: object) -> Report:
    machine, beside = example(case)
    machine = with_files(machine, files)._replace(**fields)
    settings = configuration(read_document(beside["mailcheck.yaml"], "mailcheck.yaml"))
    facts = host_facts(machine)
    host = settings.spec.hosts[facts.name]
    zones = [zone("example.com.", *MX)]
    return run_host_rules(facts, RunSettings(settings), installed_rules("plan"), zones, host=host)


def skipped(report: Report, rule: str) -> list[str]:
    return [one.why for one in report.skipped if one.rule == rule]


def found(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings if finding.rule.startswith(("host-tls", "host-sub"))}


@pytest.mark.parametrize(
    "rule", ["cert-missing", "cert-key-mismatch", "expired", "snakeoil", "san", "key-perm", "tlsa"]
)
def test_what_root_alone_may_read_is_not_judged(rule: str) -> None:
    denied = {path: HostFile(path, "denied") for path in (KEY, CERTIFICATE)}
    report = judged(changed(), denied)
    assert found(report) == set()
    if rule != "tlsa":
        assert any("needs root: " + LIVE in why for why in skipped(report, f"host-tls-{rule}"))


@pytest.mark.parametrize("state", ["refused", "file"])
def test_what_could_not_be_read_as_pem_is_not_judged(state: State) -> None:
    report = judged(changed(), {CERTIFICATE: HostFile(CERTIFICATE, state, "over its limit")})
    assert found(report) == set()
    assert skipped(report, "host-tls-cert-missing") == [f"could not be read: {CERTIFICATE}: over its limit"]


def test_a_certificate_is_judged_where_its_key_is_denied() -> None:
    case = changed(files={CERTIFICATE: "{cert mail.example.com -1 ca mail}\n"})
    report = judged(case, {KEY: HostFile(KEY, "denied")})
    assert found(report) == {"host-tls-expired"}


def test_without_the_time_of_reading_nothing_has_expired() -> None:
    report = judged(changed(), {}, read_at=Machine().read_at)
    assert skipped(report, "host-tls-expired") == ["when the host was read is not known"]


def test_an_exchange_of_unknown_address_may_be_this_host() -> None:
    report = judged(changed(), {})
    assert skipped(report, "host-tls-san") == ["not asked: mx.example.net A"]
    assert skipped(report, "host-tls-tlsa") == ["not asked: mx.example.net A"]


def test_with_certificates_by_name_the_default_one_is_not_judged() -> None:
    report = judged(changed((MAIN, "biff = no\n", "tls_server_sni_maps = hash:/etc/postfix/sni\n")), {})
    assert "tls_server_sni_maps" in skipped(report, "host-tls-tlsa")[0]


@pytest.mark.parametrize("file", [None, HostFile(SOCKET, "denied")])
def test_a_socket_out_of_sight_is_not_judged(file: HostFile | None) -> None:
    report = judged(changed(), {SOCKET: file}, unix_listeners=None)
    assert found(report) == set()
    assert skipped(report, "host-sub-sasl-no-backend") == [f"whether something listens at {SOCKET} is not known"]


def test_a_socket_that_answers_is_enough_where_its_folder_is_closed() -> None:
    report = judged(changed(), {SOCKET: HostFile(SOCKET, "denied")})
    assert not skipped(report, "host-sub-sasl-no-backend")


def test_a_table_of_passwords_without_stat_is_not_judged() -> None:
    case = changed((MAIN, "biff = no\n", "smtp_sasl_password_maps = texthash:/etc/postfix/sasl\n"))
    report = judged(case, {"/etc/postfix/sasl": HostFile("/etc/postfix/sasl", "denied")})
    assert skipped(report, "host-sub-sasl-passwd-perm") == ["owner and mode are not known: /etc/postfix/sasl"]
