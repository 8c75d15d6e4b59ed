"""What `mailcheck diff` compares: revisions, folders, the working tree, and trees made to do harm."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mailcheck.zonefile.git import Git
from tests.diffing import Repository, repository, zone

__all__ = ["repository"]

PATH = "zones/example.com.yaml"
LESS = zone().replace("192.0.2.0/25", "192.0.2.0/26")
LOST = ["192.0.2.64/26"]


def lost(repository: Repository, *arguments: str) -> list[str]:
    """The networks that example.com loses; nothing where nothing changes at all."""
    domains = repository.diff(*arguments)["domains"]
    found: list[str] = domains[0]["spf"]["lost"] if domains else []
    return found


def refused(repository: Repository, *arguments: str) -> str:
    """The one line, and its hint, of a command line that cannot be followed."""
    assert repository.run(*arguments) == 2
    assert repository.out == ""
    first, *rest = repository.err.splitlines()
    assert first.startswith("error: ")
    assert [line for line in rest if not line.startswith("hint: ")] == []
    return repository.err


@pytest.mark.parametrize(
    "base", ["HEAD~1", "main~1", "old", "annotated", "refs/tags/old", "main@{1}", "HEAD^{tree}~0^"]
)
def test_two_revisions(repository: Repository, base: str) -> None:
    repository.commit({PATH: zone()})
    repository.git("tag", "old")
    repository.git("tag", "-a", "-m", "x", "annotated")
    repository.commit({PATH: LESS})
    repository.write(PATH, "")
    if base.startswith("HEAD^{tree}"):
        assert "neither a revision nor a folder" in refused(repository, base, "HEAD")
    else:
        assert lost(repository, base, "HEAD") == LOST
        assert lost(repository, "HEAD", base) == []


def test_the_working_tree_counts_with_what_is_not_committed(repository: Repository) -> None:
    repository.commit({PATH: zone()})
    repository.git("rm", "-q", "--cached", PATH)
    repository.write(PATH, LESS)
    assert lost(repository, "HEAD") == LOST


def test_two_folders_need_no_git(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.write("before/example.com.yaml", zone())
    repository.write("after/example.com.yaml", LESS)
    monkeypatch.setenv("PATH", "/nonexistent")
    assert lost(repository, "before", "after") == LOST
    assert lost(repository, "./before", str(repository.root / "after")) == LOST
    assert "git is not installed" in refused(repository, "main")


def test_a_folder_against_a_revision(repository: Repository) -> None:
    repository.commit({PATH: zone()})
    repository.write("elsewhere/zones/example.com.yaml", LESS)
    assert lost(repository, "HEAD", "elsewhere") == LOST


def test_a_name_that_is_both_is_not_guessed_at(repository: Repository) -> None:
    repository.commit({PATH: zone(), "topic/zones/example.com.yaml": LESS})
    repository.git("branch", "topic")
    assert "both a revision and a folder" in refused(repository, "topic")
    assert lost(repository, "refs/heads/topic", "./topic") == LOST


def test_no_repository(tmp_path: Path, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert "not a git repository" in refused(repository, "main")


@pytest.mark.parametrize(
    "name", ["nope", "HEAD~99", "", "a\nb", "\x1b[31m", "-h", "--output=x", "--all", "$(id)", "HEAD:", "x..y"]
)
def test_an_unknown_revision_is_one_line(repository: Repository, name: str) -> None:
    repository.commit({PATH: zone()})
    assert "is neither a revision nor a folder" in refused(repository, "--", name)
    assert "\x1b" not in repository.err
    assert not (repository.root / "x").exists()


def test_a_folder_that_is_missing(repository: Repository) -> None:
    assert "no such folder" in refused(repository, "./nope")


def test_an_empty_repository(repository: Repository) -> None:
    assert "neither a revision" in refused(repository, "HEAD")


def test_each_side_reads_the_zones_of_its_own_configuration(repository: Repository) -> None:
    repository.commit({"mailcheck.yaml": "zones: [dns/*.yaml]\n", "dns/example.com.yaml": zone()})
    repository.git("mv", "dns", "zones")
    repository.write("mailcheck.yaml", "zones: [zones]\n")
    repository.write(PATH, LESS)
    assert lost(repository, "HEAD") == LOST


def test_the_other_keys_of_a_configuration_do_not_count(repository: Repository) -> None:
    repository.commit({"mailcheck.yaml": "zones: [dns]\nof-another-version: 1\n", "dns/example.com.yaml": zone()})
    repository.write("mailcheck.yaml", "zones: [dns]\n")
    repository.write("dns/example.com.yaml", LESS)
    assert lost(repository, "HEAD") == LOST


def test_a_configuration_that_is_wrong_is_named_by_its_revision(repository: Repository) -> None:
    repository.commit({"mailcheck.yaml": "zones: {a: b}\n", PATH: zone()})
    repository.write("mailcheck.yaml", "")
    assert refused(repository, "HEAD").startswith("error: HEAD:mailcheck.yaml:1:")


def test_the_first_zones_of_a_repository(repository: Repository) -> None:
    repository.commit({"README.md": "nothing yet", "not.a.zone.yaml": "'': {type: A, value: 192.0.2.1}"})
    repository.write(PATH, zone())
    domain = repository.domain("HEAD")
    assert (domain["zone"], domain["spf"]["lost"]) == ("added", [])


def test_neither_side_has_zones(repository: Repository) -> None:
    repository.commit({"README.md": "nothing"})
    assert "nothing to compare" in refused(repository, "HEAD")
    assert "no zones at elsewhere" in refused(repository, "HEAD", "--zones", "elsewhere")


def test_zones_are_named_on_the_command_line(repository: Repository) -> None:
    repository.commit({"dns/example.com.yaml": zone()})
    repository.write("dns/example.com.yaml", LESS)
    assert lost(repository, "HEAD", "--zones", "dns") == LOST
    assert "outside the repository" in refused(repository, "HEAD", "--zones", "../../etc")


def test_below_the_top_of_a_repository(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit({f"dns/{PATH}": zone(), "shared/common.yaml": "TXT"})
    repository.write(f"dns/{PATH}", LESS)
    monkeypatch.chdir(repository.root / "dns")
    assert lost(repository, "HEAD") == LOST


def test_a_file_that_is_renamed_is_no_change(repository: Repository) -> None:
    repository.commit({PATH: zone()})
    repository.git("mv", PATH, "zones/renamed.yaml")
    repository.git("mv", "zones/renamed.yaml", "zones/example.com.yml")
    repository.commit()
    assert repository.diff("HEAD~1", "HEAD")["domains"] == []


MASTER = "$TTL 60\n@ SOA ns hm 1 2 3 4 5\n$INCLUDE ../../shared/mail.inc\n"


def test_includes_are_those_of_their_own_revision(repository: Repository) -> None:
    include = '@ TXT "v=spf1 ip4:192.0.2.0/25 ~all"\n'
    repository.commit({"dns/zones/example.com.zone": MASTER, "shared/mail.inc": include})
    repository.write("shared/mail.inc", include.replace("/25", "/26"))
    assert lost(repository, "HEAD", "--zones", "dns") == LOST


@pytest.mark.parametrize(
    "name",
    ["-rf.example.com.yaml", "a b;$(id).yaml", "ünï.yaml", "x\ty.yaml", "q\"'.yaml", "::add.yaml", "n\nl.yaml"],
)
def test_hostile_file_names(repository: Repository, name: str) -> None:
    repository.commit({PATH: zone(), f"zones/{name}": "'': [}"})
    repository.write(PATH, LESS)
    assert repository.run("HEAD") in (0, 3)
    assert "192.0.2.64/26" in repository.out
    assert not [line for line in repository.out.splitlines() if line.startswith(("::", "l.yaml"))]


def test_a_hostile_branch_name(repository: Repository) -> None:
    repository.commit({PATH: zone()})
    name = "x`$(id)`::error::%0A--output=x"
    name = name.replace(":", "-")
    repository.git("branch", name)
    repository.write(PATH, LESS)
    assert lost(repository, name) == LOST
    assert repository.run(name, "--format", "markdown") == 0
    assert f"`` {name}" not in repository.out.replace(f"``{name}``", "")


def tree_of(repository: Repository, *entries: tuple[str, str, bytes]) -> str:
    """A commit of a tree that Git itself would not make, from mode, name and content of each entry."""
    lines = []
    for mode, name, content in entries:
        kind = "tree" if mode == "40000" else "blob"
        written = repository.git("hash-object", "-t", kind, "-w", "--literally", "--stdin", given=content)
        lines.append(mode.encode() + b" " + os.fsencode(name) + b"\0" + bytes.fromhex(written))
    tree = repository.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", given=b"".join(lines))
    return repository.git("commit-tree", "-m", "x", tree)


@pytest.mark.parametrize("name", ["../escaped.zone", "..", "/tmp/escaped.zone", ".", "a/../../escaped.zone"])
def test_a_path_that_leads_out_of_its_tree_is_refused(repository: Repository, tmp_path: Path, name: str) -> None:
    repository.commit({PATH: zone()})
    commit = tree_of(repository, ("100644", name, b"x"))
    assert repository.run(commit) == 3
    assert "tree-bad-path" in repository.err
    assert len(repository.err.splitlines()) == 1
    assert not list(tmp_path.parent.rglob("escaped.zone"))


def test_one_name_for_a_file_and_a_folder(repository: Repository) -> None:
    repository.commit({PATH: zone()})
    commit = tree_of(repository, ("100644", "a", b"x"), ("100644", "a/b", b"y"))
    assert repository.run(commit) == 3
    assert "tree-bad-path" in repository.err


def test_a_zone_that_cannot_be_read_on_one_side_is_not_taken_to_be_gone(repository: Repository) -> None:
    repository.commit({PATH: zone(), "zones/example.net.yaml": zone()})
    repository.write(PATH, "'': [}")
    repository.write("zones/example.net.yaml", LESS)
    assert repository.run("HEAD") == 3
    assert "not determined after: example.com MX (not readable in its zone file), for 1 domain" in repository.out
    assert "mail changes for 1 domain: SPF;" in repository.out
    assert repository.run("HEAD", "--format", "json") == 3
    assert [domain["zone"] for domain in json.loads(repository.out)["domains"]] == [None, None]


def test_a_record_that_cannot_be_read_is_not_taken_to_be_gone(repository: Repository) -> None:
    repository.commit({PATH: zone()})
    repository.write(
        PATH, zone().replace("mail: {type: A, value: 192.0.2.25}", "mail: {type: A, value: 192.0.2.300}")
    )
    assert repository.run("HEAD") == 3
    assert "verdict: it is not determined whether mail changes in 1 zone; 1 input refused" in repository.out


def test_links_of_a_tree_lead_nowhere(repository: Repository, tmp_path: Path) -> None:
    outside = tmp_path.parent / "outside.yaml"
    outside.write_text(zone(), encoding="utf-8")
    repository.write(PATH, zone())
    (repository.root / "zones/example.net.yaml").symlink_to(outside)
    repository.commit()
    repository.write(PATH, LESS)
    (repository.root / "zones/example.net.yaml").unlink()
    assert repository.run("HEAD") == 3
    assert "file-symlink HEAD:zones/example.net.yaml" in repository.out
    assert "example.net:" not in repository.out


def test_a_link_in_place_of_the_configuration_and_a_submodule(repository: Repository, tmp_path: Path) -> None:
    (tmp_path.parent / "other.yaml").write_text("zones: [nowhere]", encoding="utf-8")
    repository.write(PATH, zone())
    (repository.root / "mailcheck.yaml").symlink_to(tmp_path.parent / "other.yaml")
    head = repository.commit()
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{head},zones/vendored.example.yaml")
    repository.git("commit", "-q", "-m", "x")
    (repository.root / "mailcheck.yaml").unlink()
    repository.write(PATH, LESS)
    assert lost(repository, "HEAD") == LOST


def test_a_file_that_is_too_large_is_refused_and_the_others_are_compared(repository: Repository) -> None:
    repository.commit({PATH: zone(), "zones/example.net.yaml": "#" * 5_000})
    repository.write(PATH, LESS)
    assert repository.run("HEAD", "--limit", "zone-file-size=4K") == 3
    assert "file-too-large HEAD:zones/example.net.yaml:1:1 larger than 4000 octets" in repository.out
    assert "192.0.2.64/26" in repository.out


@pytest.mark.parametrize(("limit", "code"), [("files=1", "too-many-files"), ("total-size=1K", "total-too-large")])
def test_a_revision_over_the_limits_is_refused(repository: Repository, limit: str, code: str) -> None:
    repository.commit({PATH: zone(), "zones/example.net.yaml": zone()})
    assert repository.run("HEAD", "--limit", limit) == 3
    assert repository.err.startswith(f"error: {code} HEAD:1:1 ")
    assert "hint: allow more with --limit" in repository.err


@pytest.mark.parametrize("what", [PATH, "zones"])
def test_an_object_that_is_missing_is_one_line(repository: Repository, what: str) -> None:
    repository.commit({PATH: zone()})
    name = repository.git("rev-parse", f"HEAD:{what}")
    (repository.root / ".git/objects" / name[:2] / name[2:]).unlink()
    assert "git fetch --unshallow" in refused(repository, "HEAD")


def test_nothing_is_left_behind_and_nothing_is_touched(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    (tmp_path.parent / "temporary").mkdir(exist_ok=True)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path.parent / "temporary"))
    repository.commit({PATH: zone(), ".gitattributes": "*.yaml filter=evil\n"})
    repository.git("config", "filter.evil.smudge", "touch smudged; cat")
    repository.git("config", "core.fsmonitor", "touch watched")
    index = (repository.root / ".git/index").read_bytes()
    repository.write(PATH, LESS)
    assert lost(repository, "HEAD") == LOST
    assert list((tmp_path.parent / "temporary").iterdir()) == []
    assert (repository.root / ".git/index").read_bytes() == index
    assert not list(repository.root.rglob("smudged")) + list(repository.root.rglob("watched"))


def test_a_listing_that_never_ends_a_path_is_refused(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io
    from contextlib import contextmanager

    @contextmanager
    def endless(_git: Git, _tree: str):  # type: ignore[no-untyped-def]
        yield io.BytesIO(b"a" * 200_000)

    repository.commit({PATH: zone()})
    monkeypatch.setattr(Git, "listing", endless)
    assert repository.run("HEAD") == 3
    assert "tree-bad-path" in repository.err
