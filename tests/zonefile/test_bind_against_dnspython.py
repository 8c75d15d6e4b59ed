"""Record for record what dnspython reads, on zones in use and on generated files.

Deliberate differences:
- a TTL out of range is kept for its rule, where dnspython refuses the record;
- an SOA with a TTL of its own gives that TTL to records without one, as BIND has it (dnspython: its minimum);
- an alias beside other data is kept for its rule;
- a string of over 255 octets is kept for its rule;
- white space behind a `$GENERATE` stands for the owner of the last record proper (dnspython: the last generated);
- records outside the zone are read, and refused as such (dnspython, unless its origin is the root, is not).
- a `$TTL` in an included file holds afterwards, as BIND has it (dnspython: only inside).
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.tokenizer
import dns.zonefile
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mailcheck.model.limits import Limits
from mailcheck.model.progress import Silent
from mailcheck.model.record import Record
from mailcheck.zonefile.load import load_zones
from tests.zonefile.master import read

REAL = Path(__file__).parents[2].parent / "shared" / "real" / "zones-bind" / "zones"

SINGLE = ("CNAME", "DNAME")
Key = tuple[dns.name.Name, int, dns.rdata.Rdata]


def theirs(text: str, origin: str, file: str = "<string>") -> Counter[Key]:
    """What dnspython reads; raises DNSException where it reads nothing."""
    manager = dns.zonefile.RRSetsReaderManager(dns.name.from_text(origin), False, dns.rdataclass.IN)
    with manager.writer(True) as transaction:  # type: ignore[no-untyped-call]
        tokenizer = dns.tokenizer.Tokenizer(text, file)
        dns.zonefile.Reader(
            tokenizer, dns.rdataclass.IN, transaction, allow_include=True, allow_directives=True
        ).read()
    return Counter((rrset.name, rrset.ttl, rdata) for rrset in manager.rrsets for rdata in rrset)


def ours(records: tuple[Record, ...]) -> Counter[Key]:
    """The same of ours: one TTL, the least, for all records of a name and type, none twice, one alias."""
    ttls: dict[tuple[str, str], int] = {}
    for record in records:
        key = record.name, record.type
        ttls[key] = min(record.ttl, ttls.get(key, record.ttl))
    kept = {
        (record.name, record.type, "" if record.type in SINGLE else record.text, record.cuts): record
        for record in records
    }
    return Counter(
        {
            (dns.name.from_text(record.name), ttls[record.name, record.type], record.rdata()): 1
            for record in kept.values()
        }
    )


@pytest.mark.skipif(not REAL.is_dir(), reason=f"the zones of a real site are not here ({REAL})")
def test_zones_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REAL)
    loaded = load_zones([REAL], limits=Limits(), include_root=REAL.parent, progress=Silent())
    assert not loaded.refused
    assert len(loaded.zones) == 9
    for zone in loaded.zones:
        text = (REAL / zone.path).read_text()
        assert ours(zone.records) == theirs(text, zone.name), zone.name


def within(zone_name: str, records: Counter[Key]) -> Counter[Key]:
    """The records at or below the zone's name."""
    return Counter({key: 1 for key in records if key[0].is_subdomain(dns.name.from_text(zone_name))})


LABEL = st.sampled_from(
    [
        "a",
        "www",
        "_dmarc",
        "*",
        "Mail",
        "x-1",
        r"a\.b",
        r"\097",
        "0/25",
        r"q\ r",
        "*.x",
        "a.b",
        "é",
        r"\255",
        "a'b!",
    ]
)
NAME = st.one_of(
    LABEL, LABEL, LABEL, st.sampled_from(["@", ".", "example.com.", "ns.Example.NET.", "a..b", "x" * 64, r"\300"])
)
LONG = "x" * 256
NUMBER = st.sampled_from(["0", "10", "65535", "007", "1", "3", "2", "65536", "x", "-1"])
STRING = st.one_of(
    st.text(alphabet="ab ;()é\t", max_size=6).map(lambda text: f'"{text}"'),
    st.sampled_from(
        [
            '""',
            "plain",
            r"\;",
            r'"a\"b"',
            r'"\065\255"',
            "a=b;c",
            '"a""b"',
            "é",
            f'"{"x" * 255}"',
            LONG,
            f'"{LONG}"',
        ]
    ),
)
BLANK = st.sampled_from([" ", "\t", "  ", " ( ", "\n ( ", " ) ", " ;c\n", " (;c\n ", " )"])
RDATA = st.one_of(
    st.tuples(st.just("A"), st.sampled_from(["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.256", "1.2.3"])),
    st.tuples(st.just("AAAA"), st.sampled_from(["2001:db8::1", "2001:DB8::", "::ffff:192.0.2.1", "::", "::g"])),
    st.tuples(st.sampled_from(["NS", "CNAME", "PTR", "DNAME"]), NAME),
    st.tuples(st.just("MX"), NUMBER, NAME),
    st.tuples(st.just("SRV"), NUMBER, NUMBER, NUMBER, NAME),
    st.tuples(st.sampled_from(["TXT", "SPF"]), STRING, STRING),
    st.tuples(st.just("TXT"), STRING),
    st.tuples(st.just("CAA"), NUMBER, st.just("issue"), STRING),
    st.tuples(
        st.just("TLSA"), NUMBER, st.just("1"), st.just("1"), st.sampled_from(["ab", "AB", "abcd", "ab cd", "a"])
    ),
    st.tuples(st.just("RP"), NAME, NAME),
    st.tuples(
        st.sampled_from(["TYPE65534", "TYPE1", "A"]),
        st.sampled_from([r"\# 4 c0000201", r"\# 4 c000 0202", r"\# 1 c0", "x"]),
    ),
    st.tuples(st.just("SSHFP"), st.just("1"), st.just("1"), st.sampled_from(["ab", "ab cd", "xyz"])),
)
PREFIX = st.sampled_from(["", "300", "IN", "IN 5m", "1h IN", "in", "CLASS1", "CH", "300 300", "1h2", "0"])


