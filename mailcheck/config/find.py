"""Where the configuration is: `mailcheck.yaml` in the working directory, or the file that was named."""

from __future__ import annotations

from pathlib import Path

from mailcheck.errors import UsageError
from mailcheck.model.settings import Configuration

NAME = "mailcheck.yaml"


def load_configuration(path: Path | None) -> Configuration:
    """The settings of `path`, else of `mailcheck.yaml` in the working directory, else empty ones.

    Raises UsageError where the file cannot be read and ConfigError where it is wrong.
    """
    chosen = path or Path(NAME)
    if path is None and not chosen.is_file():
        return Configuration()
    from mailcheck.config.document import read_document
    from mailcheck.config.settings import configuration

    return configuration(read_document(read_text(chosen), str(chosen)))


def read_text(path: Path) -> str:
    """What stands in a file of settings, no more of it than read_document() takes. Raises UsageError."""
    from mailcheck.config.document import MAX_SIZE

    try:
        with path.open("rb") as file:
            octets = file.read(4 * MAX_SIZE + 1)
        return octets.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 at octet {error.start}") from None
