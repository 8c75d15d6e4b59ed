"""The files of one revision, written below a folder where nothing else is, for whoever works in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from mailcheck.errors import UsageError
from mailcheck.model.limits import Limits
from mailcheck.model.text import shorten
from mailcheck.zonefile.git import Git
from mailcheck.zonefile.git_tree import write_tree

_SHALLOW = "a shallow clone lacks the base of a pull request: fetch it (GitHub Actions: fetch-depth: 0)"
_A_RANGE = "name one revision: where a branch began, `git merge-base A B` tells"


def extract(revision: str, into: Path, limits: Limits, *, start: Path, also: Iterable[Path] = ()) -> Path:
    """Write what zones need of `revision` below the empty folder `into`; answers what `start` is there.

    `start` is a folder of the working tree, `also` names files from there on that are written whatever their
    names are. What comes out is what git holds: no filter, no `export-ignore`, no line ending of `.gitattributes`
    changes it. Raises UsageError where there is no git, no repository or no such revision, and InputRefused as
    write_tree() does.
    """
    git = Git(start)
    prefix = git.prefix()
    tree = git.tree(revision)
    if tree is None:
        raise UsageError(
            f"there is no revision `{shorten(revision)}` in this repository",
            hint=_A_RANGE if ".." in revision else _SHALLOW,
        )
    named = frozenset(os.path.normpath(os.path.join(prefix, path)) for path in also)  # noqa: PTH118
    write_tree(git, tree, into, revision, limits, named)
    folder = into / prefix
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise UsageError(f"{prefix.rstrip('/')} was no folder in `{shorten(revision)}`") from None
    return folder
