"""Files that must not be there yet: all of them are looked for before the first is written."""

from __future__ import annotations

import os
from collections.abc import Sequence

from mailcheck.cli.output import write_file, write_stdout
from mailcheck.commands.init import NewFile
from mailcheck.errors import UsageError
from mailcheck.render import escape


def write_new(files: Sequence[NewFile], *, force: bool) -> None:
    """Write the files and tell of each. Raises UsageError, before anything is written, where one is there already.

    `force` replaces files of the same names; a zone that another file holds is refused all the same.
    """
    for file in files:
        for twin in file.twins:
            if os.path.lexists(twin):
                raise UsageError(f"{twin} holds this zone already: {file.path.name} would be a second one")
        if os.path.lexists(file.path) and not force:
            raise UsageError(
                f"{file.path} is there already, and nothing was written",
                hint="write elsewhere with --output DIR, look first with --dry-run, or replace it with --force",
            )
    for file in files:
        try:
            file.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"cannot write {file.path}: {error.strerror or error}") from error
    for file in files:
        write_file(file.path, file.text, replace=force)
        write_stdout(f"wrote {escape.source(str(file.path))}\n")


def show(files: Sequence[NewFile]) -> None:
    """What would be written, to standard output."""
    for number, file in enumerate(files):
        blank = "\n" if number else ""
        write_stdout(f"{blank}# ==> {escape.source(str(file.path))} <==\n{file.text}")
