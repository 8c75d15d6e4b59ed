"""Probes of services that are not on loopback: nothing is asked, and nothing is said of them."""

from collections.abc import Iterator

import pytest

from mailcheck.analysis.host_facts import HostFacts, host_facts
from mailcheck.host.probe_milter import probe_milters
from mailcheck.host.probe_smtp import probe_smtp
from mailcheck.host.probe_srs import probe_srs
from mailcheck.lint.host_cases import example
from mailcheck.lint.rule import changed
from mailcheck.model.machine import Probe

MAIN = "/etc/postfix/main.cf"


def facts(old: str, new: str) -> HostFacts:
    return host_facts(example(changed((MAIN, old, new))).machine)


@pytest.mark.parametrize("host", ["10.0.0.9", "milter.example.com", "192.0.2.25", "[2001:db8::9]"])
def test_a_milter_elsewhere_is_not_probed(host: str) -> None:
    (probe,) = probe_milters(facts("unix:opendkim/opendkim.sock", f"inet:{host}:8891"))
    assert probe.not_probed
    assert (probe.error, probe.answer) == ("", "")


def test_srs_elsewhere_is_not_probed() -> None:
    found = facts("tcp:127.0.0.1:10001", "tcp:10.0.0.9:10001")
    probes = list(probe_srs(found, ["example.com"]))
    assert [bool(probe.not_probed) for probe in probes] == [True, True]


@pytest.mark.parametrize("interfaces", ["192.0.2.25", "$myhostname", "[2001:db8::25]"])
def test_an_smtpd_that_loopback_does_not_reach_is_not_probed(interfaces: str) -> None:
    assert all(_not_probed(probe_smtp(facts("inet_interfaces = all", f"inet_interfaces = {interfaces}"))))


def _not_probed(probes: Iterator[Probe]) -> list[str]:
    return [probe.not_probed for probe in probes]
