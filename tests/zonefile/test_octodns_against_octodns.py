"""What octoDNS itself makes of a file: the same records, and nothing refused that it takes.

The deliberate differences: names that PyYAML turns into something else stay what is written (`null` is
a real one), and targets keep their case. Refused is what octoDNS takes for something that nobody meant:
TTLs that are bools or floats, records without a value, and, where semicolons are not escaped, the text of
`values` letter by letter. `lenient` makes octoDNS take what is no name and no address.
"""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailcheck.model.limits import Limits
from mailcheck.model.record import TEXT_TYPES
from mailcheck.model.zone import Zone
from mailcheck.zonefile.octodns_names import to_ascii
from mailcheck.zonefile.octodns_yaml import OctodnsSettings, read_octodns
from mailcheck.zonefile.source import Budget, Includes, read_source

ROOT = Path(__file__).parents[2]
OURS = sorted((ROOT / "zones").glob("*.yaml"))
REAL = sorted((ROOT.parent / "shared" / "real" / "zones-octodns").glob("*.yaml"))
ANY_CASE = {
    "CNAME",
    "ALIAS",
    "DNAME",
    "NS",
    "PTR",
    "MX",
    "SRV",
    "AAAA",
    "DS",
    "TLSA",
    "HTTPS",
    "SVCB",
    "LOC",
    "NAPTR",
}

Found = set[tuple[str, str, int, str]]

warnings.filterwarnings("ignore", category=DeprecationWarning, module="octodns")


def by_octodns(path: Path, *, escaped: bool) -> Found:
    """Owner, type, TTL and text of every record; raises whatever octoDNS raises."""
    from octodns.provider.yaml import YamlProvider  # type: ignore[import-untyped]
    from octodns.zone import Zone as OctodnsZone  # type: ignore[import-untyped]

    logging.disable(logging.CRITICAL)
    try:
        provider = YamlProvider("test", str(path.parent), enforce_order=False, escaped_semicolons=escaped)
        zone = OctodnsZone(path.name.removesuffix("yaml"), [])
        provider.populate(zone)
    finally:
        logging.disable(logging.NOTSET)
    return {
        (record.fqdn, record._type, record.ttl, comparable(record._type, text_of(value)))
        for record in zone.records
        for value in (record.values if hasattr(record, "values") else [record.value])
    }


def text_of(value: Any) -> str:
    if hasattr(value, "to_raw_text"):
        text: str = value.to_raw_text()
        return text.encode().decode("latin-1")
    return str(value.to_rdata_text())


def comparable(rtype: str, text: str) -> str:
    if rtype == "AAAA":
        import ipaddress

        return str(ipaddress.IPv6Address(text))
    return text.lower() if rtype in ANY_CASE else text


def by_mailcheck(path: Path, *, escaped: bool) -> tuple[Zone, list[str]]:
    limits = Limits()
    budget = Budget()
    includes = Includes(path.parent, fallback=path.parent, limits=limits, budget=budget)
    zone, refused = read_octodns(
        [read_source(path, path.name, limits, budget)],
        path.name.removesuffix("yaml"),
        path.name,
        settings=OctodnsSettings(escaped_semicolons=escaped),
        limits=limits,
        includes=includes,
    )
    return zone, [f"{entry.code}: {entry.message}" for entry in refused]


def found_in(zone: Zone) -> Found:
    """The records, under the names that octoDNS would deploy."""
    renamed = {
        remark.name: f"{remark.detail.lower()}.{zone.name}"
        for remark in zone.remarks
        if remark.kind == "ambiguous-name"
    }
    return {
        (renamed.get(record.name, record.name), record.type, record.ttl, comparable(record.type, record.text))
        for record in zone.records
    }


def assert_same(path: Path, *, escaped: bool = True) -> None:
    zone, refused = by_mailcheck(path, escaped=escaped)
    assert refused == []
    assert found_in(zone) == by_octodns(path, escaped=escaped)


@pytest.mark.parametrize("path", OURS, ids=[path.name for path in OURS])
def test_our_own_zones(path: Path) -> None:
    assert_same(path)


@pytest.mark.skipif(not REAL, reason="the folder of real zones lies beside the repository, and is absent here")
@pytest.mark.parametrize("path", REAL, ids=[path.name for path in REAL])
def test_real_zones(path: Path) -> None:
    assert_same(path)


