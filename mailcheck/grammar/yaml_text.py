"""Text as YAML scalars that every reader takes for that very text."""

from __future__ import annotations

import re

from mailcheck.model.patterns import late

_UNMISTAKABLE = late(r"[a-z_][a-z0-9_]*[.-][a-z0-9_.-]*[a-z0-9_.]", re.ASCII)
_ENDLESS = 1 << 30


def yaml_scalar(text: str) -> str:
    """`text` on one line, in quotes where YAML would read something else without; flow style may hold it."""
    if _UNMISTAKABLE.fullmatch(text):
        return text
    import yaml

    style = None if text.isascii() and text.isprintable() else '"'
    dumped = yaml.dump(
        [text], Dumper=yaml.SafeDumper, default_flow_style=True, default_style=style, width=_ENDLESS
    )
    return dumped[1:].rstrip("\n")[:-1]
