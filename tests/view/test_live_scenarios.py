"""What domains that are made to cost a lot do cost, when they are evaluated over a resolver."""

import time

import pytest

from mailcheck.analysis.dmarc_policy import discover_policy
from mailcheck.analysis.spf_gather import MAX_QUESTIONS
from mailcheck.analysis.spf_tree import spf_tree
from mailcheck.model.dns import Present, Unknown
from tests.analysis.evaluation import run
from tests.lab.hostile import hostile
from tests.lab.scenarios import REPORT_HOSTS, scenarios
from tests.view.live_world import SHORT, ask, live

pytestmark = pytest.mark.enable_socket


@pytest.mark.parametrize("domain", ["endless.example.", "tree.example.", "voids.example.", "below.example."])
def test_an_spf_record_costs_no_more_than_one_evaluation_may(domain: str) -> None:
    with hostile(scenarios) as server:
        view = live(server)
        begin = time.monotonic()
        run(spf_tree(domain), view)
        assert time.monotonic() - begin < 10
        assert 0 < server.packets <= MAX_QUESTIONS + 10


def test_a_failure_below_an_include_is_known_as_one() -> None:
    with hostile(scenarios) as server:
        answer = ask(live(server), "failing.below.example.", "TXT")
    assert isinstance(answer, Unknown)
    assert answer.reason == "servfail"


def test_a_policy_that_names_hundreds_of_hosts_is_read_whole() -> None:
    with hostile(scenarios) as server:
        view = live(server)
        policy = run(discover_policy("reports.example."), view)
        answer = ask(view, "_dmarc.reports.example.", "TXT")
    assert policy is not None
    assert isinstance(answer, Present)
    assert answer.records[0].text.count("mailto:") == REPORT_HOSTS


def test_a_domain_whose_servers_are_silent_is_a_timeout() -> None:
    with hostile(scenarios) as server:
        answer = ask(live(server, **SHORT), "_dmarc.slow.example.", "TXT")
    assert isinstance(answer, Unknown)
    assert answer.reason == "timeout"
