"""The two sides of `mailcheck diff`: which folder or file each name means, and which zones of it are read."""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from mailcheck.commands.diff_place import HERE, WORKING_TREE, Place, repository_of
from mailcheck.errors import UsageError
from mailcheck.model.limits import Limits
from mailcheck.zonefile.git import Git
from mailcheck.zonefile.git_tree import write_tree

_EXPLICIT = ("./", "../")


def find_sides(base: str, head: str | None, stack: ExitStack, limits: Limits) -> tuple[Place, Place]:
    """The sides that are named, `head` None the working tree; what is written for them goes with `stack`.

    A revision, and the working tree, is compared with the same part of it as the other side is. Raises
    UsageError for a name that is none or two things at once, and for two sides that cannot be held together.
    """
    first, second = (_find_side(name, stack, limits) for name in (base, head))
    before, after = _beside(first, second), _beside(second, first)
    if bool(before.file) != bool(after.file):
        file, folder = (before, after) if before.file else (after, before)
        raise UsageError(
            f"{file.title} is a file, {folder.title} a folder",
            hint="compare a file with a file, or with a revision",
        )
    return before, after


def zone_files(places: Sequence[Place], given: Sequence[str]) -> list[tuple[Path, ...]]:
    """The paths to read on each side: those given, else its own, else the other's, else the folder itself.

    Raises UsageError where neither side has any.
    """
    if given and any(place.file for place in places):
        raise UsageError("--zones names the zones of folders and revisions, not of a file")
    own = [tuple(given) or place.own_paths() for place in places]
    if not any(own) and all(place.whole for place in places):
        raise UsageError(
            "nothing to compare: no `zones:` in mailcheck.yaml, no folder zones/ on either side",
            hint="name the folder of the zones with --zones",
        )
    found = [
        _chosen(place, paths, others, borrowed=bool(given) or not paths)
        for place, paths, others in zip(places, own, reversed(own), strict=True)
    ]
    if not any(found):
        raise UsageError(f"no zones at {', '.join(given) or 'the paths of either side'}")
    return found


def _find_side(name: str | None, stack: ExitStack, limits: Limits) -> Place:
    if name is None:
        return Place(Path(), WORKING_TREE, repository_of(Path()), whole=True)
    on_disk = _on_disk(name)
    if Path(name).is_absolute() or name.startswith(_EXPLICIT) or name in (".", ".."):
        if on_disk is None:
            raise UsageError(f"{name}: no such folder or file")
        return on_disk
    try:
        git = Git(Path())
        prefix = git.prefix()
        tree, path = _tree_and_path(git, name)
    except UsageError:
        if on_disk is not None:
            return on_disk
        raise
    if tree is None and on_disk is not None:
        return on_disk
    if tree is None:
        raise UsageError(
            f"{name or repr(name)} is neither a revision nor a folder",
            hint="a shallow clone lacks older revisions: fetch them, as with `fetch-depth: 0`",
        )
    if on_disk is not None:
        kind = "file" if on_disk.file else "folder"
        raise UsageError(
            f"{name} is both a revision and a {kind}",
            hint=f"write ./{name} for the {kind}, or the whole name of the revision, such as refs/heads/{name}",
        )
    top = Path(os.path.realpath(stack.enter_context(TemporaryDirectory(prefix="mailcheck-")))) / "tree"
    top.mkdir()
    if path is None:
        write_tree(git, tree, top, name, limits)
        return Place(top / prefix, name, top, name, whole=True)
    way = os.path.normpath(os.path.join(prefix, path) if path.startswith(_EXPLICIT) else path)  # noqa: PTH118
    revision = name.partition(":")[0]
    write_tree(git, tree, top, revision, limits, frozenset((way,)))
    return Place(top, name, top, revision).at(Path(way))


def _on_disk(name: str) -> Place | None:
    """The folder or file of that name."""
    if not name or "\0" in name:
        return None
    path = Path(name)
    if path.is_dir():
        return Place(path, name, repository_of(path))
    if os.path.lexists(path):
        return Place(path.parent, name, repository_of(path.parent), file=path.name)
    return None


def _tree_and_path(git: Git, name: str) -> tuple[str | None, str | None]:
    """The tree of a revision, and the path that `REVISION:path` names in it (gitrevisions(7))."""
    tree = git.tree(name)
    if tree is not None:
        return tree, None
    revision, _, path = name.partition(":")
    return (git.tree(revision), path) if revision and path else (None, None)


def _beside(place: Place, other: Place) -> Place:
    """The part of a whole revision or working tree to hold against a folder or file that was named."""
    if not place.whole or other.whole:
        return place
    on_disk = not place.revision and not other.revision
    if other.file:
        if other.way is None or place.top is None or on_disk:
            raise UsageError(
                f"{other.title} can be compared with no part of {place.title}",
                hint="name the file that it is compared with, that of a revision as REVISION:path",
            )
        return place.at(other.way)
    if place.own_paths() and other.own_paths():
        return place
    if on_disk:
        if not place.own_paths():
            raise UsageError(
                f"{WORKING_TREE} has no zones here to compare with {other.title}",
                hint="name the second folder too",
            )
        return place
    if other.way is None or place.top is None or not (place.top / other.way).is_dir():
        return place
    return place.at(other.way)


def _chosen(place: Place, own: Sequence[str], others: Sequence[str], *, borrowed: bool) -> tuple[Path, ...]:
    paths = [place.below(path) for path in own or others]
    if borrowed:
        paths = [path for path in paths if _is_there(path)]
    is_folder_of_zones = not own and not (place.whole and others)
    return tuple(paths) or ((place.below(HERE),) if is_folder_of_zones else ())


def _is_there(path: Path) -> bool:
    return os.path.lexists(path) or (glob.has_magic(str(path)) and bool(glob.glob(str(path))))  # noqa: PTH207
