"""Live over real servers says what the overlay says of the same zone files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.world import domains, world
from mailcheck.analysis.spf_tree import spf_tree
from mailcheck.model.dns import Absent, Answer, Present, Question, Unknown
from mailcheck.model.limits import Limits
from mailcheck.model.names import parent
from mailcheck.model.progress import Silent
from mailcheck.view.live import Live, LiveSettings
from mailcheck.view.overlay import Overlay
from mailcheck.view.resolvers import Resolver
from mailcheck.zonefile.load import load_zones
from tests.analysis.evaluation import run
from tests.lab.dns import servers

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

HEAD = "$TTL 300\n@ SOA ns1 hostmaster 1 7200 3600 1209600 300\n@ NS ns1\nns1 A 127.0.0.1\n"
ZONES = {
    "example.com": HEAD
    + r"""
@ MX 10 Mail
@ MX 20 mx2.example.net.
@ TXT "v=spf1 mx include:_spf.example.net -all"
@ TXT "two" " strings" "\000\127\200\255 \"q\" \\ ;"
@ CAA 0 issue "ca.example.net"
mail A 192.0.2.1
mail AAAA 2001:db8::1
mail AAAA ::ffff:192.0.2.1
_25._tcp.mail TLSA 3 1 1 0000000000000000000000000000000000000000000000000000000000000000
_submission._tcp SRV 0 1 587 Mail
alias CNAME MAIL
two CNAME alias
away CNAME www.example.net.
gone CNAME nothing.example.net.
lost CNAME www.unserved.example.
loop1 CNAME loop2
loop2 CNAME loop1
host.deep A 192.0.2.2
*.wild A 192.0.2.3
*.wild TXT "wild"
exact.wild A 192.0.2.4
*.cn CNAME mail
old DNAME new
host.new A 192.0.2.5
sub.host.new TXT "below"
far DNAME example.net.
sub NS ns1.sub
ns1.sub A 127.0.0.1
lame NS ns1.unserved.example.
we\.ird\027 TXT "name"
big TXT """
    + " ".join('"' + "x" * 250 + '"' for _ in range(40))
    + "\n"
    + "".join(f"c{number} CNAME c{number + 1}\n" for number in range(12))
    + "c12 A 192.0.2.6\n",
    "sub.example.com": HEAD + "@ A 192.0.2.7\nwww CNAME mail.example.com.\n",
    "example.net": HEAD + 'www A 192.0.2.8\nmx2 A 192.0.2.9\n_spf TXT "v=spf1 ip4:192.0.2.0/24 -all"\n',
    "2.0.192.in-addr.arpa": HEAD + "1 PTR mail.example.com.\n8/29 NS ns1\n9 CNAME 9.8/29\n",
}
SYNTHESIZED = {
    Question(name, "CNAME")
    for name in (
        "host.old.example.com.",
        "sub.host.old.example.com.",
        "x.old.example.com.",
        "www.far.example.com.",
    )
}
"""Asked for an alias below a DNAME, servers make one up; the overlay follows the DNAME."""
TYPES = ("A", "AAAA", "MX", "TXT", "NS", "CNAME", "PTR", "SRV", "CAA", "TLSA", "DNAME")
MORE = (
    "nothing.example.com.", "deep.example.com.", "x.wild.example.com.", "a.b.wild.example.com.", "x.exact.wild.example.com.",
    "x.cn.example.com.", "host.old.example.com.", "sub.host.old.example.com.", "x.old.example.com.", "www.far.example.com.",
    "x.lame.example.com.", "nothing.sub.example.com.", "x.mail.example.com.", "7.2.0.192.in-addr.arpa.",
)  # fmt: skip


@pytest.fixture(scope="module")
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Overlay:
    folder = tmp_path_factory.mktemp("zones")
    for name, text in ZONES.items():
        (folder / f"{name}.zone").write_text(text, encoding="ascii")
    loaded = load_zones([folder], limits=Limits(), include_root=None, progress=Silent())
    assert not loaded.refused
    assert {zone.name.removesuffix(".") for zone in loaded.zones} == set(ZONES)
    return Overlay(loaded.zones)


@pytest.fixture(scope="module")
def questions(overlay: Overlay) -> set[Question]:
    owners = {name for zone in ZONES for name in overlay.zone_of(f"{zone}.").names}  # type: ignore[union-attr]
    owners |= {parent(name) for name in owners if parent(name).count(".") > 2}
    return {Question(name, rtype) for name in (*owners, *MORE) for rtype in TYPES}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with servers(ZONES, tmp_path_factory.mktemp("servers")) as ports:
        resolver = Resolver("127.0.0.1", ports.recursive)
        yield Live(LiveSettings((resolver,), query_timeout=5.0))


def essence(answer: Answer) -> object:
    """What both must agree in: places, TTLs, the names of wildcards and the case of names aside."""
    if isinstance(answer, Present):
        values = {
            (record.type, record.text if record.type in ("TXT", "CAA") else record.text.lower(), record.cuts)
            for record in answer.records
        }
        return "present", values, tuple(map(str.lower, answer.chain))
    return answer[0], *map(str.lower, answer.chain)


def test_live_and_overlay_agree_on_every_name_and_type(
    overlay: Overlay, live: Live, questions: set[Question]
) -> None:
    declared, told = overlay.answer(questions), live.answer(questions)
    known = {question for question in questions - SYNTHESIZED if not isinstance(declared[question], Unknown)}
    assert len(known) > 400
    differing = {
        question: (declared[question], told[question])
        for question in known
        if essence(declared[question]) != essence(told[question])
    }
    assert differing == {}
    assert {type(declared[question]) for question in known} == {Present, Absent}


def test_what_no_server_knows_and_what_has_no_end_is_unknown(live: Live) -> None:
    for name in (
        "www.unserved.example.",
        "lost.example.com.",
        "loop1.example.com.",
        "c0.example.com.",
    ):
        (answer,) = live.answer({Question(name, "A")}).values()
        assert isinstance(answer, Unknown), name
        assert answer.reason in ("servfail", "unusable"), answer


def test_a_large_answer_comes_over_tcp(live: Live) -> None:
    (answer,) = live.answer({Question("big.example.com.", "TXT")}).values()
    assert isinstance(answer, Present)
    assert len(answer.records[0].text) == 10_000


def test_the_world_of_the_benchmarks_is_served_and_clean(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("world")
    with servers(world(20), folder) as ports:
        view = Live(LiveSettings((Resolver("127.0.0.1", ports.recursive),), query_timeout=5.0))
        for domain in domains(20):
            tree = run(spf_tree(f"{domain}."), view)
            assert tree.lookups == 10, domain
            (answer,) = view.answer({Question(f"s2._domainkey.{domain}.", "TXT")}).values()
            assert isinstance(answer, Present)
            assert answer.chain == (f"s2._domainkey.{domain}.",)
    assert not load_zones([folder], limits=Limits(), include_root=None, progress=Silent()).refused
