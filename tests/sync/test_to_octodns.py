"""Our zones as octoDNS's, held against what octoDNS itself reads from the same files."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from octodns.provider.yaml import YamlProvider
from octodns.zone import Zone as OctodnsZone

from mailcheck.model.limits import Limits
from mailcheck.model.progress import Silent
from mailcheck.model.zone import Zone
from mailcheck.sync.from_octodns import from_octodns, values_of
from mailcheck.sync.to_octodns import plain_text, silence_octodns, text_value, to_octodns
from mailcheck.zonefile.load import load_zones

EVERYTHING = """\
---
? ''
: - type: MX
    values:
    - {preference: 10, exchange: Mail.example.com.}
    - {preference: 20, exchange: mx2.example.com.}
  - type: TXT
    ttl: 300
    values: ['v=spf1 mx -all', 'some text \\; with a semicolon', '"two" "strings"']
  - type: CAA
    value: {flags: 0, tag: issue, value: 'letsencrypt.org; accounturi=x'}
  - type: NS
    values: [ns1.example.net., ns2.example.net.]
  - type: ALIAS
    value: www.example.net.
'*.wild':
  type: A
  values: [192.0.2.1, 192.0.2.2]
www:
  octodns:
    cloudflare: {proxied: true, auto-ttl: true, comment: by hand, tags: [a, b]}
  type: AAAA
  value: 2001:DB8::1
_sip._tcp:
  type: SRV
  value: {priority: 1, weight: 2, port: 5060, target: sip.example.com.}
_25._tcp.mail:
  type: TLSA
  value: {certificate_usage: 3, selector: 1, matching_type: 1, certificate_association_data: ABCDEF}
loc:
  type: LOC
  value: {lat_degrees: 31, lat_minutes: 58, lat_seconds: 52.1, lat_direction: S, long_degrees: 115, long_minutes: 49,
    long_seconds: 11.7, long_direction: E, altitude: 20, size: 10, precision_horz: 10, precision_vert: 2}
naptr:
  type: NAPTR
  value: {order: 100, preference: 10, flags: S, service: SIP+D2U, regexp: '!^.*$!sip:x@y!', replacement: .}
host:
  type: SSHFP
  value: {algorithm: 1, fingerprint_type: 1, fingerprint: 7491973e5f8b39d5327cd4e08bc81b05f7710b49}
web:
  type: HTTPS
  value: {svcpriority: 1, targetname: ., svcparams: {alpn: [h2, h3], port: 8443}}
sub:
  - type: NS
    value: ns.example.org.
  - type: DS
    value: {key_tag: 1, algorithm: 8, digest_type: 2, digest: abcd}
alias:
  type: CNAME
  value: Www.example.com.
other:
  type: DNAME
  value: example.org.
uri:
  type: URI
  value: {priority: 10, weight: 1, target: 'https://example.com/'}
ignored:
  octodns: {ignored: true}
  type: A
  value: 192.0.2.9
