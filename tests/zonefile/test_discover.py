"""Which files of a tree are zones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailcheck.model.limits import Limits
from mailcheck.zonefile.discover import Discovery, discover, shown_path

MASTER = "$TTL 60\n@ SOA ns h 1 2 3 4 5\n"
YAML = "www:\n  type: A\n  value: 192.0.2.1\n"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, text: str = MASTER) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def find(*paths: str, limits: Limits | None = None) -> Discovery:
    return discover([Path(path) for path in paths], limits=limits or Limits(), include_root=None)


def zones(*paths: str) -> list[tuple[str, str | None]]:
    found = find(*paths)
    assert not found.refused
    return [(zone.shown, zone.zone_name) for zone in found.zones]


def refused(*paths: str) -> list[tuple[str, str]]:
    return [(entry.code, entry.at.path) for entry in find(*paths).refused]


def test_a_folder_is_searched_in_the_order_of_names() -> None:
    for name in ("z/example.net.zone", "z/db.example.org", "z/a/example.com.yaml", "z/README.md", "z/Makefile"):
        put(name)
    put("z/.git/example.com.zone")
    put("z/node_modules/example.com.zone")
    put("z/mailcheck.yaml", "profile: strict\n")
    assert zones("z") == [
        ("z/a/example.com.yaml", "example.com."),
        ("z/db.example.org", "example.org."),
        ("z/example.net.zone", "example.net."),
    ]


def test_files_without_a_telling_name_are_looked_into() -> None:
    put("z/records", MASTER)
    put("z/notes", "to do\n")
    put("z/db.local", MASTER)
    put("z/image.dat", "\0\1")
    Path("z/empty").mkdir()
    assert zones("z") == [("z/db.local", "local."), ("z/records", None)]


def test_a_named_file_must_be_a_zone() -> None:
    for name in ("example.com.zone", "records", "localhost.yaml", "example.com.yaml"):
        put(name, YAML if name.endswith("yaml") else MASTER)
    put("notes.txt", "to do\n")
    put("README.md", MASTER)
    put("other.yaml", "a: b\n")
    named = ("example.com.zone", "records", "localhost.yaml", "example.com.yaml")
    assert zones(*named) == [
        ("example.com.zone", "example.com."),
        ("records", None),
        ("localhost.yaml", "localhost."),
        ("example.com.yaml", "example.com."),
    ]
    assert refused("notes.txt", "README.md", "other.yaml", "missing") == [
        ("file-not-zone", "notes.txt"),
        ("file-not-zone", "README.md"),
        ("file-not-zone", "other.yaml"),
        ("file-not-found", "missing"),
    ]


def test_what_is_reached_twice_counts_once() -> None:
    put("z/example.com.zone")
    put("z/mta-sts.example.com.txt", "version: STSv1\n")
    assert zones("z", "z/example.com.zone", "./z/../z") == [("z/example.com.zone", "example.com.")]
    assert zones("z/example.com.zone", "z/mta-sts.example.com.txt", "z/mta-sts.example.com.txt") == [
        ("z/example.com.zone", "example.com.")
    ]


def test_globs() -> None:
    for name in ("z/a.example.zone", "z/b.example.zone", "z/c.example.yaml", "z/x/d.example.zone"):
        put(name)
    assert [name for name, _ in zones("z/*.zone")] == ["z/a.example.zone", "z/b.example.zone"]
    assert [name for name, _ in zones("z/**/*.zone")] == [
        "z/a.example.zone",
        "z/b.example.zone",
        "z/x/d.example.zone",
    ]
    assert [name for name, _ in zones(str(Path.cwd() / "z" / "*.yaml"))] == ["z/c.example.yaml"]
    assert refused("z/*.txt", "z/**x", "z/[") == [
        ("file-not-found", "z/*.txt"),
        ("file-not-found", "z/**x"),
        ("file-not-found", "z/["),
    ]


def test_links_pipes_and_devices_are_refused_one_by_one() -> None:
    put("z/example.com.zone")
    Path("z/link.example.zone").symlink_to("example.com.zone")
    Path("z/folder").symlink_to("/etc")
    Path("z/README.md").symlink_to("/etc/hostname")
    os.mkfifo("z/pipe.example.zone")
    found = find("z")
    assert [zone.shown for zone in found.zones] == ["z/example.com.zone"]
    assert [(entry.code, entry.at.path) for entry in found.refused] == [
        ("file-symlink", "z/folder"),
        ("file-symlink", "z/link.example.zone"),
        ("file-not-regular", "z/pipe.example.zone"),
    ]
    assert refused("z/folder", "z/pipe.example.zone", "/dev/null") == [
        ("file-symlink", "z/folder"),
        ("file-not-regular", "z/pipe.example.zone"),
        ("file-not-regular", "/dev/null"),
    ]


def test_mta_sts_policies_are_no_zones() -> None:
    put("z/example.com.zone")
    put("z/mta-sts.example.com.txt", "version: STSv1\n")
    put("z/mta-sts.a..b.txt", "version: STSv1\n")
    for paths in (["z"], ["z/example.com.zone"], ["z/example.com.zone", "z"], ["z/mta-sts.example.com.txt"]):
        found = find(*paths)
        assert found.policies == {"example.com.": Path("z/mta-sts.example.com.txt")}
        assert len(found.zones) == (0 if paths[0].endswith("txt") else 1)


@pytest.mark.parametrize(
    ("folder", "files"),
    [
        ("example.com.", {"www.yaml": YAML}),
        ("example.com", {"$example.com.yaml": "'': {}\n", "www.yaml": YAML}),
        ("example.com", {"_dmarc.yaml": "_dmarc:\n  type: TXT\n", "www.yaml": YAML}),
        ("example.com", {"www.yaml": "---\n'www':\n  type: A\n"}),
    ],
)
def test_a_zone_may_be_split_over_a_folder(folder: str, files: dict[str, str]) -> None:
    for name, text in files.items():
        put(f"z/{folder}/{name}", text)
    put(f"z/{folder}/.hidden.yaml", YAML)
    put(f"z/{folder}/README.md", "x")
    [zone] = find("z").zones
    assert (zone.kind, zone.zone_name, zone.shown) == ("octodns", "example.com.", f"z/{folder}")
    assert [path.name for path in zone.files] == sorted(files)
    assert zones(f"z/{folder}", f"z/{folder}/") == [(f"z/{folder}", "example.com.")]


def test_folders_named_after_a_domain_may_hold_whole_zones() -> None:
    put("z/example.com/example.com.yaml", YAML)
    put("z/example.com/other.yaml", YAML)
    put("z/example.net/example.net.zone")
    assert zones("z") == [
        ("z/example.com/example.com.yaml", "example.com."),
        ("z/example.net/example.net.zone", "example.net."),
    ]


def test_links_in_a_split_zone_are_refused() -> None:
    put("z/example.com./www.yaml", YAML)
    Path("z/example.com./ftp.yaml").symlink_to("www.yaml")
    found = find("z")
    assert [path.name for path in found.zones[0].files] == ["www.yaml"]
    assert [(entry.code, entry.at.path) for entry in found.refused] == [
        ("file-not-regular", "z/example.com./ftp.yaml")
    ]


def test_files_and_depth_are_bounded() -> None:
    for number in range(5):
        put(f"z/{number}.example.zone")
    found = find("z", limits=Limits()._replace(files=3))
    assert len(found.zones) == 3
    assert [entry.code for entry in found.refused] == ["too-many-files"]
    put("deep/a/b/c/example.com.zone")
    found = find("deep", limits=Limits()._replace(depth=2))
    assert [(entry.code, entry.at.path) for entry in found.refused] == [("folder-depth", "deep/a/b/c")]


def test_folders_that_cannot_be_read_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    put("z/example.com.zone")

    def denied(_path: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", denied)
    assert refused("z") == [("file-unreadable", "z")]


def test_paths_are_shown_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put("z/example.com.zone")
    put("top.example.zone")
    full = str(tmp_path / "z")
    assert zones(full) == [("z/example.com.zone", "example.com.")]
    assert [name for name, _ in zones(".")] == ["top.example.zone", "z/example.com.zone"]
    assert shown_path(Path()) == "."
    Path("elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    assert zones(full) == [(f"{full}/example.com.zone", "example.com.")]
    assert zones("../z") == [(f"{full}/example.com.zone", "example.com.")]


def test_names_that_are_no_utf_8_are_carried_along() -> None:
    Path("z").mkdir()
    Path(os.fsdecode(b"z/\xff.example.zone")).write_text(MASTER)
    [zone] = find("z").zones
    assert os.fsencode(zone.shown) == b"z/\xff.example.zone"
    assert zone.zone_name is None
