"""octoDNS configurations lead to zones and say how to read them; nothing of them is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailcheck.model.limits import Limits
from mailcheck.zonefile.discover import Discovery, Found, discover
from mailcheck.zonefile.octodns_config import YamlSettings

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