"""


def read(folder: Path, name: str, text: str) -> Zone:
    (folder / name).write_text(text)
    loaded = load_zones([folder / name], limits=Limits(), include_root=None, progress=Silent())
    assert loaded.refused == ()
    return loaded.zones[0]


def told(zone: Any) -> set[tuple[object, ...]]:
    return {
        (record.name, record._type, record.ttl, values_of(record), str(record.octodns)) for record in zone.records
    }


def test_the_same_as_octodns_reads_from_the_file(tmp_path: Path) -> None:
    translated = to_octodns(read(tmp_path, "example.com.yaml", EVERYTHING))
    assert (translated.left_out, translated.refused) == ((), ())
    theirs = OctodnsZone("example.com.", [])
    YamlProvider("yaml", str(tmp_path), default_ttl=3600, enforce_order=False, escaped_semicolons=True).populate(
        theirs, lenient=True
    )
    assert told(translated.zone) == told(theirs)
    ignored = next(record for record in translated.zone.records if record.name == "ignored")
    assert ignored.ignored


def test_what_went_there_comes_back(tmp_path: Path) -> None:
    translated = to_octodns(read(tmp_path, "example.com.yaml", EVERYTHING))
    back = from_octodns(translated.zone, "somewhere")
    assert told(to_octodns(back).zone) == told(translated.zone)
    assert {record.at.path for record in back.records} == {""}
    assert back.at_name("www.example.com.", "AAAA")[0].extra == {
        "octodns": {"cloudflare": {"proxied": True, "auto-ttl": True, "comment": "by hand", "tags": ["a", "b"]}}
    }


MASTER = """\
$ORIGIN example.com.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 3600 1209600 3600
"""


def test_a_master_file_says_the_same(tmp_path: Path) -> None:
    zone = read(
        tmp_path, "example.com.zone", MASTER + '@ 60 TXT "v=spf1 " "-all"\nl LOC 31 58 52.1 S 115 49 11.7 W 20m\n'
    )
    translated = to_octodns(zone)
    found = {record._type: record for record in translated.zone.records}
    assert set(found) == {"TXT", "LOC"}
    assert (found["TXT"].ttl, values_of(found["TXT"])) == (60, ("v=spf1 -all",))
    assert values_of(found["LOC"]) == ("31 58 52.1 S 115 49 11.7 W 20.0m 1.0m 10000.0m 10.0m",)


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "a;b;",
        'in "the" middle',
        '"at the ends"',
        'a" "b',
        "back\\slash",
        "a\\;b",
        "é".encode().decode("latin-1"),
        "x" * 600,
    ],
)
def test_11_a_text_comes_back_the_same(text: str) -> None:
    assert plain_text(text_value(text)) == text


@pytest.mark.parametrize(
    "rdata", ['"\\"at the ends\\""', '"a\\" \\"b"', '"a\\\\;b"', '"\\195\\169"', f'"{"x" * 255}" "{"y" * 255}"']
)
def test_11_octodns_keeps_a_text_as_it_is(tmp_path: Path, rdata: str) -> None:
    zone = read(tmp_path, "example.com.zone", MASTER + f"@ TXT {rdata}\n")
    (record,) = to_octodns(zone).zone.records
    assert values_of(record) == (zone.at_name("example.com.", "TXT")[0].text,)


def test_a_type_that_octodns_lacks_is_left_out_and_told(tmp_path: Path) -> None:
    zone = read(tmp_path, "example.com.zone", MASTER + "@ HINFO a b\nwww A 192.0.2.1\nx TYPE65280 \\# 1 00\n")
    translated = to_octodns(zone)
    assert [(entry.code, entry.at.line) for entry in translated.left_out] == [
        ("sync-left-out", 4),
        ("sync-left-out", 6),
    ]
    assert translated.left_out[0].message == "octoDNS has no type HINFO: these records are left alone"
    assert [record.name for record in translated.zone.records] == ["www"]


@pytest.mark.parametrize(
    ("records", "why"),
    [
        ('@ TXT "\\200"', "octoDNS cannot hold the TXT records of example.com: 'utf-8' codec"),
        ("c CNAME a\nc CNAME b", "octoDNS cannot hold the CNAME records of c.example.com: Invalid Rrset"),
    ],
)
def test_what_octodns_cannot_hold_is_told(tmp_path: Path, records: str, why: str) -> None:
    translated = to_octodns(read(tmp_path, "example.com.zone", MASTER + records + "\n"))
    assert [entry.code for entry in translated.refused] == ["sync-not-octodns"]
    assert translated.refused[0].message.startswith(why)


def test_a_type_of_a_provider_keeps_its_value(tmp_path: Path) -> None:
    from octodns.record import Record, ValuesMixin

    if "TestProvider/THING" not in Record.registered_types():

        class Value(str):
            @classmethod
            def process(cls, values: list[str]) -> list[str]:
                return values

        class ThingRecord(ValuesMixin, Record):  # type: ignore[misc]
            _type = "TestProvider/THING"
            _value_type = Value

        Record.register_type(ThingRecord)
    text = "---\nthing:\n  type: TestProvider/THING\n  values: [one, two]\n"
    translated = to_octodns(read(tmp_path, "example.com.yaml", text))
    (record,) = translated.zone.records
    assert values_of(record) == ("one", "two")
    assert told(to_octodns(from_octodns(translated.zone, "x")).zone) == told(translated.zone)


def test_octodns_is_silent(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    silence_octodns()
    logging.getLogger("Record").warning("no validators configured")
    assert capfd.readouterr().err == ""
