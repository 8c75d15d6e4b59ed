"""The two sides of `mailcheck diff`: folders, the working tree, and revisions that are written to a folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from mailcheck.commands.outside import NAME as LOCK_NAME
from mailcheck.commands.zones import DEFAULT_ZONES
from mailcheck.config.find import NAME as CONFIG_NAME
from mailcheck.config.zone_paths import zone_paths
from mailcheck.errors import UsageError
from mailcheck.model.finding import Refused
from mailcheck.model.limits import Limits
from mailcheck.zonefile.discover import shown_path
from mailcheck.zonefile.git import Git
from mailcheck.zonefile.git_tree import write_tree

WORKING_TREE = "the working tree"


class Place(NamedTuple):
    """One side as a folder.

    - `root`: where `mailcheck.yaml` and `mailcheck.lock` lie, and from where paths count; `top`: the top of its
      repository where that is known, below which files may be included.
    - `title`: the side as it was named; `revision`: whether it came out of Git.
    """

    root: Path
    title: str
    top: Path | None = None
    revision: bool = False

    @property
    def lock(self) -> Path:
        """Where its lock is."""
        return self.root / LOCK_NAME

    def own_paths(self) -> tuple[str, ...]:
        """Where the side itself says that its zones are; empty where it says nothing."""
        shown = self.shown(str(self.root / CONFIG_NAME))
        told = zone_paths(self.root / CONFIG_NAME, shown)
        return told or ((str(DEFAULT_ZONES),) if (self.root / DEFAULT_ZONES).is_dir() else ())

    def shown(self, path: str) -> str:
        """A path below the side as a reader knows it: that of a revision as `REVISION:path`."""
        if not self.revision:
            return shown_path(Path(path))
        return f"{self.title}:{os.path.relpath(path, self.top)}"

    def renamed(self, entry: Refused) -> Refused:
        """A refusal whose place is told as `shown` tells it."""
        if not self.revision or not entry.at.path.startswith("/"):
            return entry
        return entry._replace(at=entry.at._replace(path=self.shown(entry.at.path)))


def find_side(name: str | None, stack: ExitStack, limits: Limits) -> Place:
    """The side that is named, None the working tree; what is written for it goes when `stack` is closed.

    Raises UsageError for a name that is neither revision nor folder, and for one that is both.
    """
    if name is None:
        return Place(Path(), WORKING_TREE)
    folder = Path(name) if name and "\0" not in name else None
    is_folder = folder is not None and folder.is_dir()
    if folder is not None and (folder.is_absolute() or name.startswith(("./", "../")) or name in (".", "..")):
        if is_folder:
            return Place(folder, name)
        raise UsageError(f"{name}: no such folder")
    try:
        git = Git(Path())
        prefix = git.prefix()
        tree = git.tree(name)
    except UsageError:
        if is_folder and folder is not None:
            return Place(folder, name)
        raise
    if tree is None and folder is not None and is_folder:
        return Place(folder, name)
    if tree is None:
        raise UsageError(
            f"{name or repr(name)} is neither a revision nor a folder",
            hint="a shallow clone lacks older revisions: fetch them, as with `fetch-depth: 0`",
        )
    if is_folder:
        raise UsageError(
            f"{name} is both a revision and a folder",
            hint=f"write ./{name} for the folder, or the whole name of the revision, such as refs/heads/{name}",
        )
    top = Path(os.path.realpath(stack.enter_context(TemporaryDirectory(prefix="mailcheck-")))) / "tree"
    top.mkdir()
    write_tree(git, tree, top, name, limits)
    return Place(top / prefix, name, top, revision=True)


def zone_files(places: Sequence[Place], given: Sequence[str]) -> list[tuple[Path, ...]]:
    """The paths of zones for each side.

    These are the `given` ones, else those that the side's own `mailcheck.yaml` names, else its folder zones/.
    A side that says nothing is read where the other side's zones are; if neither does, a folder is taken to hold
    the zones itself. Paths that are not there count for nothing where they are not the side's own.

    Raises UsageError where neither side has any.
    """
    own = [tuple(given) or place.own_paths() for place in places]
    if not any(own):
        own = [() if place.revision or place.title == WORKING_TREE else (".",) for place in places]
    if not any(own):
        raise UsageError(
            "nothing to compare: no `zones:` in mailcheck.yaml, no folder zones/ on either side",
            hint="name the folder of the zones with --zones",
        )
    found = []
    for place, paths, others in zip(places, own, reversed(own), strict=True):
        chosen = [_below(place, path) for path in paths or others]
        borrowed = bool(given) or not paths
        found.append(tuple(path for path in chosen if not borrowed or _is_there(path)))
    if not any(found):
        raise UsageError(f"no zones at {', '.join(given) or 'the paths of either side'}")
    return found


def _below(place: Place, path: str) -> Path:
    """A path of one side; raises UsageError where that of a revision leads out of its tree."""
    joined = place.root / path
    if place.top is not None and not Path(os.path.normpath(joined)).is_relative_to(place.top):
        raise UsageError(f"{path} is outside the repository", hint="name zones by paths below it")
    return joined


def _is_there(path: Path) -> bool:
    return os.path.lexists(path) or any(character in str(path) for character in "*?[")
