"""One side of `mailcheck diff` as a folder: a part of the working tree, or of a revision that was written out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from mailcheck.commands.outside import NAME as LOCK_NAME
from mailcheck.commands.zones import DEFAULT_ZONES
from mailcheck.config.find import NAME as CONFIG_NAME
from mailcheck.config.zone_paths import zone_paths
from mailcheck.errors import UsageError
from mailcheck.model.finding import Refused
from mailcheck.zonefile.discover import shown_path

WORKING_TREE = "the working tree"
HERE = "."


class Place(NamedTuple):
    """One side.

    - `root`: the folder that is compared, or the one of `file`; paths count from there.
    - `title`: the side as it was named.
    - `top`: the top of its repository, None where it is in none.
    - `revision`: the one that it came out of, empty for what lies on the disk.
    - `file`: the name of the one file that is compared, if it is one.
    - `whole`: nothing but the revision, or nothing at all, was named: the root may be another folder of it.
    """

    root: Path
    title: str
    top: Path | None = None
    revision: str = ""
    file: str = ""
    whole: bool = False

    @property
    def way(self) -> Path | None:
        """The folder or file as a path from the top of its repository."""
        return None if self.top is None else Path(os.path.relpath(_real(self.root), self.top)) / self.file

    @property
    def lock(self) -> Path:
        """Where its lock is: beside its `mailcheck.yaml`, which may stand above a folder of zones."""
        for folder in self._upwards():
            if any(os.path.lexists(folder / name) for name in (LOCK_NAME, CONFIG_NAME)):
                return folder / LOCK_NAME
        return self.root / LOCK_NAME

    def own_paths(self) -> tuple[str, ...]:
        """Where the side itself says that its zones are; empty where it says nothing."""
        if self.file:
            return (self.file,)
        shown = self.shown(str(self.root / CONFIG_NAME))
        told = zone_paths(self.root / CONFIG_NAME, shown)
        return told or ((str(DEFAULT_ZONES),) if (self.root / DEFAULT_ZONES).is_dir() else ())

    def below(self, path: str) -> Path:
        """A path of the side; raises UsageError where that of a revision leads out of its tree."""
        joined = self.root / path
        if self.revision and self.top and not Path(os.path.normpath(joined)).is_relative_to(self.top):
            raise UsageError(f"{path} is outside the repository", hint="name zones by paths below it")
        return joined

    def at(self, way: Path) -> Place:
        """The folder or file at the same place below the top of this side's repository.

        Raises UsageError where there is neither.
        """
        assert self.top is not None
        found = Path(os.path.normpath(self.top / way))
        if found.is_relative_to(self.top) and found.is_dir():
            return self._replace(root=found, file="")
        if found.is_relative_to(self.top) and os.path.lexists(found):
            return self._replace(root=found.parent, file=found.name)
        raise UsageError(f"{self.revision or self.title} has no zones at {way}")

    def shown(self, path: str) -> str:
        """A path below the side as a reader knows it: that of a revision as `REVISION:path`."""
        if not self.revision:
            return shown_path(Path(path))
        return f"{self.revision}:{os.path.relpath(path, self.top)}"

    def renamed(self, entry: Refused) -> Refused:
        """A refusal whose place is told as `shown` tells it."""
        if not self.revision or not entry.at.path.startswith("/"):
            return entry
        return entry._replace(at=entry.at._replace(path=self.shown(entry.at.path)))

    def _upwards(self) -> tuple[Path, ...]:
        root = _real(self.root)
        if self.top is None or not root.is_relative_to(self.top):
            return (self.root,)
        above = [folder for folder in root.parents if folder.is_relative_to(self.top)]
        return (self.root, *above)


def repository_of(folder: Path) -> Path | None:
    """The top of the repository that a folder of the disk is in."""
    real = _real(folder)
    return next((each for each in (real, *real.parents) if (each / ".git").exists()), None)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
