"""Questions to Git about a repository, none of which runs anything that the repository brings along."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from mailcheck.errors import UsageError
from mailcheck.model.text import shorten

# Objects that a partial clone lacks are not fetched: a diff sends no packet.
_OPTIONS = ("--no-pager", "-c", "core.fsmonitor=false", "-c", "protocol.allow=never")
_SETTINGS = {
    "LC_ALL": "C",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}

_OF_A_HOOK = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"})
"""What git sets for a hook; all of it is about the repository of the hook."""
_SECONDS = 60
_LACKS = "fetch what the clone lacks: `git fetch --unshallow` for a shallow one, `--refetch` for a partial one"
_DIFF_OPTIONS = ("--no-index", "--no-ext-diff", "--no-textconv", "--no-color", "--text", "--unified=0")


class Git:
    """The `git` of this machine, asked in one folder. Raises UsageError where there is none."""

    def __init__(self, folder: Path) -> None:
        found = shutil.which("git")
        if found is None:
            raise UsageError("git is not installed, and without it no revision can be read")
        self._command = [os.path.abspath(found), *_OPTIONS]  # noqa: PTH100
        self._folder = folder
        kept = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
        self._environment = {**kept, **_SETTINGS}

    def prefix(self) -> str:
        """The folder below the top of its repository, with a final `/`; empty at the top.

        Raises UsageError where it is in no repository.
        """
        return os.fsdecode(self._ask(["rev-parse", "--show-prefix"], {0}).removesuffix(b"\n"))

    def differences(self, old: Path, new: Path) -> bytes:
        """What `git diff` says about two files, without lines of context; no driver of a repository is asked."""
        words = ["diff", *_DIFF_OPTIONS, "--", os.path.realpath(old), os.path.realpath(new)]
        return self._ask(words, {0, 1})

    def tree(self, revision: str) -> str | None:
        """The id of the tree of a revision, None where there is no such revision."""
        if revision.startswith("-") or "\0" in revision or "\n" in revision:
            return None
        words = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{tree}}"]
        done = self._run(words)
        return done.stdout.decode("ascii").strip() if done.returncode == 0 else None

    def is_before_first_commit(self) -> bool:
        """Whether HEAD is a branch that has no commit yet: a new repository, or an orphan branch."""
        branch = self._run(["symbolic-ref", "--quiet", "HEAD"])
        if branch.returncode != 0:
            return False
        name = os.fsdecode(branch.stdout.removesuffix(b"\n"))
        return self._run(["rev-parse", "--verify", "--quiet", "--end-of-options", name]).returncode != 0

    @contextmanager
    def listing(self, tree: str) -> Iterator[IO[bytes]]:
        """All files of a tree, each as `mode type id size<TAB>path<NUL>`, while it is written."""
        words = ["ls-tree", "-r", "-z", "-l", "--full-tree", tree]
        with self._started(words, subprocess.DEVNULL) as running:
            assert running.stdout is not None
            yield running.stdout
            if running.wait():  # what it left out must not look as if it were not there
                raise UsageError(f"git cannot list the tree {tree}", hint=_LACKS)

    def contents(self, ids: Sequence[str]) -> Iterator[bytes]:
        """What the objects hold, in their order. Raises UsageError where one is missing."""
        from tempfile import TemporaryFile

        with TemporaryFile() as wanted:
            wanted.write("".join(f"{each}\n" for each in ids).encode("ascii"))
            wanted.seek(0)
            with self._started(["cat-file", "--batch"], wanted) as running:
                assert running.stdout is not None
                for each in ids:
                    yield _next_object(running.stdout, each)

    def _ask(self, words: Sequence[str], accept: AbstractSet[int]) -> bytes:
        done = self._run(words)
        if done.returncode not in accept:
            told = done.stderr.decode("utf-8", "replace").strip().split("\n")[0]
            raise UsageError(shorten(told.removeprefix("fatal: "), 300) or "git failed")
        return done.stdout

    def _run(self, words: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                [*self._command, *words],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise UsageError(f"git {words[0]} did not end within {_SECONDS} seconds") from None

    @contextmanager
    def _started(self, words: Sequence[str], given: int | IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
        """A running git, ended when nobody reads on."""
        running = subprocess.Popen(
            [*self._command, *words],
            cwd=self._folder,
            env=self._environment,
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield running
        finally:
            running.kill()
            running.communicate()


def _next_object(answers: IO[bytes], wanted: str) -> bytes:
    """One answer of `git cat-file --batch`: `id type size`, the octets, a line feed."""
    words = answers.readline().split()
    if len(words) != 3:
        raise UsageError(f"git has no object {wanted}", hint=_LACKS)
    size = int(words[2])
    octets = answers.read(size)
    if len(octets) != size or answers.read(1) != b"\n":
        raise UsageError(f"git gave up at object {wanted}")
    return octets
