"""`mailcheck init --from-dns` against a name server on loopback: what is written, left out, and told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from mailcheck.cli.main import main
from mailcheck.model.limits import Limits
from mailcheck.model.progress import Silent
from mailcheck.model.zone import Zone
from mailcheck.zonefile.load import load_zones
from tests.lab.dns import servers
from tests.lab.hostile import SOA, Asked, Hostile, absent, hostile, reply

pytestmark = pytest.mark.enable_socket

Captured = pytest.CaptureFixture[str]
Records = Mapping[str, tuple[str, ...]]
KEY = "v=DKIM1; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"
ZONE: Records = {
    "example.com.": (
        "SOA ns1.example.com. hostmaster.example.com. 1 7200 3600 1209600 3600",
        "NS ns1.example.com.",
        "NS ns.provider.example.",
        "MX 10 mail.example.com.",
        "MX 20 mx.provider.example.",
        'TXT "v=spf1 mx a:out.example.com include:_spf.example.com include:spf.provider.example -all"',
        'TXT "verification=1"',
        'CAA 0 issue "ca.example"',
    ),
    "_dmarc.example.com.": ('TXT "v=DMARC1; p=reject; rua=mailto:d@example.com"',),
    "_mta-sts.example.com.": ('TXT "v=STSv1; id=1"',),
    "mta-sts.example.com.": ("CNAME web.example.com.",),
    "web.example.com.": ("A 192.0.2.80",),
    "_smtp._tls.example.com.": ('TXT "v=TLSRPTv1; rua=mailto:t@example.com"',),
    "k2._domainkey.example.com.": ("CNAME dkim2.mcsv.net.",),
    "mine._domainkey.example.com.": (f'TXT "{KEY}"',),
    "mail.example.com.": ("A 192.0.2.25", "AAAA 2001:db8::25", 'TXT "v=spf1 a -all"'),
    "_25._tcp.mail.example.com.": ("TLSA 3 1 1 " + "ab" * 32,),
    "out.example.com.": ("A 192.0.2.26",),
    "_spf.example.com.": ('TXT "v=spf1 ip4:192.0.2.27 -all"',),
    "ns1.example.com.": ("A 192.0.2.53",),
    "spf.provider.example.": ('TXT "v=spf1 ip4:198.51.100.1 -all"',),
    "dkim2.mcsv.net.": (f'TXT "{KEY}"',),
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("mailcheck.view.web.Policies.answer", no_policies)
    return tmp_path


def no_policies(self: object, questions: frozenset[object]) -> dict[object, object]:
    from mailcheck.model.dns import Unknown

    return dict.fromkeys(questions, Unknown("not_asked"))


@contextmanager
def serving(records: Records, failing: frozenset[str] = frozenset()) -> Iterator[Hostile]:
    """An authoritative server for the records, `*` included, that fails for some names."""

    def behave(asked: Asked) -> list[bytes]:
        if asked.name in failing:
            return [reply(asked, rcode="SERVFAIL")]
        owner = source(asked.name)
        if owner is None:
            return [absent(asked)]
        held = records.get(owner, ())
        found = [line for line in held if line.split(" ")[0] in (asked.type, "CNAME")]
        lines = [f"{asked.name} {line}" for line in found]
        return [reply(asked, *lines, authority=() if lines else (SOA,))]

    def source(name: str) -> str | None:
        """The name itself, where it or anything below it exists, else the wildcard beside it (RFC 4592)."""
        while True:
            if any(known == name or known.endswith("." + name) for known in records):
                return name
            above = name.partition(".")[2]
            if f"*.{above}" in records:
                return f"*.{above}"
            if not above or any(known == above or known.endswith("." + above) for known in records):
                return None
            name = above

    with hostile(behave) as running:
        yield running


def init(server: Hostile, *options: str) -> int:
    return main(["init", "--from-dns", "example.com", "--resolver", f"127.0.0.1:{server.port}", *options])


def zone(path: str = "zones/example.com.zone") -> Zone:
    loaded = load_zones((Path(path),), limits=Limits(), include_root=None, progress=Silent())
    assert not loaded.refused
    return loaded.zones[0]


def lines(found: Zone) -> set[str]:
    return {f"{record.name} {record.type} {record.text}" for record in found.records}


def expected(records: Records, *left_out: str) -> set[str]:
    return {
        f"{name} {line}".replace('TXT "', "TXT ").removesuffix('"') if " TXT " in f" {line}" else f"{name} {line}"
        for name, held in records.items()
        if name.endswith("example.com.") and name not in left_out
        for line in held
    }


def test_all_that_mail_uses_is_written_as_it_is(capsys: Captured) -> None:
    with serving(ZONE) as server:
        code = init(server, "--selector", "mine")
    assert lines(zone()) == expected(ZONE)
    told = capsys.readouterr()
    assert code == 1
    assert "wrote zones/example.com.zone\n" in told.out
    assert "dkim-key-invalid" in told.out
    assert "spf.provider.example" not in Path("zones/example.com.zone").read_text("utf-8").replace(
        "include:spf.provider.example", ""
    )
    text = Path("zones/example.com.zone").read_text("utf-8")
    assert text.startswith(
        f"; What 127.0.0.1#{server.port} answered for the names that mail uses. This is not the whole"
    )
    assert "; It can hold names that nobody can guess: its name servers have all of it.\n" in text
    assert "- It can hold names that nobody can guess: its name servers have all of it.\n" in told.err


def test_octodns_keeps_the_soa_as_a_comment() -> None:
    with serving(ZONE) as server:
        assert init(server, "--selector", "mine", "--zone-format", "octodns") == 1
    found = zone("zones/example.com.yaml")
    assert lines(found) == {line for line in expected(ZONE) if " SOA " not in line}
    assert "# octoDNS cannot hold: example.com. 300 IN SOA ns1.example.com." in Path(found.path).read_text("utf-8")


def test_a_wildcard_is_written_once(capsys: Captured) -> None:
    records = {**ZONE, "*.example.com.": ('TXT "v=spf1 -all"', "A 192.0.2.99")}
    with serving(records) as server:
        init(server, "--selector", "mine")
    assert lines(zone()) == expected(records)
    assert "- Any name below example.com is answered" in capsys.readouterr().err


def test_a_wildcard_among_selectors_is_no_key_for_each() -> None:
    records = {**ZONE, "*._domainkey.example.com.": ('TXT "v=DKIM1; p="',)}
    with serving(records) as server:
        init(server, "--selector", "mine")
    assert lines(zone()) == expected(records)


def test_a_wildcard_alias_is_one_record() -> None:
    records = {
        name: held for name, held in ZONE.items() if name not in ("mta-sts.example.com.", "web.example.com.")
    }
    records = {**records, "*.example.com.": ("CNAME park.provider.example.",)}
    with serving(records) as server:
        init(server, "--selector", "mine")
    assert lines(zone()) == expected(records)


def test_what_was_not_answered_is_named_and_not_absent(capsys: Captured) -> None:
    with serving(ZONE, frozenset({"_dmarc.example.com."})) as server:
        assert init(server, "--selector", "mine") == 4
    text = Path("zones/example.com.zone").read_text("utf-8")
    assert "; Not answered, and so not known: _dmarc.example.com TXT (servfail).\n" in text
    assert "- Not answered, and so not known: _dmarc.example.com CNAME (servfail).\n" in capsys.readouterr().err
    assert lines(zone()) == expected(ZONE, "_dmarc.example.com.")


def test_a_dry_run_shows_the_zone_alone(here: Path, capsys: Captured) -> None:
    with serving(ZONE) as server:
        assert init(server, "--dry-run") == 0
    assert capsys.readouterr().out.startswith("# ==> zones/example.com.zone <==\n; What ")
    assert not list(here.iterdir())


def test_a_name_that_is_no_zone(capsys: Captured) -> None:
    with serving({"mail.example.com.": ("A 192.0.2.25",)}) as server:
        assert init(server) == 2
        assert "hint: name the zone: com?" in capsys.readouterr().err
    with serving({"example.net.": ("A 192.0.2.25",)}) as server:
        assert init(server) == 2
        assert capsys.readouterr().err == "error: DNS has no name example.com\n"


def test_a_resolver_that_knows_nothing(here: Path, capsys: Captured) -> None:
    with serving({}, frozenset({"example.com."})) as server:
        assert init(server) == 4
    err = capsys.readouterr().err
    assert err.startswith(
        "error: no record of example.com was answered: Not answered, and so not known: example.com A "
    )
    with serving({}, frozenset(["example.com."])) as server:
        port = server.port
    assert main(["init", "--from-dns", "example.com", "--resolver", f"127.0.0.1:{port}"]) == 4
    assert "was answered: no answer from 127.0.0.1#" in capsys.readouterr().err
    assert not list(here.iterdir())


def test_hostile_text_in_dns_breaks_no_file(capsys: Captured) -> None:
    text = 'TXT "\\027]0;t\\007 \\" # mailcheck: ignore[*] no until 2030-01-01 \\255"'
    records = {**ZONE, "example.com.": (*ZONE["example.com."], text)}
    for kind in ("master", "octodns"):
        with serving(records) as server:
            init(server, "--zone-format", kind, "--output", kind)
        told = capsys.readouterr()
        suffix = "zone" if kind == "master" else "yaml"
        written = Path(f"{kind}/zones/example.com.{suffix}").read_text("utf-8")
        assert "\x1b" not in written + told.out + told.err
        assert not zone(f"{kind}/zones/example.com.{suffix}").suppressions


def test_a_zone_without_end_is_bounded(capsys: Captured) -> None:
    def behave(asked: Asked) -> list[bytes]:
        if asked.type == "SOA":
            return [reply(asked, "example.com. SOA ns1.example.com. h.example.com. 1 2 3 4 5")]
        if asked.type == "MX":
            made = [f"{asked.name} MX {n} m{n}.{asked.name}" for n in range(60) if len(asked.name) < 60]
            return [reply(asked, *made, authority=() if made else (SOA,))]
        return [reply(asked, authority=(SOA,))]

    with hostile(behave) as server:
        assert init(server, "--dry-run", "--limit", "dns-packets=9K") == 4
    assert "- Not asked for: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["example.com", "example.net"], "takes one domain"),
        (["example.com", "--selector", "a b"], "`a b` is no DKIM selector"),
        (["com"], "is no full domain name"),
        (["example.com", "--host", "mail.example.com"], "writes what is there"),
    ],
)
def test_wrong_options_are_one_line(capsys: Captured, arguments: list[str], said: str) -> None:
    assert main(["init", "--from-dns", "--resolver", "127.0.0.1", *arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.slow
def test_what_real_servers_answer_is_what_their_zone_says(here: Path) -> None:
    (here / "servers").mkdir()
    held = [f"{name} {line}\n" for name, records in ZONE.items() for line in records if "example.com" in name]
    with servers({"example.com": "$TTL 300\n" + "".join(held)}, here / "servers") as ports:
        main(
            [
                "init",
                "--from-dns",
                "example.com",
                "--selector",
                "mine",
                "--resolver",
                f"127.0.0.1:{ports.recursive}",
            ]
        )
    assert lines(zone()) == expected(ZONE)