LABEL = st.from_regex(r"[a-z0-9_]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
NAMES = st.one_of(
    st.just(""),
    st.just("*"),
    LABEL,
    st.lists(LABEL, min_size=2, max_size=3).map(".".join),
    st.sampled_from(["010", "no", "67", "1.10", "44.74", "1:30", "0x1f", "true", "null", "bücher", "WWW"]),
)
TARGETS = st.lists(LABEL.filter(lambda label: "_" not in label), min_size=2, max_size=3).map(
    lambda labels: ".".join(labels) + "."
)
TEXTS = st.one_of(
    st.text(alphabet="abcXYZ019 =:.'\"\\-+/@%~,", max_size=300),
    st.sampled_from(
        [r"v=DMARC1\; p=none", '"one" "two"', '"x', "é" * 0, " lead", "trail ", "#", "- x", "a\nb", "\t"]
    ),
)
SMALL = st.integers(0, 65535)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "A": st.ip_addresses(v=4).map(str),
    "AAAA": st.ip_addresses(v=6).map(str),
    "CNAME": TARGETS,
    "NS": TARGETS,
    "PTR": TARGETS,
    "TXT": TEXTS,
    "SPF": TEXTS,
    "MX": st.fixed_dictionaries({"preference": SMALL, "exchange": TARGETS}),
    "SRV": st.fixed_dictionaries({"priority": SMALL, "weight": SMALL, "port": SMALL, "target": TARGETS}),
    "CAA": st.fixed_dictionaries(
        {"tag": st.sampled_from(["issue", "iodef"]), "value": TARGETS}, optional={"flags": st.integers(0, 255)}
    ),
    "HTTPS": st.fixed_dictionaries(
        {"svcpriority": st.integers(1, 9), "targetname": TARGETS},
        optional={
            "svcparams": st.fixed_dictionaries(
                {}, optional={"port": SMALL, "alpn": st.just(["h2", "h3"]), "no-default-alpn": st.none()}
            )
        },
    ),
    "LOC": st.fixed_dictionaries(
        {
            "lat_degrees": st.integers(0, 90),
            "lat_minutes": st.integers(0, 59),
            "lat_seconds": st.floats(0, 59).map(lambda value: round(value, 2)),
            "lat_direction": st.sampled_from("NS"),
            "long_degrees": st.integers(0, 180),
            "long_minutes": st.integers(0, 59),
            "long_seconds": st.integers(0, 59),
            "long_direction": st.sampled_from("EW"),
            "altitude": st.integers(-100, 1000),
            "size": st.just(10.5),
            "precision_horz": st.just(0),
            "precision_vert": st.just(2),
        }
    ),
}
SINGLE = {"CNAME"}


@st.composite
def record_data(draw: st.DrawFn, rtype: str) -> dict[str, Any]:
    data: dict[str, Any] = {"type": rtype}
    ttl = draw(st.one_of(st.none(), st.integers(0, 2**31), st.integers(0, 90_000).map(str)))
    if ttl is not None:
        data["ttl"] = ttl
    if rtype in SINGLE or draw(st.booleans()):
        data["value"] = draw(VALUES[rtype])
    else:
        data["values"] = draw(st.lists(VALUES[rtype], min_size=1, max_size=3))
    if draw(st.booleans()):
        data["octodns"] = {"cloudflare": {"proxied": True}}
    return data


@st.composite
def zone_data(draw: st.DrawFn) -> dict[str, Any]:
    """A zone as octoDNS has it; names that fall together after coercion are left out."""
    data: dict[str, Any] = {}
    for name in draw(st.lists(NAMES, max_size=6, unique_by=lambda name: name.lower())):
        types = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=3, unique=True))
        if not name:
            types = [rtype for rtype in types if rtype != "CNAME"]
        records = [draw(record_data(rtype)) for rtype in types]
        if records:
            data[name] = records[0] if len(records) == 1 and draw(st.booleans()) else records
    return data


