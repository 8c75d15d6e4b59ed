"""Bundles: what is written is read back the same; what strangers write is read strictly."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

import jsonschema
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.errors import InputRefused
from mailcheck.grammar.pem import PROBLEMS, read_certificate
from mailcheck.host.bundle import bundle_schema, bundle_text, read_bundle
from mailcheck.host.masking import masked
from mailcheck.model.machine import HostFile, KeyHalf, Machine, Pem, Probe, Queue, Stat
from tests.host.test_pem import certificate, key, pem

TEXT = st.text(st.characters(), max_size=40).map(masked)
CERTIFICATE = read_certificate(certificate("mail.example.com").public_bytes(Encoding.DER))
TIMES = st.datetimes(timezones=st.just(UTC))
STATS = st.builds(Stat, st.integers(0, 0o7777), TEXT, TEXT, st.floats(allow_nan=False, allow_infinity=False))
PEMS = st.builds(
    Pem,
    st.lists(st.just(CERTIFICATE), max_size=2).map(tuple),
    st.lists(st.builds(KeyHalf, TEXT.map(lambda text: text[:20]), st.integers(0, 20_000), st.binary()), max_size=2).map(tuple),
    st.sampled_from(["certificate", "key", ""]),
    st.sampled_from(PROBLEMS),
)  # fmt: skip
FILES = st.builds(
    HostFile,
    TEXT.map(lambda text: "/" + text.replace("\0", "")),
    st.sampled_from(["file", "folder", "socket", "missing", "denied", "refused"]),
    TEXT,
    st.none() | TEXT,
    st.none() | PEMS,
    st.lists(TEXT, max_size=3).map(tuple),
    st.none() | STATS,
    st.integers(0, 10**18),
)
SETS = st.none() | st.frozensets(TEXT, max_size=3)
MACHINES = st.builds(
    Machine,
    st.lists(FILES, max_size=4).map(lambda files: {file.path: file for file in files}),
    TIMES,
    st.booleans(),
    st.booleans(),
    TEXT,
    st.none() | st.lists(st.ip_addresses(), max_size=3).map(tuple),
    SETS,
    SETS,
    TEXT,
    SETS,
    st.none() | TIMES,
    st.none() | st.builds(Queue, st.integers(0, 10**18), st.none() | TIMES),
    st.none() | st.lists(st.builds(Probe, TEXT, TEXT, TEXT, TEXT, TEXT), max_size=2).map(tuple),
)

WHOLE = Machine(
    {
        "/etc/a": HostFile("/etc/a", "file", "", "a = b\n", Pem((CERTIFICATE,), (CERTIFICATE.key,), "key"), (), Stat(0o644, "root", "root", 1.5), 6),
        "/etc": HostFile("/etc", "folder", names=("a", "n\udce4me")),
    },
    datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    True,
    True,
    "mail",
    (ip_address("192.0.2.1"), ip_address("2001:db8::1")),
    frozenset({"/run/a.sock"}),
    frozenset({"[::]:25", "127.0.0.1:25"}),
    "3.7.11",
    frozenset({"hash", "lmdb"}),
    datetime(2026, 1, 1, tzinfo=UTC),
    Queue(3, datetime(2026, 1, 1, tzinfo=UTC)),
    (Probe("smtp", "smtp", "EHLO", "250 fine"),),
)  # fmt: skip


@given(MACHINES)
def test_back_and_forth(machine: Machine) -> None:
    text = bundle_text(machine)
    assert text.isascii()
    assert read_bundle(text, "bundle.json") == machine
    assert bundle_text(read_bundle(text, "bundle.json")) == text
    jsonschema.validate(json.loads(text), bundle_schema())


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(bundle_schema())


def test_order_does_not_matter() -> None:
    assert bundle_text(WHOLE) == bundle_text(WHOLE._replace(files=dict(reversed(WHOLE.files.items()))))


def test_private_keys_are_in_no_bundle_and_leave_none() -> None:
    secret = pem(key()).decode()
    machine = Machine({"/k": HostFile("/k", "file", text=secret)}, datetime(2026, 1, 1, tzinfo=UTC))
    assert "MII" not in bundle_text(machine)
    document = json.loads(bundle_text(machine))
    document["files"][0]["text"] = secret
    assert "MII" not in str(read_bundle(json.dumps(document), "b"))


def changed(**members: Any) -> str:
    return json.dumps({**json.loads(bundle_text(WHOLE)), **members})


def with_file(**members: Any) -> str:
    return changed(files=[{"path": "/a", "state": "file", **members}])


def with_pem(**members: Any) -> str:
    return with_file(pem={"certificates": [], "keys": [], "first": "", "problem": "", **members})


WRONG_SHAPES = {
    "unknown": changed(more=1),
    "lacking": json.dumps({"version": 1}),
    "live": changed(live=1),
    "as_root": changed(as_root=None),
    "uname": changed(uname=[]),
    "long": changed(uname="x" * 5_000),
    "read_at": changed(read_at="yesterday"),
    "naive": changed(read_at="2026-01-01T00:00:00"),
    "address": changed(addresses=["mail.example.com"]),
    "addresses": changed(addresses="192.0.2.1"),
    "listeners": changed(tcp_listeners=[1]),
    "many listeners": changed(unix_listeners=[str(each) for each in range(10_001)]),
    "queue": changed(queue={"deferred": -1, "oldest": None}),
    "queue keys": changed(queue={"deferred": 1}),
    "bool is no integer": changed(queue={"deferred": True, "oldest": None}),
    "float is no integer": changed(queue={"deferred": 1.0, "oldest": None}),
    "probe": changed(probes=[{"kind": "a"}]),
    "tool": changed(tool=None),
    "tool name": changed(tool={"name": 1, "version": ""}),
    "files": changed(files={}),
    "many files": changed(files=[{"path": f"/{each}", "state": "missing"} for each in range(2_001)]),
    "file": changed(files=[1]),
    "state": with_file(state="device"),
    "state list": with_file(state=[]),
    "relative": with_file(path="etc/passwd"),
    "octets": with_file(octets=2**62),
    "text": with_file(text="x" * 1_000_001),
    "names": with_file(names=[None]),
    "mode": with_file(stat={"mode": 0o10000, "owner": "", "group": "", "mtime": 0}),
    "mtime": with_file(stat={"mode": 0, "owner": "", "group": "", "mtime": "0"}),
    "first": with_pem(first="both"),
    "problem": with_pem(problem="anything"),
    "certificate": with_pem(certificates=["AAAA"]),
    "base64": with_pem(keys=[{"kind": "rsa", "bits": 1, "spki": "=a"}]),
}


@pytest.mark.parametrize("text", WRONG_SHAPES.values(), ids=WRONG_SHAPES)
def test_wrong_shapes(text: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read_bundle(text, "b.json")
    assert (refused.value.code, refused.value.path) == ("bundle-shape", "b.json")
    assert list(jsonschema.Draft202012Validator(bundle_schema(), format_checker=jsonschema.FormatChecker()).iter_errors(json.loads(text))) or text in LOOSE  # fmt: skip


LOOSE = {
    WRONG_SHAPES[name]
    for name in ("long", "read_at", "naive", "certificate", "base64", "float is no integer", "address")
}
"""What the schema cannot say."""


def test_the_same_file_twice() -> None:
    with pytest.raises(InputRefused, match=r"`files\[1\]` is a file that was there before"):
        read_bundle(changed(files=[{"path": "/a", "state": "missing"}] * 2), "b")


def test_a_place_is_named() -> None:
    with pytest.raises(InputRefused, match=r"`files\[0\]\.stat\.mode` must be from 0 to 4095"):
        read_bundle(WRONG_SHAPES["mode"], "b")


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ('{\n "version": 1,,', 2, 15),
        ("[" * 200_000, 1, 1),
        ('{"version": ' + "9" * 20 + "}", 1, 1),
        ('{"version": -' + "9" * 1_000_000 + "}", 1, 1),
        ('{"version": 1e999}', 1, 1),
        ('{"version": 1.' + "1" * 1_000_000 + "}", 1, 1),
        ('{"version": NaN}', 1, 1),
        ('{"version": 1, "version": 1}', 1, 1),
    ],
    ids=range(9),
)
def test_what_is_no_json(text: str, line: int, column: int) -> None:
    with pytest.raises(InputRefused) as refused:
        read_bundle(text, "b")
    assert (refused.value.code, refused.value.line, refused.value.column) == ("bundle-syntax", line, column)


@pytest.mark.parametrize("text", ["[]", "1", "{}", '{"version": 2}', '{"version": true}', '{"version": "1"}'])
def test_other_versions(text: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read_bundle(text, "b")
    assert refused.value.code == "bundle-version"


def test_a_bundle_over_the_limit_is_neither_read_nor_written() -> None:
    with pytest.raises(InputRefused) as refused:
        read_bundle(" " * 8_000_001, "b")
    assert refused.value.code == "bundle-size"
    large = {f"/{each}": HostFile(f"/{each}", "file", text="x" * 999_999) for each in range(9)}
    with pytest.raises(InputRefused) as refused:
        bundle_text(Machine(large, datetime(2026, 1, 1, tzinfo=UTC)))
    assert refused.value.code == "bundle-size"


@given(st.recursive(st.none() | st.booleans() | st.integers() | TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner)), st.sampled_from(sorted(json.loads(bundle_text(WHOLE)))))  # fmt: skip
def test_anything_anywhere_is_refused_or_read(value: Any, member: str) -> None:
    with suppress(InputRefused):
        assert isinstance(read_bundle(changed(**{member: value}), "b"), Machine)
