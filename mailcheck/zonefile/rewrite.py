"""A zone file gets new content in one step: whoever reads it finds the old or all of the new."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from mailcheck.errors import ChangeRefused, InputRefused
from mailcheck.model.limits import Limits
from mailcheck.zonefile.source import Budget, read_octets

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def rewrite(shown: str, before: bytes, after: bytes) -> None:
    """Put `after` in place of `before`; owner and mode stay, folders that are links are followed.

    Raises ChangeRefused, and leaves the file as it is, where it holds something else than `before` by now,
    is a link or no file, has a second name (a hard link, which would keep the old content), or cannot be
    written.
    """
    path = Path(os.path.realpath(Path(shown).parent)) / Path(shown).name
    draft = path.with_name(f".{path.name[:100]}.{os.getpid()}.tmp")
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise ChangeRefused(f"{shown} is not written: it is a link or no file by now")
        if status.st_nlink > 1:
            raise ChangeRefused(f"{shown} is not written: it has a second name (a hard link)")
        if read_octets(path, shown, Limits(), Budget()) != before:
            raise ChangeRefused(f"{shown} is not written: it has changed since it was read")
        # root may write whatever the mode says, and yet somebody has said that the file is to stay
        if not (status.st_mode & _WRITABLE and os.access(path, os.W_OK)):
            raise ChangeRefused(f"{shown} is not written: it is read-only")
        try:
            with draft.open("xb") as file:
                os.fchmod(file.fileno(), stat.S_IMODE(status.st_mode))
                made = os.fstat(file.fileno())
                if (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
                    os.fchown(file.fileno(), status.st_uid, status.st_gid)
                    os.fchmod(file.fileno(), stat.S_IMODE(status.st_mode))
                file.write(after)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except InputRefused as error:
        raise ChangeRefused(f"{shown} is not written: {error.message}") from error
    except OSError as error:
        raise ChangeRefused(f"{shown} is not written: {error.strerror or error}") from error
