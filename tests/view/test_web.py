"""Policies as a view: POLICY questions only, each once, in good time, and every failure a value."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

import pytest

from mailcheck.model.dns import POLICY, STS_RECORD, Absent, Answer, Present, Question, Unknown
from mailcheck.model.location import NOWHERE
from mailcheck.model.names import IPAddress
from mailcheck.view.policy_fetch import FetchFailedError, PolicyFetcher
from mailcheck.view.web import AT_ONCE, Policies
from tests.analysis.evaluation import Scripted
from tests.build import record
from tests.view.policy_server import HOST, Authority, answer, serve
from tests.view.policy_server import POLICY as TEXT

EXAMPLE = Question("example.com.", POLICY)


class Fetcher(PolicyFetcher):
    """Answers what a test gave it, by host, and keeps what it was asked."""

    def __init__(self, said: Mapping[str, str | FetchFailedError | None]) -> None:
        super().__init__()
        self.said = said
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def fetch(self, host: str, addresses: Sequence[IPAddress], seconds: float = 10.0) -> str | None:
        self.asked.append((host, tuple(str(address) for address in addresses)))
        said = self.said[host]
        if isinstance(said, FetchFailedError):
            raise said
        return said


def addresses(host: str, *texts: str) -> Present:
    rtype = "AAAA" if ":" in texts[0] else "A"
    return Present(tuple(record(".", "", 1, f"{host} {rtype} {text}") for text in texts), source="live")


def resolver(host: str = f"{HOST}.", v4: Answer | None = None, v6: Answer | None = None) -> Scripted:
    return Scripted(
        {
            (host, "A"): v4 or addresses(host, "93.184.216.34"),
            (host, "AAAA"): v6 or Absent("nodata", source="live"),
        }
    )


def ask(fetcher: Fetcher, view: Scripted | None = None) -> Answer:
    return Policies(view or resolver(), fetcher).answer({EXAMPLE})[EXAMPLE]


def test_a_policy_is_a_record_that_no_file_holds() -> None:
    said = ask(Fetcher({HOST: TEXT}))
    assert isinstance(said, Present)
    (policy,) = said.records
    assert (policy.name, policy.type, policy.ttl, policy.text) == ("example.com.", POLICY, 0, TEXT)
    assert (policy.at, policy.owner_at, said.source) == (NOWHERE, NOWHERE, "live")


def test_no_policy_and_no_host_are_no_policy() -> None:
    assert ask(Fetcher({HOST: None})) == Absent("nodata", source="live")
    absent = Absent("nxdomain", source="live")
    fetcher = Fetcher({})
    assert ask(fetcher, resolver(v4=absent, v6=absent)) == Absent("nodata", source="live")
    assert fetcher.asked == []


def test_a_failure_is_not_known() -> None:
    failed = FetchFailedError("formerr", "no text")
    assert ask(Fetcher({HOST: failed})) == Unknown("formerr", "no text")


def test_ipv4_comes_first_and_few_addresses_are_tried() -> None:
    fetcher = Fetcher({HOST: TEXT})
    six = addresses(f"{HOST}.", "2606:2800:220:1::1", "2606:2800:220:1::2")
    ask(fetcher, resolver(v4=addresses(f"{HOST}.", "8.8.8.1", "8.8.8.2", "8.8.8.3"), v6=six))
    assert fetcher.asked == [(HOST, ("8.8.8.1", "8.8.8.2", "8.8.8.3", "2606:2800:220:1::1"))]


@pytest.mark.parametrize(
    "reason", ["timeout", "servfail", "refused", "formerr", "not_asked", "unusable", "budget", "limit"]
)
def test_an_address_that_is_not_known_leaves_the_policy_unknown(reason: str) -> None:
    unknown = Unknown(reason, f"{HOST} AAAA", ("x.",), "y.")  # type: ignore[arg-type]
    said = ask(Fetcher({}), resolver(v4=Absent("nodata"), v6=unknown))
    assert said == Unknown(reason, f"{HOST} AAAA")  # type: ignore[arg-type]
    assert isinstance(ask(Fetcher({HOST: TEXT}), resolver(v6=unknown)), Present)


def test_other_questions_are_left_to_others() -> None:
    view = resolver()
    question = Question("example.com.", "MX")
    assert Policies(view, Fetcher({})).answer({question}) == {question: Unknown("not_asked", "example.com MX")}
    assert view.batches == 0


def test_each_question_is_asked_once() -> None:
    fetcher, view = Fetcher({HOST: TEXT}), resolver()
    policies = Policies(view, fetcher)
    first = policies.answer({EXAMPLE})
    assert policies.answer({EXAMPLE, Question("example.com.", "A")})[EXAMPLE] is first[EXAMPLE]
    assert len(fetcher.asked) == 1
    assert view.batches == 1


@pytest.mark.parametrize(
    "name", ["*.example.com.", "a\\032b.example.", "x/y.example.", ".", "a..b.", f"{'a.' * 123}example."]
)
def test_what_is_no_host_name_is_not_asked_for(name: str) -> None:
    fetcher = Fetcher({f"mta-sts.{name.removesuffix('.')}": TEXT})
    question = Question(name, POLICY)
    said = Policies(Scripted({}), fetcher).answer({question})[question]
    assert isinstance(said, Unknown)
    assert said.reason == "not_asked"
    assert fetcher.asked == []


def test_several_are_fetched_at_once_and_the_run_has_one_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(AT_ONCE)
    clock = [100.0]
    monkeypatch.setattr("mailcheck.view.web.monotonic", lambda: clock[0])

    class Meeting(Fetcher):
        def fetch(self, host: str, addresses: Sequence[IPAddress], seconds: float = 10.0) -> str | None:
            together.wait(timeout=30)
            clock[0] = 221.0
            return str(seconds)

    questions = {Question(f"d{number}.example.", POLICY) for number in range(AT_ONCE)}
    view = Scripted(
        {
            (f"mta-sts.{question.name}", rtype): addresses(question.name, "8.8.8.8")
            for question in (*questions, EXAMPLE)
            for rtype in ("A", "AAAA")
        }
    )
    policies = Policies(view, Meeting({}))
    answers = policies.answer(questions)
    assert {said.records[0].text for said in answers.values() if isinstance(said, Present)} == {"120.0"}
    assert len(answers) == AT_ONCE
    assert policies.answer({EXAMPLE})[EXAMPLE] == Unknown("timeout", f"example.com {POLICY}")


def test_as_shipped_a_declared_host_at_home_is_refused() -> None:
    view = resolver(v4=addresses(f"{HOST}.", "127.0.0.1"))
    said = Policies(view).answer({EXAMPLE})[EXAMPLE]
    assert said == Unknown("refused", f"{HOST} has no public address, only 127.0.0.1")


@pytest.mark.enable_socket
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_policy_is_fetched_over_the_wire(tmp_path_factory: pytest.TempPathFactory) -> None:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    view = resolver(v4=addresses(f"{HOST}.", "127.0.0.1"))
    with serve(answer(), authority.context()) as server:
        fetcher = PolicyFetcher(lambda _: True, server.port, authority.trust_store)
        said = Policies(view, fetcher).answer({EXAMPLE})[EXAMPLE]
    assert isinstance(said, Present)
    assert said.records[0].text == TEXT


STANDING = Question("example.com.", STS_RECORD)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Absent("nxdomain", ("_mta-sts.example.com.",), "live"), Absent("nxdomain", (), "live")),
        (
            Unknown("timeout", "", ("_mta-sts.example.com.",), "a.b."),
            Unknown("timeout", f"example.com {STS_RECORD}"),
        ),
        (Unknown("servfail", "a.b TXT"), Unknown("servfail", "a.b TXT")),
    ],
)
def test_the_record_that_stands_now_is_asked_of_the_resolver(answer: Answer, said: Answer) -> None:
    view = Scripted({("_mta-sts.example.com.", "TXT"): answer})
    assert Policies(view, Fetcher({})).answer({STANDING}) == {STANDING: said}


def test_the_record_that_stands_now_has_the_name_of_the_domain() -> None:
    found = Present(
        (record(".", "file", 1, "elsewhere.example. TXT v=STSv1; id=1"),),
        ("_mta-sts.example.com.",),
        source="live",
    )
    view = Scripted({("_mta-sts.example.com.", "TXT"): found})
    policies = Policies(view, Fetcher({}))
    said = policies.answer({STANDING})[STANDING]
    assert isinstance(said, Present)
    assert [(one.name, one.type, one.text, one.at) for one in said.records] == [
        ("example.com.", STS_RECORD, "v=STSv1; id=1", NOWHERE)
    ]
    assert (said.chain, said.source) == ((), "live")
    assert policies.answer({STANDING})[STANDING] is said
    assert view.batches == 1
