"""Where a `mailcheck.yaml` says that the zones are, and nothing else of it."""

from __future__ import annotations

from pathlib import Path

from mailcheck.config.find import read_text
from mailcheck.config.shapes import mapping, strings


def zone_paths(path: Path, shown: str) -> tuple[str, ...]:
    """`zones:` of the file, empty where there is no file. Raises UsageError and ConfigError, which name `shown`.

    What else stands in the file is not looked at: another version of it may know other keys.
    """
    if not path.is_file():
        return ()
    from mailcheck.config.document import read_document

    document = read_document(read_text(path), shown)
    return strings(document, mapping(document, document.data, (), None).get("zones"), ("zones",))
