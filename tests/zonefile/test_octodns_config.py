"""octoDNS configurations lead to zones and say how to read them; nothing of them is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailcheck.model.limits import Limits
from mailcheck.zonefile.discover import Discovery, Found, discover
from mailcheck.zonefile.octodns_config import is_octodns_config
from mailcheck.zonefile.octodns_folders import YamlSettings

CLASS = "octodns.provider.yaml.YamlProvider"
YAML = "www:\n  type: A\n  value: 192.0.2.1\n"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, text: str = YAML) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def configure(*providers: str, zones: str = "  '*':\n    sources: [config]\n") -> Discovery:
    lines = "".join(f"  {line}\n" for provider in providers for line in provider.split("\n"))
    put("config/production.yaml", f"---\nproviders:\n{lines}zones:\n{zones}")
    return discover([Path("config/production.yaml")], limits=Limits(), include_root=None)


def provider(name: str, directory: str, *more: str, kind: str = CLASS) -> str:
    return "\n".join(
        [f"{name}:", f"  class: {kind}", f"  directory: {directory}", *(f"  {line}" for line in more)]
    )


def brief(found: Found) -> tuple[str, str | None, list[str]]:
    return found.shown, found.zone_name, [str(path) for path in found.files]


def test_the_zones_of_the_provider() -> None:
    for name in ("zones/example.com.yaml", "zones/example.net.yaml", "zones/other.yml", "zones/local.yaml"):
        put(name)
    put("zones/a b.example.yaml")
    found = configure(provider("config", "./zones"), "cloudflare:\n  class: octodns_cloudflare.CloudflareProvider")
    assert not found.refused
    assert [brief(zone) for zone in found.zones] == [
        ("zones/example.com.yaml", "example.com.", ["zones/example.com.yaml"]),
        ("zones/example.net.yaml", "example.net.", ["zones/example.net.yaml"]),
    ]
    assert found.zones[0].settings == YamlSettings()


def test_its_settings() -> None:
    put("zones/example.com.yaml")
    found = configure(provider("config", "zones", "default_ttl: 60", "escaped_semicolons: false"))
    assert found.zones[0].settings == YamlSettings(default_ttl=60, escaped_semicolons=False)


def test_settings_of_another_kind_are_left_alone() -> None:
    put("zones/example.com.yaml")
    found = configure(
        provider(
            "config",
            "zones",
            "default_ttl: env/TTL",
            "escaped_semicolons: env/X",
            "shared_filename: ../../etc/passwd",
            "split_extension: [x]",
            "populate_should_replace: 2026-13-45",
        )
    )
    assert [brief(zone)[2] for zone in found.zones] == [["zones/example.com.yaml"]]
    assert found.zones[0].settings == YamlSettings()


def test_only_providers_that_zones_read_from() -> None:
    put("zones/example.com.yaml")
    put("dump/example.com.yaml")
    providers = provider("config", "zones"), provider("dump", "dump")
    assert [zone.shown for zone in configure(*providers).zones] == ["zones/example.com.yaml"]
    both = "  example.com.:\n    sources: [config, dump, 5, {}]\n  x.: 7\n"
    assert len(configure(*providers, zones=both).zones) == 2
    assert len(configure(*providers, zones="  example.com.: {}\n").zones) == 2
    assert len(configure(*providers, zones="  '*': {sources: [elsewhere]}\n").zones) == 2


def test_split_zones_and_shared_files() -> None:
    put("zones/example.com./www.yaml")
    put("zones/example.com./$example.com.yaml")
    put("zones/example.net./www.txt")
    put("zones/example.com.yaml")
    put("zones/shared.all.yaml")
    Path("zones/example.org.").symlink_to("example.com.")
    options = ("split_extension: .", "shared_filename: shared.all.yaml")
    found = configure(provider("config", "zones", *options))
    assert [brief(zone) for zone in found.zones] == [
        (
            "zones/example.com.",
            "example.com.",
            [
                "zones/example.com./$example.com.yaml",
                "zones/example.com./www.yaml",
                "zones/example.com.yaml",
                "zones/shared.all.yaml",
            ],
        )
    ]


def test_without_zone_files() -> None:
    put("zones/example.com.tst/www.yaml")
    put("zones/example.net.yaml")
    found = configure(provider("config", "zones", "split_extension: .tst", "disable_zonefile: true"))
    assert [brief(zone)[:2] for zone in found.zones] == [("zones/example.com.tst", "example.com.")]
    old = "octodns.provider.yaml.SplitYamlProvider"
    put("split/example.org./www.yaml")
    put("split/example.net.yaml")
    found = configure(provider("config", "split", kind=old))
    assert [brief(zone)[:2] for zone in found.zones] == [("split/example.org.", "example.org.")]


def test_where_later_files_replace_each_is_read_by_itself() -> None:
    put("zones/example.com.yaml")
    put("zones/shared.yaml")
    found = configure(provider("config", "zones", "shared_filename: shared.yaml", "populate_should_replace: true"))
    assert [(zone.zone_name, zone.shown, zone.settings.replace) for zone in found.zones] == [
        ("example.com.", "zones/example.com.yaml", True),
        ("example.com.", "zones/shared.yaml", True),
    ]


def test_a_directory_is_found_from_here_or_from_the_configuration() -> None:
    put("config/zones/example.com.yaml")
    assert [zone.shown for zone in configure(provider("config", "zones")).zones] == [
        "config/zones/example.com.yaml"
    ]
    put("zones/example.net.yaml")
    assert [zone.shown for zone in configure(provider("config", "zones")).zones] == ["zones/example.net.yaml"]


@pytest.mark.parametrize("directory", ["/etc", "../outside", "missing", "env/ZONES", "''", "[x]", "5", '"a\\0b"'])
def test_a_directory_must_lie_in_the_repository(directory: str) -> None:
    Path(".git").mkdir()
    found = configure(provider("config", directory))
    assert not found.zones
    assert [(entry.code, entry.at.path, entry.at.line) for entry in found.refused] == [
        ("octodns-directory", "config/production.yaml", 4)
    ]


def test_a_folder_that_two_providers_read_counts_once() -> None:
    put("zones/example.com.yaml")
    both = "  '*':\n    sources: [config, again]\n"
    found = configure(provider("config", "zones"), provider("again", "zones", "default_ttl: 5"), zones=both)
    assert [zone.settings.default_ttl for zone in found.zones] == [3600]


def test_policies_lie_beside_the_zones() -> None:
    put("zones/example.com.yaml")
    put("zones/mta-sts.example.com.txt")
    assert list(configure(provider("config", "zones")).policies) == ["example.com."]


def test_a_configuration_that_is_no_yaml_is_refused() -> None:
    put("config/production.yaml", "providers:\n  config: {\nzones:\n")
    found = discover([Path("config/production.yaml")], limits=Limits(), include_root=None)
    assert [entry.code for entry in found.refused] == ["yaml-syntax"]


def test_a_configuration_over_the_limit_is_refused() -> None:
    put("config/production.yaml", "providers:\n  config: {}\nzones:\n")
    found = discover(
        [Path("config/production.yaml")], limits=Limits()._replace(zone_file_size=10), include_root=None
    )
    assert [entry.code for entry in found.refused] == ["file-too-large"]


BIND = "octodns_bind.ZoneFileProvider"
MASTER = "$TTL 3600\n@ SOA ns1 h 1 2 3 4 5\n@ NS ns1\nns1 A 192.0.2.1\n"


def told(found: Discovery) -> list[tuple[str, int, str]]:
    return [(entry.code, entry.at.line, entry.message) for entry in found.refused]


@pytest.mark.parametrize("kind", [BIND, "octodns_bind.ZoneFileSource", "octodns.source.axfr.ZoneFileSource"])
def test_master_files_by_their_extension(kind: str) -> None:
    put("zones/example.com.txt", MASTER)
    put("zones/example.net.", MASTER)
    put("zones/.hidden.com.txt", MASTER)
    Path("zones/folder.example.txt").mkdir()
    found = configure(provider("config", "zones", "file_extension: .txt", kind=kind))
    assert [(zone.kind, *brief(zone)) for zone in found.zones] == [
        ("master", "zones/example.com.txt", "example.com.", ["zones/example.com.txt"])
    ]
    found = configure(provider("config", "zones", kind=kind), zones="  example.net.: {sources: [config]}\n")
    assert [brief(zone)[:2] for zone in found.zones] == [("zones/example.net.", "example.net.")]
    assert not found.refused


def test_master_files_without_an_extension() -> None:
    put("zones/example.com", MASTER)
    put("zones/README.md", MASTER)
    found = configure(provider("config", "zones", "file_extension: ''", kind=BIND))
    assert [brief(zone)[:2] for zone in found.zones] == [("zones/example.com", "example.com.")]


def test_a_zone_without_a_file_is_told() -> None:
    put("zones/example.com.yaml")
    zones = "  example.com.: {sources: [config]}\n  gone.example.: {sources: [config]}\n"
    found = configure(provider("config", "zones"), zones=zones)
    assert len(found.zones) == 1
    assert told(found) == [("octodns-zone", 8, "zone `gone.example.` has no file in zones")]
    assert not configure(provider("config", "zones", "ignore_missing_zones: true"), zones=zones).refused


def test_a_zone_may_have_nothing_but_the_shared_file() -> None:
    put("zones/example.com.yaml")
    put("zones/shared.yaml")
    zones = "  example.com.: {sources: [config]}\n  gone.example.: {sources: [config]}\n"
    for more in ((), ("populate_should_replace: true",)):
        found = configure(provider("config", "zones", "shared_filename: shared.yaml", *more), zones=zones)
        assert {zone.zone_name for zone in found.zones if "zones/shared.yaml" in map(str, zone.files)} == {
            "example.com.",
            "gone.example.",
        }
        assert not found.refused


def test_a_zone_of_a_single_label_has_to_be_named() -> None:
    put("zones/local.yaml")
    put("zones/example.com.yaml")
    assert len(configure(provider("config", "zones")).zones) == 1
    found = configure(provider("config", "zones"), zones="  local.: {sources: [config]}\n")
    assert [zone.zone_name for zone in found.zones] == ["local."]


def test_an_alias_has_the_records_of_its_zone() -> None:
    put("zones/example.com.yaml")
    zones = "  example.org.: {alias: example.com.}\n  '*': {sources: [config]}\n"
    found = configure(provider("config", "zones"), zones=zones)
    assert [(zone.zone_name, zone.alias, zone.shown) for zone in found.zones] == [
        ("example.com.", None, "zones/example.com.yaml"),
        ("example.com.", "example.org.", "zones/example.com.yaml"),
    ]
    assert not found.refused


@pytest.mark.parametrize(
    ("zones", "line", "message"),
    [
        (
            "  a.example.: {alias: b.example.}\n",
            7,
            "zone `a.example.` is an alias of `b.example.`, which is no zone here",
        ),
        (
            "  a.example.: {alias: b.example.}\n  b.example.: {alias: example.com.}\n"
            "  example.com.: {sources: [config]}\n",
            7,
            "zone `a.example.` is an alias of `b.example.`, which is an alias itself",
        ),
        ("  '*': {alias: b.example.}\n", 7, "zone `*` is no name of one zone"),
        ("  a.example.:\n", 7, "zone `a.example.` names no sources"),
        ("  a.example.: {sources: []}\n", 7, "zone `a.example.` names no sources"),
        ("  example.com.: {sources: [config, other]}\n", 7, "zone `example.com.`: there is no provider `other`"),
        (
            "  '*.a': {sources: [config], regex: x}\n",
            7,
            "which zones `*.a` stands for is not known: its `regex` is not run",
        ),
    ],
)
def test_zones_that_cannot_be_followed_are_told(zones: str, line: int, message: str) -> None:
    put("zones/example.com.yaml")
    assert [entry[1:] for entry in told(configure(provider("config", "zones"), zones=zones))] == [(line, message)]


def test_sources_without_files_are_told_once_each() -> None:
    put("zones/example.com.yaml")
    names = [f"{letter}.example." for letter in "abcd"]
    zones = "  example.com.: {sources: [config, elsewhere]}\n"
    zones += "".join(f"  {name}: {{sources: [elsewhere]}}\n" for name in names)
    elsewhere = "elsewhere:\n  class: octodns_route53.Route53Provider\n  token: env/TOKEN"
    found = configure(provider("config", "zones"), elsewhere, zones=zones)
    assert [(zone.zone_name, zone.incomplete) for zone in found.zones] == [("example.com.", True)]
    assert told(found) == [
        (
            "octodns-source",
            7,
            "provider `elsewhere` reads no files:"
            " what it has of `example.com.`, `a.example.`, `b.example.` and 2 more is not known",
        )
    ]


def test_targets_need_no_files() -> None:
    put("zones/example.com.yaml")
    elsewhere = "elsewhere:\n  class: octodns_route53.Route53Provider"
    zones = "  example.com.: {sources: [config], targets: [elsewhere]}\n"
    found = configure(provider("config", "zones"), elsewhere, zones=zones)
    assert not found.refused
    assert not found.zones[0].incomplete


@pytest.mark.parametrize(
    "text",
    [
        "{{providers: {{config: {{class: {0}, directory: zones}}}}, zones: {{example.com.: {{sources: [config]}}}}}}\n",
        '{{"zones": {{"example.com.": {{"sources": ["config"]}}}},\n'
        ' "providers": {{"config": {{"class": "{0}", "directory": "zones"}}}}}}\n',
        "providers: {{config: {{class: {0}, directory: zones}}}}\nzones: {{example.com.: {{sources: [config]}}}}\n",
        "'providers' :\n  config: {{class: {0}, directory: zones}}\n\"zones\":\n  example.com.: {{sources: [config]}}\n",
        "providers: &p\n  config: {{class: {0}, directory: zones}}\nzones: &z\n  example.com.: {{sources: [config]}}\n",
        "providers: !include ../providers.yaml\nzones: !include ../zones.yaml\n",
    ],
)
def test_any_style_of_yaml(text: str) -> None:
    put("zones/example.com.yaml")
    put("providers.yaml", f"config: {{class: {CLASS}, directory: zones}}\n")
    put("zones.yaml", "example.com.: {sources: [config]}\n")
    put("config/production.yaml", text.format(CLASS))
    found = discover([Path("config/production.yaml")], limits=Limits(), include_root=Path())
    assert [brief(zone)[:2] for zone in found.zones] == [("zones/example.com.yaml", "example.com.")]
    assert not found.refused


@pytest.mark.parametrize(
    "text",
    [
        "providers: {type: A, value: 192.0.2.1}\nzones: {type: TXT, value: x}\n",
        "providers:\n- {type: A, value: 192.0.2.1}\nzones: [{type: TXT, value: x}]\n",
        "providers: !include a.yaml\nwww: {type: A, value: 192.0.2.1}\n",
        "www: {type: TXT, value: 'the zones: {all}'}\n",
    ],
)
def test_zones_with_records_of_these_names_are_none(text: str) -> None:
    assert not is_octodns_config(text)


def test_sections_that_stand_twice_or_cannot_be_read_are_told() -> None:
    put("zones/example.com.yaml")
    more = "providers: {}\nzones: {a.example.: !!python/none x}\n"
    found = configure(provider("config", "zones"), zones="  example.com.: {sources: [config]}\n" + more)
    assert [entry.code for entry in found.refused] == ["yaml-duplicate-key"] * 2
    assert len(found.zones) == 1
    put(
        "config/production.yaml",
        f"providers: {{config: {{class: {CLASS}, directory: zones}}}}\nzones: !include x\n",
    )
    found = discover([Path("config/production.yaml")], limits=Limits(), include_root=None)
    assert [entry.code for entry in found.refused] == ["file-not-found"]


def test_paths_without_zones() -> None:
    put("config/production.yaml", f"providers: {{config: {{class: {CLASS}, directory: zones}}}}\nzones: {{}}\n")
    put("zones/example.com.yaml")
    put("other/README", "no zone\n")
    paths = [Path("config"), Path("zones"), Path("zones/example.com.yaml"), Path("other")]
    found = discover(paths, limits=Limits(), include_root=None)
    assert found.barren == ("config", "other")
    assert discover([Path("config/production.yaml")], limits=Limits(), include_root=None).barren == ()