def loosened(text: str) -> str:
    """Names that PyYAML quotes since they would be something else, without their quotes."""
    for name in ("010", "no", "1.10", "1:30", "0x1f", "null", "67", "44.74", "true"):
        text = text.replace(f"\n'{name}':", f"\n{name}:").replace(f'\n"{name}":', f"\n{name}:")
    return text


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None)
@given(
    data=zone_data(),
    style=st.sampled_from([None, None, '"', "'", "|", ">"]),
    flow=st.sampled_from([False, None, True]),
    width=st.sampled_from([20, 80, 4096]),
    allow_unicode=st.booleans(),
    escaped=st.booleans(),
    loose=st.booleans(),
)
def test_generated_zones(
    tmp_path: Path,
    data: dict[str, Any],
    style: str | None,
    flow: bool | None,
    width: int,
    allow_unicode: bool,
    escaped: bool,
    loose: bool,
) -> None:
    text = "\n" + yaml.safe_dump(
        data,
        default_style=style,
        default_flow_style=flow,
        width=width,
        allow_unicode=allow_unicode,
        sort_keys=False,
    )
    path = tmp_path / "example.com.yaml"
    path.write_text(loosened(text) if loose else text)
    try:
        by_octodns(path, escaped=escaped)
    except Exception:
        return  # two names that fall together, or a style that turns numbers into text
    assert_same(path, escaped=escaped)