@st.composite
def wild_entry(draw: st.DrawFn) -> str:
    words = [draw(st.one_of(NAME, st.just(""))), *draw(PREFIX).split(), *draw(RDATA)]
    text = words[0]
    for word in words[1:]:
        text += draw(st.one_of(st.just(" "), BLANK)) + word
    end: str = draw(st.sampled_from(["", " ; comment", " )", ""]))
    return f"{text}{end}\n"


@st.composite
def good_entry(draw: st.DrawFn) -> str:
    """Mostly a record that can be read."""
    owner = draw(st.one_of(LABEL, st.sampled_from(["@", "", "ns.Example.COM."])))
    prefix = draw(st.sampled_from(["", "300 ", "IN ", "IN 5m ", "1h IN ", "in ", "CLASS1 "]))
    rtype, *words = draw(RDATA)
    blank = st.sampled_from([" ", "\t ", "\n", " ; (\n  ", " \n"])
    spread = "(" + "".join(draw(blank) + word for word in words) + ")"
    value = draw(st.sampled_from([spread, " ".join(words)]))
    return f"{owner} {prefix}{rtype} {value}{draw(st.sampled_from(['', ' ; comment', ' ']))}\n"


DIRECTIVE = st.sampled_from(["$ORIGIN sub\n", "$ORIGIN example.com.\n", "$TTL 1h30m\n", "\n", "$TTL x\n", "; x\n"])
TEMPLATE = st.lists(
    st.sampled_from(
        ["$", "a", "${0,3}", "${2}", "${-1,0,d}", "${0,2,x}", "${1,1,X}", "${0,3,o}", "${0,3,n}", "-", "."]
    )
).map("".join)
HEAD = "$ORIGIN example.com.\n$TTL 3600\n@ NS ns1\n"


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(good_entry(), good_entry(), good_entry(), DIRECTIVE), min_size=1, max_size=4))
def test_generated_files(lines: list[str]) -> None:
    text = HEAD + "".join(lines)
    zone, refused = read(text)
    try:
        expected = theirs(text, ".")
    except dns.exception.DNSException:
        return
    assert not [entry for entry in refused if entry.code != "master-out-of-zone"]
    assert ours(zone.records) == within(zone.name, expected)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(wild_entry(), good_entry()))
def test_one_generated_record(line: str) -> None:
    """Also the other way round: what dnspython refuses is refused here, but for what rules judge."""
    text = HEAD + line
    assume("é" not in line)
    zone, refused = read(text)
    try:
        expected = theirs(text, ".")
    except dns.exception.DNSException:
        assert refused or "CNAME" in line or "TLSA" in line or LONG in line
    else:
        outside = [entry for entry in refused if entry.code == "master-out-of-zone"]
        assert len(refused) == len(outside)
        assert len(zone.records) + len(outside) == sum(expected.values())


@given(TEMPLATE, TEMPLATE, st.sampled_from(["0-3", "8-20/4", "255-257", "3-1", "1-2/0"]))
def test_generated_ranges(owner: str, target: str, values: str) -> None:
    text = f"{HEAD}$GENERATE {values} h{owner} 300 IN CNAME {target}\n"
    zone, refused = read(text)
    try:
        expected = theirs(text, ".")
    except dns.exception.DNSException:
        return
    assert not [entry for entry in refused if entry.code != "master-out-of-zone"]
    assert ours(zone.records) == within(zone.name, expected)
