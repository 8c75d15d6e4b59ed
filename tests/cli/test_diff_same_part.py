"""Whatever names the two sides of `mailcheck diff` have, the same part of both is compared, or nothing is."""

from __future__ import annotations

import pytest

from tests.diffing import LOCK, Repository, repository, zone

__all__ = ["repository"]

PATH = "zones/example.com.yaml"
FILE = "example.com.yaml"
FILES = {
    "mailcheck.yaml": "zones: [zones, reverse]\n",
    PATH: zone(),
    "zones/example.net.yaml": zone(),
    "reverse/2.0.192.in-addr.arpa.yaml": "'25': {type: PTR, value: mail.example.com.}\n",
    "mailcheck.lock": LOCK,
    "empty/README.md": "nothing",
}
LESS = zone().replace("192.0.2.0/25", "192.0.2.0/26")

SAME = {
    "": [
        ("main",),
        ("main", "."),
        (".", "main"),
        ("main", "zones"),
        ("main", "./zones"),
        ("zones", "main"),
        ("main:zones",),
        ("main:zones", "zones"),
        ("main:zones/", "zones/"),
        ("main:./zones", "zones"),
        ("main:zones", "main:zones"),
        ("main", "main:zones"),
        ("main:zones/" + FILE,),
        ("main:zones/" + FILE, PATH),
        ("main", PATH),
        (PATH, "main"),
        (PATH, PATH),
        ("main", "main:zones/" + FILE),
        ("main", "--zones", "zones"),
        ("main:zones", "--zones", FILE),
    ],
    "zones": [
        ("main", "."),
        ("main", ".."),
        ("main", FILE),
        ("main:./", "."),
        ("main:./" + FILE,),
        ("main:../zones", "../zones"),
    ],
    "empty": [("main", ".."), ("main", "../zones"), ("main", "../" + PATH), ("main:zones",)],
}


@pytest.mark.parametrize(("folder", "sides"), [(folder, sides) for folder, each in SAME.items() for sides in each])
def test_an_unchanged_tree_is_no_change(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, folder: str, sides: tuple[str, ...]
) -> None:
    repository.commit(FILES)
    monkeypatch.chdir(repository.root / folder)
    assert repository.diff(*sides)["domains"] == []
    if "main" in sides[0] and sides[1:2] not in (("main:zones",), ("main:zones/" + FILE,)):
        repository.write(PATH, LESS)
        if sides != ("main:zones", "main:zones"):
            (domain,) = repository.diff(*sides)["domains"]
            assert domain["spf"]["lost"] == ["192.0.2.64/26"]


REFUSED = {
    "": [
        (("main:nope",), "main has no zones at nope"),
        (("main:../x",), "main has no zones at ../x"),
        (("main:zones", PATH), f"{PATH} is a file, main:zones a folder"),
        ((PATH, "zones"), f"{PATH} is a file, zones a folder"),
        ((PATH,), f"{PATH} can be compared with no part of the working tree"),
        (("main", "empty"), "empty holds no zones"),
        (("empty", "zones"), "empty holds no zones"),
        (("main", PATH, "--zones", "zones"), "--zones names the zones of folders and revisions, not of a file"),
        (("main", "new.zone"), "main has no zones at new.zone"),
        (("main", "../other.zone"), "../other.zone can be compared with no part of main"),
    ],
    "empty": [
        (("main",), "nothing to compare"),
        (("main", "."), ". holds no zones"),
        (("../zones",), "the working tree has no zones here to compare with ../zones"),
    ],
}


@pytest.mark.parametrize(
    ("folder", "sides", "why"), [(folder, *entry) for folder, each in REFUSED.items() for entry in each]
)
def test_what_cannot_be_held_together_is_one_line(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, folder: str, sides: tuple[str, ...], why: str
) -> None:
    repository.commit(FILES)
    repository.write("new.zone", "")
    repository.write("../other.zone", "")
    monkeypatch.chdir(repository.root / folder)
    assert repository.run(*sides) == 2
    assert repository.out == ""
    first, *rest = repository.err.splitlines()
    assert first.startswith(f"error: {why}")
    assert all(line.startswith("hint: ") for line in rest)


def test_a_folder_of_zones_is_all_of_the_zones_of_a_folder_with_a_configuration(repository: Repository) -> None:
    for path, text in FILES.items():
        repository.write(f"before/{path}", text)
    repository.write(f"after/{FILE}", LESS)
    repository.write("after/example.net.yaml", zone())
    repository.write("after/2.0.192.in-addr.arpa.yaml", FILES["reverse/2.0.192.in-addr.arpa.yaml"])
    repository.write("after/mailcheck.lock", LOCK)
    assert repository.domain("before", "after")["spf"]["lost"] == ["192.0.2.64/26"]


def test_a_pattern_of_the_other_side_that_matches_nothing_is_not_borrowed(repository: Repository) -> None:
    repository.commit({"mailcheck.yaml": "zones: ['dns/*.yaml']\n", f"dns/{FILE}": zone(), "mailcheck.lock": LOCK})
    repository.write(f"dump/{FILE}", LESS)
    assert repository.domain("main", "dump")["spf"]["lost"] == ["192.0.2.64/26"]


@pytest.mark.parametrize(
    "sides", [("main", "zones"), ("main:zones", "zones"), ("main", PATH), ("main:zones/" + FILE,)]
)
def test_the_lock_above_a_folder_of_zones_answers_for_it(repository: Repository, sides: tuple[str, ...]) -> None:
    repository.commit(FILES)
    repository.write(PATH, LESS)
    assert repository.domain(*sides)["not_determined"] == []
    repository.write("mailcheck.lock", LOCK.replace("198.51.100.0/24", "198.51.100.0/25"))
    lost = [domain["spf"]["lost"] for domain in repository.diff(*sides)["domains"]]
    assert all("198.51.100.128/25" in each for each in lost)