HEADS = [
    "www",
    "''",
    "'*'",
    "010",
    "~",
    "a/b",
    "'a b'",
    "'@'",
    "x.",
    "x..y",
    "bücher",
    "☃",
    "_x",
    "=",
    "'<<'",
    r"a\.b",
]
TYPES = [*VALUES, "ALIAS", "DNAME", "SSHFP", "TLSA", "DS", "NAPTR", "URI", "URLFWD", "txt", "X", "SOA", "~"]
TTLS = ["60", "'60'", "' 60 '", "-1", "010", "1h", "~", "'x'", "0x3c", "1:00", "1_0", "[60]", "''"]
ODD_VALUES = [
    *(
        "192.0.2.1",
        "'192.0.2.1'",
        "192.0.2.256",
        "1",
        "1.5",
        "~",
        "''",
        "no",
        "2026-11-23",
        "[]",
        "[192.0.2.1]",
        "{}",
    ),
    *("2001:db8::1", "2001:10:20:30:40:50:51:52", "'::1'", "[a.example., b.example.]", "a.example.", "a.example"),
    *(
        "localhost",
        ".",
        "'a b.'",
        "bücher.example.",
        "'{name}.example.'",
        "[~]",
        "[[a]]",
        r"v=DMARC1\; p=none",
        "a;b",
    ),
    *(
        '\'"one" "two"\'',
        r"a\\;b",
        "é",
        "'\"'",
        '"a\\0b"',
        "|\n    a\n    b",
        ">-\n    a\n    b",
        "&x a.b.",
        "!!str 5",
    ),
    *("{preference: 10, exchange: a.b.}", "{priority: '10', value: a.b.}", "{preference: 1.5, exchange: a.b.}"),
    *("{preference: yes, exchange: a.b}", "{preference: 10, exchange: ''}", "{preference: ~, exchange: a.b.}"),
    *("[{preference: 1, exchange: a.b.}, {preference: x, exchange: a.b.}]", "{exchange: a.b.}", "{preference: 1}"),
    *("{priority: 1, weight: 2, port: 3, target: a.b.}", "{priority: 1, weight: 2, port: 3, target: .}"),
    *(
        "{tag: issue, value: a}",
        "{tag: issue, value: 5}",
        "{flags: '0', tag: issue, value: 'a;b'}",
        "{tag: issue}",
    ),
    *("{algorithm: 1, fingerprint_type: 1, fingerprint: " + "ab" * 20 + "}", "{algorithm: 1}"),
    *(
        "{key_tag: 1, algorithm: 2, digest_type: 3, digest: ab}",
        "{flags: 1, protocol: 2, algorithm: 3, public_key: AB}",
    ),
    *("{certificate_usage: 3, selector: 1, matching_type: 1, certificate_association_data: ABCD}",),
    *("{order: 1, preference: 2, flags: s, service: x, regexp: '', replacement: .}",),
    *("{order: 1, preference: 2, flags: S, service: ~, regexp: ~, replacement: a.b.}",),
    *(
        "{priority: 1, weight: 2, target: 'https://a.example/'}",
        "{path: /, target: b, code: 301, masking: 0, query: 1}",
    ),
    *("{svcpriority: 1, targetname: a.b., svcparams: {port: 1, alpn: [h2]}}", "{svcpriority: 0, targetname: .}"),
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(
    head=st.sampled_from(HEADS),
    rtype=st.sampled_from(TYPES),
    ttl=st.one_of(st.none(), st.sampled_from(TTLS)),
    field=st.sampled_from(["value", "values"]),
    value=st.sampled_from(ODD_VALUES),
    escaped=st.booleans(),
)
def test_nothing_is_refused_that_octodns_takes(
    tmp_path: Path, head: str, rtype: str, ttl: str | None, field: str, value: str, escaped: bool
) -> None:
    text = f"{head}:\n  type: {rtype}\n  {field}: {value}\n"
    text += f"  ttl: {ttl}\n" if ttl else ""
    path = tmp_path / "example.com.yaml"
    path.write_text(text)
    try:
        expected = by_octodns(path, escaped=escaped)
    except Exception:
        return
    zone, refused = by_mailcheck(path, escaped=escaped)
    letter_by_letter = rtype in TEXT_TYPES and not escaped and field == "values" and not value.startswith("[")
    if letter_by_letter or not expected:
        assert refused
    else:
        assert refused == []
        assert found_in(zone) == expected


@pytest.mark.parametrize("rtype", [*VALUES, "ALIAS", "DNAME", "SSHFP", "TLSA", "DS", "NAPTR", "URI", "URLFWD"])
@pytest.mark.parametrize("field", ["value", "values"])
def test_every_odd_value_of_a_type(tmp_path: Path, rtype: str, field: str) -> None:
    for value in ODD_VALUES:
        test_nothing_is_refused_that_octodns_takes.hypothesis.inner_test(  # type: ignore[attr-defined]
            tmp_path, "www", rtype, None, field, value, escaped=True
        )


@pytest.mark.parametrize("ttl", ["1.5", "300.0", "yes"])
def test_ttls_that_octodns_cuts_to_an_integer_are_refused(tmp_path: Path, ttl: str) -> None:
    path = tmp_path / "example.com.yaml"
    path.write_text(f"www: {{type: A, ttl: {ttl}, value: 192.0.2.1}}\n")
    assert by_octodns(path, escaped=True)
    assert by_mailcheck(path, escaped=True)[1][0].startswith("record-bad-ttl")


TOP_LEVEL = [
    "a: {type: A, value: 192.0.2.1}\n<<: {a: {type: A, value: 192.0.2.2}, b: {type: TXT, value: x}}\n",
    "<<: {a: {type: A, value: 192.0.2.2}}\na: {type: A, value: 192.0.2.1}\n",
    "<<: [{a: {type: A, value: 192.0.2.2}}, {a: {type: TXT, value: x}, b: {type: TXT, value: y}}]\n",
    "x: &x {type: A, ttl: 5, value: 192.0.2.1}\na: {ttl: 6, <<: *x}\nb: {<<: *x, ttl: 6}\nc: {<<: [*x, {ttl: 9}]}\n",
    "x: &x [{type: A, value: 192.0.2.1}]\na: *x\n",
    "<<: !include names\na: !include record\nb: {<<: !include record, ttl: 7}\nc: {<<: [!include record], ttl: 8}\n",
    "a: {type: TXT, values: !include values}\nb: {type: TXT, value: !include text}\nc: [!include record]\n",
    "!include names",
    "a: [{type: A, value: 192.0.2.1}, {type: TXT, value: x}]\nA: {type: AAAA, value: '::1'}\nb: []\n",
    "'': {type: MX, values: [&m {preference: 1, exchange: a.b.}, {<<: *m, preference: 2}]}\n",
]
INCLUDED = {
    "names": "n: {type: A, value: 192.0.2.9}\n",
    "record": "type: A\nttl: 60\nvalue: 192.0.2.8\n",
    "values": "- one\n- !include text\n",
    "text": "two\n  words\n",
}


@pytest.mark.parametrize("text", TOP_LEVEL)
def test_merges_aliases_and_includes(tmp_path: Path, text: str) -> None:
    for name, content in INCLUDED.items():
        (tmp_path / name).write_text(content)
    path = tmp_path / "example.com.yaml"
    path.write_text(text)
    assert_same(path)


@pytest.mark.parametrize("label", ["bücher", "straße", "παράδειγμα", "例え", "пример", "ἄ", "l·l", "faß", "ü-x"])
def test_labels_become_the_same_a_labels(label: str) -> None:
    from octodns.idna import idna_encode  # type: ignore[import-untyped]

    assert to_ascii(label.lower()) == idna_encode(label)


@pytest.mark.parametrize("label", ["☃", "ａ", "_ü", "ﬁ", "\u0301a", "ü b", "①", "𝐚"])
def test_labels_that_idna_refuses(label: str) -> None:
    from octodns.idna import IdnaError, idna_encode

    with pytest.raises(IdnaError):
        idna_encode(label)
    with pytest.raises(ValueError, match=r"\S"):
        to_ascii(label)
