"""Which lines of a file another state of it does not have."""

from __future__ import annotations

import filecmp
from pathlib import Path

from mailcheck.model.patterns import late
from mailcheck.zonefile.git import Git

_HUNK = late(r"@@ -[0-9,]+ \+([0-9]+)(?:,([0-9]+))? @@")
_ALL = range(1, 1 << 40)


def changed_lines(old: Path, new: Path, most: int) -> tuple[range, ...]:
    """The lines of the file `new` that `old` does not have as git compares them, 1-based.

    All of them where there is no `old`, or one over `most` octets; none where there is no `new`. Raises UsageError
    where there is no git.
    """
    if not new.is_file():
        return ()
    if not old.is_file() or old.stat().st_size > most:
        return (_ALL,)
    if filecmp.cmp(old, new, shallow=False):
        return ()
    compared = Git(new.parent).differences(old, new)
    return tuple(
        range(int(found[1]), int(found[1]) + int(found[2] or 1))
        for line in compared.decode("latin-1").split("\n")
        if (found := _HUNK.match(line))
    )
