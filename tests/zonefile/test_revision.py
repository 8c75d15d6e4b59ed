"""A tree out of git: what is written where, and what of a hostile repository is not."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from mailcheck.errors import InputRefused, UsageError
from mailcheck.model.limits import Limits
from mailcheck.zonefile.revision import extract
from tests.gate_world import World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    root = tmp_path / "repository"
    root.mkdir()
    return World(root)


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


def files(folder: Path) -> dict[str, bytes]:
    """All that is in a folder, links and devices too, by path."""
    found = {}
    for path in folder.rglob("*"):
        assert not path.is_symlink()
        if not path.is_dir():
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def test_every_file_as_git_holds_it(world: World, into: Path) -> None:
    zone = world.zone("example.com", "")
    (world.root / ".gitattributes").write_text("*.zone text eol=crlf ident export-subst\nhidden export-ignore\n")
    (world.root / "hidden").write_bytes(b"\0\xff binary \n$Id$ $Format:%H$")
    (world.root / "n\xf6n \u65e5\n\x1b\"'").write_text("x")
    (world.root / "empty").touch()
    world.commit()
    committed = zone.read_bytes()
    zone.write_text("changed since")
    folder = extract("HEAD", into, Limits(), start=world.root)
    assert folder == into
    found = files(into)
    assert found["zones/example.com.zone"] == committed
    assert found["hidden"] == b"\0\xff binary \n$Id$ $Format:%H$"
    assert found["n\xf6n \u65e5\n\x1b\"'"] == b"x"
    assert found["empty"] == b""


def test_the_folder_that_the_start_is(world: World, into: Path) -> None:
    world.zone("example.com", "")
    world.commit()
    below = world.root / "new" / "folder"
    below.mkdir(parents=True)
    assert extract("HEAD", into, Limits(), start=world.root / "zones") == into / "zones"


def test_a_start_that_the_revision_does_not_have_is_an_empty_folder(world: World, into: Path) -> None:
    world.zone("example.com", "")
    world.commit()
    below = world.root / "new" / "folder"
    below.mkdir(parents=True)
    assert list(extract("HEAD", into, Limits(), start=below).iterdir()) == []


def test_links_lead_nowhere_and_submodules_are_left_out(world: World, into: Path) -> None:
    world.zone("example.com", "")
    (world.root / "link").symlink_to("/etc/passwd")
    (world.root / "folder").symlink_to("zones")
    commit = world.commit()
    world.git("update-index", "--add", "--cacheinfo", f"160000,{commit},module")
    world.git("commit", "-q", "-m", "module")
    extract("HEAD", into, Limits(), start=world.root)
    assert {path.name for path in into.iterdir()} == {"zones", "link", "folder", ".gitignore"}
    for name in ("link", "folder"):
        assert (into / name).is_symlink()
        assert not (into / name).exists()


def test_a_folder_that_was_a_link(world: World, into: Path) -> None:
    world.zone("example.com", "")
    (world.root / "dns").symlink_to("zones")
    world.commit()
    (world.root / "dns").unlink()
    (world.root / "dns").mkdir()
    with pytest.raises(UsageError, match="dns was no folder in `HEAD`"):
        extract("HEAD", into, Limits(), start=world.root / "dns")


def test_what_is_never_a_zone_is_written_where_it_is_named(world: World, into: Path) -> None:
    world.zone("example.com", "")
    for name in ("photo.png", "accepted.json", "mailcheck.lock", "sub.json"):
        (world.root / name).write_text(name)
    world.commit()
    below = world.root / "ci"
    below.mkdir()
    extract("HEAD", into, Limits(), start=below, also=[Path("../accepted.json"), Path("sub.json")])
    assert set(files(into)) == {"zones/example.com.zone", ".gitignore", "accepted.json", "mailcheck.lock"}


def plumbing(world: World, *arguments: str, given: bytes) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments],
        cwd=world.root,
        input=given,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().strip()


@pytest.mark.parametrize("name", ["..", ".", ".git", ".GIT", "n" * 300, "clash"])
def test_names_that_lead_out_or_clash_are_refused(name: str, world: World, into: Path, tmp_path: Path) -> None:
    world.zone("example.com", "")
    world.commit()
    blob = plumbing(world, "hash-object", "-w", "--stdin", given=b"evil")
    plain = plumbing(world, "mktree", given=f"100644 blob {blob}\tinner\n".encode())
    tree = raw_tree(world, [f"100644 blob {blob}\tclash", f"040000 tree {plain}\t{name}"])
    commit = plumbing(world, "commit-tree", tree, "-m", "hostile", given=b"")
    with pytest.raises(InputRefused) as refused:
        extract(commit, into, Limits(), start=world.root)
    assert refused.value.code == "tree-bad-path"
    assert not list(tmp_path.rglob("inner"))


def raw_tree(world: World, entries: list[str]) -> str:
    """A tree object with these entries, whatever git would say to them."""
    octets = b""
    for entry in entries:
        head, _, name = entry.partition("\t")
        mode, _, identity = head.split()
        octets += mode.lstrip("0").encode() + b" " + name.encode() + b"\0" + bytes.fromhex(identity)
    return plumbing(world, "hash-object", "-t", "tree", "-w", "--stdin", "--literally", given=octets)


def test_limits_on_files_and_octets(world: World, into: Path) -> None:
    for number in range(5):
        world.zone(f"a{number}.example", "")
    world.commit()
    with pytest.raises(InputRefused, match="more than 4 files"):
        extract("HEAD", into, Limits(files=4), start=world.root)
    with pytest.raises(InputRefused, match="over 300 octets"):
        extract("HEAD", into, Limits(total_size=300), start=world.root)
    assert files(into) == {}


def test_a_file_over_the_limit_is_empty_and_as_long(world: World, into: Path) -> None:
    world.zone("example.com", "")
    (world.root / "video").write_bytes(b"x" * 5_000)
    world.commit()
    extract("HEAD", into, Limits(zone_file_size=1_000, total_size=2_000), start=world.root)
    assert "zones/example.com.zone" in files(into)
    assert files(into)["video"] == bytes(5_000)


def test_a_clone_that_lacks_files(world: World, into: Path) -> None:
    zone = world.zone("example.com", "")
    world.commit()
    identity = world.git("rev-parse", f"HEAD:zones/{zone.name}")
    (world.root / ".git" / "objects" / identity[:2] / identity[2:]).unlink()
    with pytest.raises(UsageError, match=r"git has no object|git gave up|git cannot list"):
        extract("HEAD", into, Limits(), start=world.root)


def test_a_clone_that_could_fetch_what_it_lacks_does_not(world: World, into: Path, tmp_path: Path) -> None:
    world.zone("example.com", "")
    world.commit()
    world.git("config", "uploadpack.allowFilter", "true")
    partial = tmp_path / "partial"
    world.git("clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{world.root}", str(partial))
    with pytest.raises(UsageError, match=r"git has no object|git gave up|git cannot list"):
        extract("HEAD", into, Limits(), start=partial)


@pytest.mark.parametrize("size", [20, 100_000])
def test_a_damaged_object(size: int, world: World, into: Path) -> None:
    content = os.urandom(size)
    (world.root / "octets").write_bytes(content)
    world.commit()
    identity = world.git("rev-parse", "HEAD:octets")
    stored = world.root / ".git" / "objects" / identity[:2] / identity[2:]
    stored.chmod(0o600)
    stored.write_bytes(stored.read_bytes()[: -size // 2])
    with pytest.raises(UsageError, match=r"git has no object|git gave up|git cannot list"):
        extract("HEAD", into, Limits(), start=world.root)


def test_a_git_that_does_not_end(
    world: World, into: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.commit()
    (tmp_path / "git").write_text("#!/bin/sh\nexec /bin/sleep 600\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("mailcheck.zonefile.git._SECONDS", 0.1)
    with pytest.raises(UsageError, match=r"git rev-parse did not end within 0\.1 seconds"):
        extract("HEAD", into, Limits(), start=world.root)
