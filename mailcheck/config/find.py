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
    from mailcheck.config.document import MAX_SIZE, read_document
    from mailcheck.config.settings import configuration

    try:
        with chosen.open("rb") as file:
            octets = file.read(4 * MAX_SIZE + 1)
        text = octets.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{chosen}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{chosen}: not UTF-8 at octet {error.start}") from None
    return configuration(read_document(text, str(chosen)))
