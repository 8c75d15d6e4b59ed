"""A tree out of git: the files of one revision, written below a folder where nothing else is."""

from __future__ import annotations

import errno
import filecmp
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple

from mailcheck.errors import UsageError
from mailcheck.model.limits import Limits
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

_SECONDS = 60
_CHUNK = 1 << 20
_LEFT_OUT = frozenset({errno.ENAMETOOLONG, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.EILSEQ})
"""What writing a file fails with whose name no file here can have; git holds such names too."""
_REGULAR = (b"100644", b"100755")
_HUNK = late(r"@@ -[0-9,]+ \+([0-9]+)(?:,([0-9]+))? @@")
_COMPLAINT = late(r"^(?:fatal|error): (.+)$", re.MULTILINE)
_OF_A_HOOK = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"})


class _Blob(NamedTuple):
    id: bytes
    path: bytes


def extract(revision: str, into: Path, limits: Limits, *, start: Path) -> Path:
    """Write the regular files of `revision` below the empty folder `into`; answers what `start` is there.

    `start` is a folder of the working tree. Links and submodules are left out, and so are files over the
    limit on a zone file. What comes out is what git holds: no filter, no `export-ignore`, no line ending of
    `.gitattributes` changes it. Raises UsageError where there is no git, no repository or no such revision,
    and where it has more files or octets than the limits allow.
    """
    top = Path(os.fsdecode(_git(start, "rev-parse", "--show-toplevel").rstrip(b"\n")))
    blobs = _blobs(top, _commit(top, revision), limits)
    _write(top, blobs, into)
    folder = into / os.path.relpath(os.path.realpath(start), top)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def changed_lines(old: Path, new: Path) -> tuple[range, ...]:
    """The lines of the file `new` that `old` does not have as git compares them: all of them where there is
    no `old`, none where there is no `new`. Raises UsageError where there is no git.
    """
    if not new.is_file():
        return ()
    if not old.is_file():
        return (range(1, 1 << 40),)
    if filecmp.cmp(old, new, shallow=False):
        return ()
    options = ("--no-index", "--no-ext-diff", "--no-textconv", "--no-color", "--text", "--unified=0")
    compared = _git(new.parent, "diff", *options, "--", str(old.resolve()), str(new.resolve()), accept=(0, 1))
    return tuple(
        range(int(found[1]), int(found[1]) + int(found[2] or 1))
        for line in compared.decode("latin-1").split("\n")
        if (found := _HUNK.match(line))
    )


def _commit(top: Path, revision: str) -> str:
    """The commit that `revision` names. Raises UsageError."""
    name = f"{revision}^{{commit}}"
    try:
        return os.fsdecode(_git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", name).strip())
    except (UsageError, ValueError):
        raise UsageError(
            f"there is no revision `{shorten(revision)}` in this repository",
            hint="a shallow clone lacks the base of a pull request: fetch it (GitHub Actions: fetch-depth: 0)",
        ) from None


def _blobs(top: Path, commit: str, limits: Limits) -> list[_Blob]:
    """The regular files of a commit. Raises UsageError where they are over the limits."""
    found = []
    octets = 0
    try:
        listed = _git(top, "ls-tree", "-r", "-z", "-l", "--full-tree", commit)
    except UsageError:
        raise _not_held() from None
    for entry in listed.split(b"\0"):
        head, _, path = entry.partition(b"\t")
        fields = head.split()
        if len(fields) != 4 or fields[0] not in _REGULAR or not _is_plain(path):
            continue
        size = int(fields[3]) if fields[3].isdigit() else 0
        if size > limits.zone_file_size:
            continue
        octets += size
        found.append(_Blob(fields[2], path))
        if len(found) > limits.files:
            raise UsageError(
                f"the revision holds more than {limits.files:,} files", hint="--limit files= allows more"
            )
        if octets > limits.total_size:
            raise UsageError(
                f"the revision holds more than {limits.total_size:,} octets",
                hint="--limit total-size= allows more",
            )
    return found


def _is_plain(path: bytes) -> bool:
    """Whether no part of a path leads out of the folder, or into a repository's own."""
    return not any(part in (b"", b".", b"..") or part.lower() == b".git" for part in path.split(b"/"))


def _write(top: Path, blobs: Sequence[_Blob], into: Path) -> None:
    with TemporaryFile() as asked:
        asked.write(b"".join(blob.id + b"\n" for blob in blobs))
        asked.seek(0)
        with subprocess.Popen(
            ("git", "-C", str(top), "cat-file", "--batch"),
            stdin=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        ) as git:
            assert git.stdout is not None
            for blob in blobs:
                _, kind, *size = git.stdout.readline().split() or (b"", b"")
                if kind != b"blob":
                    git.kill()
                    raise _not_held()
                _write_file(into, blob.path, _octets(git.stdout, int(size[0])))
                git.stdout.read(1)
        if git.returncode:
            raise _not_held()


def _not_held() -> UsageError:
    return UsageError(
        "git does not hold all files of this revision", hint="a partial clone lacks them: fetch in full"
    )


def _octets(stream: IO[bytes], size: int) -> Iterator[bytes]:
    while size and (octets := stream.read(min(size, _CHUNK))):
        size -= len(octets)
        yield octets


def _write_file(into: Path, path: bytes, content: Iterator[bytes]) -> None:
    target = os.path.join(os.fsencode(into), path)  # noqa: PTH118 - a name need not be text
    try:
        os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
        file = os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb")
    except OSError as error:
        if error.errno not in _LEFT_OUT:
            raise
        for _ in content:
            pass
        return
    with file:
        for octets in content:
            file.write(octets)


def _git(folder: Path, *arguments: str, accept: Sequence[int] = (0,)) -> bytes:
    """What a git command answers. Raises UsageError with git's own word where it fails."""
    try:
        done = subprocess.run(
            ("git", "-C", str(folder), *arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            env=_environment(),
            check=False,
        )
    except FileNotFoundError:
        raise UsageError("git is not installed, and a revision cannot be read without it") from None
    except subprocess.TimeoutExpired:
        raise UsageError(f"git {arguments[0]} did not end within {_SECONDS} seconds") from None
    if done.returncode not in accept:
        said = _COMPLAINT.search(os.fsdecode(done.stderr))
        raise UsageError(f"git {arguments[0]} failed: {said[1] if said else f'exit code {done.returncode}'}")
    return done.stdout


def _environment() -> dict[str, str]:
    """git's environment: what a hook sets for its own repository left out, and nothing is asked or fetched."""
    kept = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
    alone = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "none"}
    return {**kept, **alone, "LC_ALL": "C"}
