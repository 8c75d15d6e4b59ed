"""All that is wanted of a host, read in rounds: what is wanted next depends on what was found."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import islice
from types import MappingProxyType
from typing import Final

from mailcheck.host.live import collect
from mailcheck.host.packages import packaged_postfix
from mailcheck.host.tree import Tree
from mailcheck.model.machine import HostFile, How, Machine

Wanted = Callable[[Mapping[str, HostFile]], Mapping[str, How]]
"""All paths wanted of a host, as far as the files read so far tell."""

MAX_ROUNDS = 20
MAX_FILES = 500
MAX_TOTAL = 32_000_000
"""Characters of all texts together."""

_MORE: Final[Mapping[How, int]] = {"stat": 0, "list": 1, "text": 2, "pem": 3, "secret": 4}
"""A file wanted in a second way is read again where this is more; a secret stays one."""


def read_machine(tree: Tree, wanted: Wanted) -> Machine:
    """The host as it is now: the files that `wanted` names, and what the running system tells.

    Files beyond the limits (rounds, files, size) are among the files, refused.
    """
    files = _Files(tree)
    for _ in range(MAX_ROUNDS):
        if not files.read(wanted(files.found)):
            break
    else:
        files.refuse(wanted(files.found), f"is named only after {MAX_ROUNDS} rounds of reading")
    machine = Machine(
        MappingProxyType(dict(sorted(files.found.items()))),
        datetime.now(UTC),
        tree.live,
        os.geteuid() == 0,
        postfix_version=packaged_postfix(tree),
    )
    return collect(tree, machine) if tree.live else machine


class _Files:
    """What was read so far, and how."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._hows: dict[str, How] = {}
        self._left = MAX_TOTAL
        self.found: dict[str, HostFile] = {}

    def read(self, wanted: Mapping[str, How]) -> bool:
        """Whether anything of it was new."""
        new = self._new(wanted)
        for path, how in new.items():
            if len(self._hows) >= MAX_FILES and path not in self._hows:
                self.refuse(new, f"is one of more than {MAX_FILES} files")
                return False
            self._hows[path] = how
            self.found[path] = self._bounded(self._tree.read(path, how))
        return bool(new)

    def refuse(self, wanted: Mapping[str, How], why: str) -> None:
        """Say of files that are not read why that is; of too many, only so many are named."""
        for path in islice((path for path in self._new(wanted) if path not in self.found), MAX_FILES):
            self.found[path] = HostFile(path, "refused", why)

    def _new(self, wanted: Mapping[str, How]) -> Mapping[str, How]:
        return {path: how for path, how in sorted(wanted.items()) if self._is_new(path, how)}

    def _is_new(self, path: str, how: How) -> bool:
        return path not in self._hows or _MORE[how] > _MORE[self._hows[path]]

    def _bounded(self, file: HostFile) -> HostFile:
        self._left -= len(file.text or "")
        if self._left >= 0 or file.text is None:
            return file
        return file._replace(state="refused", why=f"the files are over {MAX_TOTAL} octets together", text=None)
