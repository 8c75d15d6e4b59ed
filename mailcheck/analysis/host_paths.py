"""Paths of a host and what was read at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mailcheck.model.machine import HostFile

Files = Mapping[str, HostFile]


def text_of(files: Files, path: str) -> str | None:
    """The text of a file that was read, else None."""
    found = files.get(path)
    return found.text if found else None


def unread(files: Files, path: str) -> str:
    """Why a file could not be read although something may be there; empty where it was read or is missing."""
    found = files.get(path)
    if found is None:
        return f"{path} was not read"
    if found.state in {"denied", "refused"}:
        return f"{path} could not be read: {found.why or found.state}"
    if found.state == "file" and found.text is None:
        return f"{path} was not read as text"
    return ""


def why_unread(files: Files, path: str) -> str:
    """Why the text of a file is not there, in a few words."""
    found = files.get(path)
    return (found.why or found.state) if found is not None else "it was not read"


def is_missing(files: Files, path: str) -> bool:
    """Whether it was looked for and is not there."""
    found = files.get(path)
    return found is not None and found.state == "missing"


def absolute(path: str, folder: str = "/") -> str:
    """`path` below `folder` where it is relative; `.` and `..` and doubled slashes are resolved as text."""
    parts: list[str] = []
    for part in (path if path.startswith("/") else f"{folder}/{path}").split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in {"", "."}:
            parts.append(part)
    return "/" + "/".join(parts)


def parents(path: str) -> Iterator[str]:
    """The folders above an absolute path, the nearest first, down to the root."""
    while path != "/":
        path = path.rpartition("/")[0] or "/"
        yield path
