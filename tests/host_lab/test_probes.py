"""Probes of a running host: everything answers, and what does not is told."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from mailcheck.analysis.host_facts import HostFacts, host_facts, wanted_files
from mailcheck.config.find import load_configuration
from mailcheck.grammar.postfix_values import Endpoint
from mailcheck.host.loopback import NotProbed, connected
from mailcheck.host.probe import probed
from mailcheck.host.read import read_machine
from mailcheck.host.tree import Tree
from mailcheck.lint.host_run import run_host_rules
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.run import RunSettings
from mailcheck.model.finding import Report
from mailcheck.model.limits import Limits
from mailcheck.model.machine import Probe
from mailcheck.model.progress import Silent
from mailcheck.zonefile.load import load_zones
from tests.lab.mail_host.host import MailHost
from tests.lab.mail_host.tree import Change

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
DOMAINS = ("example.com.", "example.net.")


@pytest.fixture(scope="module")
def host() -> Iterator[MailHost]:
    with MailHost() as started:
        yield started


def facts(host: MailHost) -> HostFacts:
    with Tree(host.folder, live=False) as tree:
        found = host_facts(read_machine(tree, wanted_files))
    return host_facts(probed(found, DOMAINS, host.folder))


def of_kind(found: HostFacts, kind: str) -> list[Probe]:
    return [probe for probe in found.machine.probes or () if probe.kind == kind]


def judged(host: MailHost, found: HostFacts) -> Report:
    configuration = load_configuration(host.tree.spec)
    loaded = load_zones([host.tree.zones], limits=Limits(), include_root=host.tree.base, progress=Silent())
    rules = {name: rule for name, rule in installed_rules("plan").items() if name.startswith("host-probe-")}
    spec = configuration.spec.hosts["mail.example.com."]
    return run_host_rules(found, RunSettings(configuration), rules, loaded.zones, host=spec)


def test_a_healthy_host_answers_everything(host: MailHost) -> None:
    found = facts(host)
    assert [probe.answer for probe in of_kind(found, "milter")] == ["version 6"]
    (forward, *own), (reverse,) = of_kind(found, "srs-forward"), of_kind(found, "srs-reverse")
    assert forward.answer.startswith("200 SRS0=")
    assert forward.answer.endswith("=forwarded.example=probe@srs.example.com")
    assert reverse.answer == "200 probe@forwarded.example"
    assert not any("SRS0" in probe.answer for probe in own)
    greetings = {probe.subject: probe for probe in of_kind(found, "smtp-greeting")}
    assert greetings[f"127.0.0.1:{host.ports['smtp']}"].answer == "mail.example.com ESMTP"
    assert of_kind(found, "smtp-relay")[0].answer.startswith("554 5.7.1 ")
    assert [probe.subject for probe in of_kind(found, "signature") if probe.answer] == [
        "example.com",
        "example.net",
    ]


def test_the_signature_verifies_under_the_zones_and_nothing_is_delivered(host: MailHost) -> None:
    found = facts(host)
    said = {finding.rule for finding in judged(host, found).findings}
    assert not said & {"host-probe-signature", "host-probe-srs", "host-probe-milter", "host-probe-relay"}
    assert host.queue() == []
    assert host.sink.messages.empty()


def test_a_key_that_is_not_the_one_in_the_zone_does_not_verify(host: MailHost) -> None:
    found = facts(host)
    zone = host.tree.zones / "example.com.zone"
    text = zone.read_text()
    other = (host.tree.zones / "example.net.zone").read_text()
    ours = next(line for line in text.splitlines() if line.startswith("s202611._domainkey"))
    theirs = next(line for line in other.splitlines() if line.startswith("s202611._domainkey"))
    zone.write_text(text.replace(ours, theirs))
    try:
        report = judged(host, found)
    finally:
        zone.write_text(text)
    spoken = [finding for finding in report.findings if finding.rule == "host-probe-signature"]
    assert [finding.token for finding in spoken] == ["s202611._domainkey.example.com."]
    assert spoken[0].labels[1].message == "the key that verifiers find"


def test_a_service_that_dies_at_every_start_is_told(host: MailHost) -> None:
    """The lab has no Dovecot: smtpd dies on the submission ports once it looks for it."""
    report = judged(host, facts(host))
    spoken = {finding.token for finding in report.findings if finding.rule == "host-probe-greeting"}
    assert f"127.0.0.1:{host.ports['submissions']}" in spoken


def test_an_open_relay_is_told() -> None:
    main = "/etc/postfix/main.cf"
    opened = Change(
        main,
        "    permit_sasl_authenticated,\n",
        "    permit_sasl_authenticated,\n    check_client_access static:OK,\n",
    )
    with MailHost((opened,)) as host:
        found = facts(host)
        assert any(probe.answer.startswith("250 ") for probe in of_kind(found, "smtp-relay"))
        assert "host-probe-relay" in {finding.rule for finding in judged(host, found).findings}


def test_a_dead_milter_and_a_dead_srs_are_told() -> None:
    with MailHost(without=("opendkim", "postsrsd")) as host:
        said = {finding.rule for finding in judged(host, facts(host)).findings}
    assert {"host-probe-milter", "host-probe-srs"} <= said


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "0.0.0.0", "example.com", "169.254.169.254", ""])
def test_nothing_but_loopback_is_connected_to(address: str) -> None:
    with pytest.raises(NotProbed), connected(Endpoint("inet", "", address, "25")):
        pass


def test_a_service_that_talks_nonsense_is_an_error_and_no_crash(tmp_path: Path) -> None:
    for answer in (b"", b"\0\0\0\0", b"\xff" * 8, b"\0\0\0\x05Xabcd", b"hello\n"):
        path = tmp_path / f"s{len(answer)}"
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
            server.listen(1)
            thread = Thread(target=_answer, args=(server, answer))
            thread.start()
            from mailcheck.host.probe_milter import negotiated

            with connected(Endpoint("unix", str(path))) as connection, pytest.raises((ValueError, OSError)):
                negotiated(connection)
            thread.join()


def _answer(server: socket.socket, octets: bytes) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(100)
        connection.sendall(octets)
