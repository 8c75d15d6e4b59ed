"""Paths to zones, in both formats at once, and nothing that is wrong in one stops another."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mailcheck.model.limits import Limits
from mailcheck.model.progress import Silent
from mailcheck.zonefile.load import Loaded, load_zones
from mailcheck.zonefile.source_lines import source_lines

MASTER = "$TTL 60\n@ SOA ns h 1 2 3 4 5\nwww A 192.0.2.1\n"
YAML = "www:\n  type: A\n  value: 192.0.2.1\n"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, text: str | bytes = MASTER) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def load(*paths: str, limits: Limits | None = None) -> Loaded:
    return load_zones(
        [Path(path) for path in paths or ("z",)],
        limits=limits or Limits(),
        include_root=None,
        progress=Silent(),
    )


def names(loaded: Loaded) -> list[str]:
    return [zone.name for zone in loaded.zones]


def refused(loaded: Loaded) -> list[tuple[str, str, int]]:
    return [(entry.code, entry.at.path, entry.at.line) for entry in loaded.refused]


def test_both_formats() -> None:
    put("z/example.com.zone")
    put("z/example.net.yaml", YAML)
    loaded = load()
    assert [(zone.name, zone.format, zone.path) for zone in loaded.zones] == [
        ("example.com.", "master", "z/example.com.zone"),
        ("example.net.", "octodns", "z/example.net.yaml"),
    ]
    assert [zone.at_name(f"www.{zone.name}", "A")[0].text for zone in loaded.zones] == ["192.0.2.1"] * 2
    assert loaded.zones[0].at.span == (1, 1, 1, 1)
    assert not loaded.refused


def test_nothing_there() -> None:
    Path("z").mkdir()
    assert load() == Loaded((), (), ("z",))


def test_what_cannot_be_read_stops_nothing_else() -> None:
    put("z/a.example.zone", b"\xff\n")
    put("z/b.example.zone", MASTER + "x A y\n")
    put("z/c.example.yaml", "a: [\n")
    put("z/d.example.zone")
    loaded = load("z", "missing")
    assert names(loaded) == ["b.example.", "d.example."]
    assert refused(loaded) == [
        ("file-not-found", "missing", 1),
        ("encoding", "z/a.example.zone", 1),
        ("master-bad-rdata", "z/b.example.zone", 4),
        ("yaml-syntax", "z/c.example.yaml", 2),
    ]


def test_a_file_of_which_nothing_can_be_read_is_no_empty_zone() -> None:
    put("z/a.example.zone", "x A y\n")
    put("z/b.example.zone", "; empty\n")
    loaded = load()
    assert names(loaded) == ["b.example."]
    assert [code for code, _, _ in refused(loaded)] == ["master-bad-rdata"]


def test_included_files_are_no_zones_of_their_own() -> None:
    put("z/common.zone", "mail A 192.0.2.9\nbad A x\n; mailcheck: ignore[y] shared\n@ MX 10 mail\n")
    put("z/a.example.zone", MASTER + "$INCLUDE common.zone\n")
    put("z/b.example.zone", MASTER + "$INCLUDE common.zone\n")
    loaded = load()
    assert names(loaded) == ["a.example.", "b.example."]
    assert [record.text for record in loaded.zones[1].records[2:]] == ["192.0.2.9", "10 mail.b.example."]
    assert refused(loaded) == [("master-bad-rdata", "z/common.zone", 2)]
    assert [(s.at.path, s.first, s.last) for s in loaded.zones[1].suppressions] == [("z/common.zone", 3, 4)]


def test_of_two_files_that_include_each_other_one_is_a_zone() -> None:
    put("z/a.example.zone", MASTER + "$INCLUDE b.example.zone b.example.\n")
    put("z/b.example.zone", MASTER + "$INCLUDE a.example.zone a.example.\n")
    loaded = load()
    assert names(loaded) == ["a.example."]
    assert {code for code, _, _ in refused(loaded)} == {"include-loop", "master-out-of-zone"}


def test_includes_stay_below_the_paths_or_the_root() -> None:
    put("common", "mail A 192.0.2.9\n")
    put("z/a.example.zone", MASTER + "$INCLUDE ../common\n")
    assert refused(load()) == [("include-outside", "z/a.example.zone", 4)]
    assert refused(load("z/a.example.zone")) == [("include-outside", "z/a.example.zone", 4)]
    rooted = load_zones([Path("z")], limits=Limits(), include_root=Path(), progress=Silent())
    assert [(len(zone.records), rooted.refused) for zone in rooted.zones] == [(3, ())]
    Path(".git").mkdir()
    assert not load().refused


def test_a_zone_declared_twice_is_refused_the_second_time() -> None:
    put("z/example.com.zone")
    put("z/sub/example.com.yaml", YAML)
    loaded = load()
    assert [zone.path for zone in loaded.zones] == ["z/example.com.zone"]
    assert refused(loaded) == [("zone-twice", "z/sub/example.com.yaml", 1)]
    assert "z/example.com.zone" in loaded.refused[0].message


def test_later_files_replace_record_sets_where_octodns_does() -> None:
    put(
        "config.yaml",
        "providers:\n  c:\n    class: octodns.provider.yaml.YamlProvider\n    directory: z\n"
        "    populate_should_replace: true\n    shared_filename: zz.yaml\n"
        "    escaped_semicolons: false\nzones:\n  '*': {}\n",
    )
    put("z/example.com.yaml", YAML + "mail: # mailcheck: ignore[a] b\n  type: A\n  value: 192.0.2.2\n")
    put("z/zz.yaml", "www:\n  type: A\n  value: 192.0.2.3\ntxt:\n  type: TXT\n  value: a;b\n")
    loaded = load("config.yaml")
    assert names(loaded) == ["example.com."]
    [zone] = loaded.zones
    assert [(record.name, record.text) for record in zone.records] == [
        ("mail.example.com.", "192.0.2.2"),
        ("www.example.com.", "192.0.2.3"),
        ("txt.example.com.", "a;b"),
    ]
    assert len(zone.suppressions) == 1
    assert not zone.remarks


def test_a_split_zone_loses_no_more_than_the_file_that_cannot_be_read() -> None:
    put("z/example.com./www.yaml", YAML)
    put("z/example.com./bad.yaml", b"\xff")
    loaded = load()
    assert [(zone.name, zone.path, len(zone.records)) for zone in loaded.zones] == [
        ("example.com.", "z/example.com.", 1)
    ]
    assert refused(loaded) == [("encoding", "z/example.com./bad.yaml", 1)]


def test_an_octodns_configuration_in_a_folder_is_no_zone() -> None:
    put("z/config.prod.yaml", "providers:\n  a: {}\nzones:\n  b: {}\n")
    assert load() == Loaded((), ())


def test_policies_go_to_the_zone_that_their_domain_is_in() -> None:
    put("z/example.com.zone")
    put("z/sub.example.com.zone")
    put("z/mta-sts.example.com.txt", "version: STSv1\r\n")
    put("z/mta-sts.a.sub.example.com.txt", "version: STSv1\n")
    put("z/mta-sts.example.net.txt", b"\xff")
    loaded = load()
    assert {zone.name: list(zone.policies) for zone in loaded.zones} == {
        "example.com.": ["example.com."],
        "sub.example.com.": ["a.sub.example.com."],
    }
    policy = loaded.zones[0].policies["example.com."]
    assert (policy.domain, policy.text, policy.at.path) == (
        "example.com.",
        "version: STSv1\n",
        "z/mta-sts.example.com.txt",
    )
    assert not loaded.refused


@pytest.mark.parametrize(("data", "code"), [(b"\xff", "encoding"), (b"x" * 65_537, "file-too-large")])
def test_policies_that_cannot_be_read_are_refused(data: bytes, code: str) -> None:
    put("z/example.com.zone")
    put("z/mta-sts.example.com.txt", data)
    loaded = load()
    assert refused(loaded) == [(code, "z/mta-sts.example.com.txt", 1)]
    assert not loaded.zones[0].policies


def test_suppressions_of_both_formats() -> None:
    put("z/a.example.zone", MASTER + "x A 192.0.2.1 ; mailcheck: ignore[a] b\n")
    put("z/b.example.yaml", "# mailcheck: ignore[a] b\n" + YAML)
    assert [[(s.first, s.last) for s in zone.suppressions] for zone in load().zones] == [[(4, 4)], [(1, 4)]]


def test_the_files_of_a_run_are_bounded_together() -> None:
    for name in "abc":
        put(f"z/{name}.example.zone")
    size = len(MASTER)
    loaded = load(limits=Limits()._replace(total_size=2 * size))
    assert names(loaded) == ["a.example.", "b.example."]
    assert refused(loaded) == [("total-too-large", "z/c.example.zone", 1)]


def test_progress_counts_zones() -> None:
    class Counting:
        def __init__(self) -> None:
            self.seen: list[object] = []

        def total(self, steps: int, what: str) -> None:
            self.seen.append((steps, what))

        def advance(self, steps: int = 1) -> None:
            self.seen.append(steps)

    put("z/a.example.zone")
    put("z/b.example.zone", b"\xff")
    counting = Counting()
    load_zones([Path("z")], limits=Limits(), include_root=None, progress=counting)
    assert counting.seen == [(2, "reading zones"), 1, 1]


def test_lines_for_snippets() -> None:
    put("a", "one\r\ntwo\n\nfour")
    put("b", b"\xff")
    wanted = {("a", 1), ("a", 3), ("a", 4), ("a", 5), ("b", 1), ("missing", 1)}
    assert source_lines(wanted) == {("a", 1): "one", ("a", 3): "", ("a", 4): "four"}
    assert source_lines({("a", 2)}) == {("a", 2): "two"}
    assert source_lines(set()) == {}


def test_master_files_alone_import_no_yaml(tmp_path: Path) -> None:
    put("z/a.example.zone", MASTER + "x A 192.0.2.1 ; mailcheck: ignore[a] b\n")
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from mailcheck.model.limits import Limits\nfrom mailcheck.model.progress import Silent\n"
        "from mailcheck.zonefile.load import load_zones\n"
        "loaded = load_zones([Path('z')], limits=Limits(), include_root=None, progress=Silent())\n"
        "assert len(loaded.zones[0].records) == 3\n"
        "print([name for name in ('yaml', 'dns', 'octodns', 'pydantic') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == "[]"


def test_an_alias_zone_has_the_records_of_its_zone_at_their_places() -> None:
    put(
        "z/example.com.txt",
        "$ORIGIN example.com.\n@ 60 SOA ns1 h 1 2 3 4 5\n@ 60 NS ns1\n*.a 60 A 192.0.2.1\nbad A x\n",
    )
    put(
        "z/c.yaml",
        "providers: {m: {class: octodns_bind.ZoneFileSource, directory: z, file_extension: .txt}}\n"
        "zones: {example.com.: {sources: [m]}, example.org.: {alias: example.com.}}\n",
    )
    loaded = load("z/c.yaml")
    first, second = loaded.zones
    assert [zone.name for zone in loaded.zones] == ["example.com.", "example.org."]
    assert [(record.name, record.type, record.text) for record in second.records][1:] == [
        ("example.org.", "NS", "ns1.example.com."),
        ("*.a.example.org.", "A", "192.0.2.1"),
    ]
    assert [record.at for record in first.records] == [record.at for record in second.records]
    assert second.unread == {"bad.example.org."}
    assert refused(loaded) == [("master-bad-rdata", "z/example.com.txt", 5)]


def test_names_that_are_too_long_for_an_alias_zone() -> None:
    name = ".".join(["x" * 60] * 4)[:240]
    put("z/example.com.yaml", f"{name}:\n  type: A\n  value: 192.0.2.1\n")
    put(
        "z/c.yaml",
        "providers: {y: {class: octodns.provider.yaml.YamlProvider, directory: z}}\n"
        "zones: {example.com.: {sources: [y]}, a.longer.example.org.: {alias: example.com.}}\n",
    )
    loaded = load("z/c.yaml")
    assert names(loaded) == ["example.com."]
    assert refused(loaded) == [("record-bad-name", "z/example.com.yaml", 1)]


def test_a_file_that_holds_another_zone_than_the_configuration_says() -> None:
    put("z/example.com.txt", "$ORIGIN example.net.\n@ 60 SOA ns1 h 1 2 3 4 5\n@ 60 NS ns1\n")
    put(
        "z/c.yaml",
        "providers: {m: {class: octodns_bind.ZoneFileSource, directory: z, file_extension: .txt}}\n"
        "zones: {example.com.: {sources: [m]}}\n",
    )
    loaded = load("z/c.yaml")
    assert not loaded.zones
    assert refused(loaded) == [("octodns-zone", "z/example.com.txt", 1)]


def test_of_a_zone_with_a_source_that_is_not_read_nothing_is_known_to_be_absent() -> None:
    put("z/example.com.yaml", "www:\n  type: A\n  value: 192.0.2.1\n")
    put(
        "z/c.yaml",
        "providers: {y: {class: octodns.provider.yaml.YamlProvider, directory: z}, e: {class: x.Y}}\n"
        "zones: {example.com.: {sources: [e, y]}}\n",
    )
    loaded = load("z/c.yaml")
    assert [(zone.incomplete, len(zone.records)) for zone in loaded.zones] == [(True, 1)]
    assert refused(loaded) == [("octodns-source", "z/c.yaml", 1)]


def test_a_byte_order_mark_of_a_policy_is_kept() -> None:
    put("z/example.com.zone")
    put("z/mta-sts.example.com.txt", b"\xef\xbb\xbfversion: STSv1\r\n")
    [zone] = load().zones
    assert zone.policies["example.com."].text == "\ufeffversion: STSv1\n"
