"""Several octoDNS sources of one zone: octoDNS's own manager and mailcheck come to the same records."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailcheck.model.limits import Limits
from mailcheck.model.progress import Silent
from mailcheck.zonefile.load import Loaded, load_zones
from tests.zonefile.test_octodns_against_octodns import Found, text_of

A = "www:\n  type: A\n  value: 192.0.2.1\n"
OTHER_A = "www:\n  type: A\n  value: 192.0.2.2\n"
TXT = "www:\n  type: TXT\n  value: note\n"
MAIL = "mail:\n  type: A\n  value: 192.0.2.25\n"
ZONE = "  example.com.:\n    sources: [one, two]\n"


class StoppedError(Exception):
    """octoDNS stops."""


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, text: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def configure(zones: str, *options: str) -> Path:
    """A configuration with the providers `one` and `two`; `options` are those of `two`."""
    lines = ["providers:"]
    for name in ("one", "two"):
        Path(name).mkdir(exist_ok=True)
        lines += [f"  {name}:", "    class: octodns.provider.yaml.YamlProvider", f"    directory: ./{name}"]
        lines += ["    enforce_order: false", "    escaped_semicolons: true"]
    lines += [f"    {option}" for option in options]
    path = Path("config.yaml")
    path.write_text("\n".join(lines) + f"\nzones:\n{zones}")
    return path


def by_octodns(path: Path) -> dict[str, Found]:
    """The records of every zone that octoDNS would deploy; raises StoppedError where it stops."""
    from octodns.manager import Manager  # type: ignore[import-untyped]
    from octodns.zone import DuplicateRecordException  # type: ignore[import-untyped]

    logging.disable(logging.CRITICAL)
    try:
        manager = Manager(str(path))
        found = {}
        for name, config in manager._preprocess_zones(manager.config["zones"]).items():
            zone = manager.get_zone(name)
            for source in manager._get_sources(name, config, []):
                source.populate(zone)
            found[name] = {
                (record.fqdn, record._type, record.ttl, text_of(value))
                for record in zone.records
                for value in (record.values if hasattr(record, "values") else [record.value])
            }
    except DuplicateRecordException as error:
        raise StoppedError from error
    finally:
        logging.disable(logging.NOTSET)
    return found


def load(path: Path) -> Loaded:
    return load_zones([path], limits=Limits(), include_root=None, progress=Silent())


def found_in(loaded: Loaded) -> dict[str, Found]:
    return {
        zone.name: {(record.name, record.type, record.ttl, record.text) for record in zone.records}
        for zone in loaded.zones
    }


def test_different_records_are_one_zone() -> None:
    put("one/example.com.yaml", A)
    put("two/example.com.yaml", TXT + MAIL)
    path = configure(ZONE, "default_ttl: 60")
    loaded = load(path)
    assert not loaded.refused
    assert len(found_in(loaded)["example.com."]) == 3
    assert found_in(loaded) == by_octodns(path)


def test_the_same_name_and_type_is_refused_and_the_rest_kept() -> None:
    put("one/example.com.yaml", A)
    put("two/example.com.yaml", MAIL + OTHER_A)
    path = configure(ZONE)
    with pytest.raises(StoppedError):
        by_octodns(path)
    loaded = load(path)
    (refused,) = loaded.refused
    assert (refused.code, refused.at.path, refused.at.line) == ("record-duplicate", "two/example.com.yaml", 4)
    assert "one/example.com.yaml line 1" in refused.message
    (zone,) = loaded.zones
    assert [(record.name, record.text) for record in zone.records] == [
        ("www.example.com.", "192.0.2.1"),
        ("mail.example.com.", "192.0.2.25"),
    ]
    assert zone.unread == {"www.example.com."}


def test_a_later_source_that_replaces() -> None:
    put("one/example.com.yaml", A + MAIL)
    put("two/example.com.yaml", OTHER_A)
    path = configure(ZONE, "populate_should_replace: true")
    loaded = load(path)
    assert not loaded.refused
    assert found_in(loaded) == by_octodns(path)
    assert ("www.example.com.", "A", 3600, "192.0.2.2") in found_in(loaded)["example.com."]


def test_their_order_is_that_of_the_zone() -> None:
    put("one/example.com.yaml", A)
    put("two/example.com.yaml", OTHER_A)
    path = configure("  example.com.:\n    sources: [two, one]\n", "populate_should_replace: true")
    with pytest.raises(StoppedError):
        by_octodns(path)
    (refused,) = load(path).refused
    assert (refused.code, refused.at.path) == ("record-duplicate", "one/example.com.yaml")


def test_each_zone_is_read_from_its_own_sources() -> None:
    for folder, text in (("one", A), ("two", TXT)):
        for zone in ("example.com", "example.net", "example.org"):
            put(f"{folder}/{zone}.yaml", text)
    path = configure("  example.com.:\n    sources: [one]\n  example.net.:\n    sources: [two]\n")
    loaded = load(path)
    assert not loaded.refused
    assert found_in(loaded) == by_octodns(path)


@pytest.mark.parametrize(
    "zones",
    [
        "  '*':\n    sources: [one, two]\n",
        "  '*':\n    sources: [one, two]\n  example.net.:\n    sources: [two]\n",
        "  '*a':\n    sources: [one]\n    glob: '*.com.'\n  '*b':\n    sources: [two]\n",
    ],
)
def test_dynamic_zones(zones: str) -> None:
    put("one/example.com.yaml", A)
    put("one/example.net.yaml", A)
    put("two/example.com.yaml", TXT)
    put("two/example.org.yaml", TXT)
    put("two/example.net.yaml", TXT)
    path = configure(zones, "ignore_missing_zones: true")
    path.write_text(
        path.read_text().replace("directory: ./one", "directory: ./one\n    ignore_missing_zones: true")
    )
    loaded = load(path)
    assert not loaded.refused
    assert found_in(loaded) == by_octodns(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    sets=st.tuples(*[st.sets(st.tuples(st.sampled_from("abc"), st.sampled_from(["A", "TXT", "MX"])))] * 2),
    replaces=st.booleans(),
)
def test_any_two_sources(sets: tuple[set[tuple[str, str]], set[tuple[str, str]]], replaces: bool) -> None:
    values = {"A": "192.0.2.{}", "TXT": "text {}", "MX": "{{preference: {}, exchange: mail.example.net.}}"}
    for number, (folder, present) in enumerate(zip(("one", "two"), sets, strict=True)):
        lines = [
            f"{name}:\n"
            + "".join(
                f"- type: {rtype}\n  value: {values[rtype].format(number)}\n"
                for other, rtype in sorted(present)
                if other == name
            )
            for name in sorted({name for name, _ in present})
        ]
        put(f"{folder}/example.com.yaml", "".join(lines) or "{}\n")
    path = configure(ZONE, f"populate_should_replace: {str(replaces).lower()}")
    loaded = load(path)
    try:
        expected = by_octodns(path)
    except StoppedError:
        assert {entry.code for entry in loaded.refused} == {"record-duplicate"}
        assert len(loaded.refused) == len(sets[0] & sets[1])
        return
    assert not loaded.refused
    assert found_in(loaded) == expected
