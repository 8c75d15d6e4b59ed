"""Well-known services that send mail for their customers, and what each asks to be published."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from mailcheck.model.location import NOWHERE
from mailcheck.model.names import absolute
from mailcheck.model.spec import SenderSpec


@cache
def known_senders() -> Mapping[str, SenderSpec]:
    """The catalogue by name, as the services' own documentation has it; `at` of an entry is NOWHERE."""
    text = Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
    return {name: _sender(name, entry) for name, entry in json.loads(text).items()}


def _sender(name: str, entry: Mapping[str, Any]) -> SenderSpec:
    selectors: Mapping[str, str] = entry["selectors"]
    return SenderSpec(
        name,
        NOWHERE,
        includes=tuple([absolute(include) for include in entry["include"]]),
        selectors=tuple(selectors),
        selectors_to={selector: _target(target) for selector, target in selectors.items() if target},
        spf_aligns="spf" in entry["aligns"],
        dkim_aligns="dkim" in entry["aligns"],
        alternatives=tuple([absolute(glob) for glob in entry.get("alternatives", ())]),
        service=name,
        title=entry["title"],
    )


def _target(glob: str) -> str:
    """A CNAME target as a glob over absolute names; one that ends in `*` needs no final dot."""
    return glob if glob.endswith("*") else absolute(glob)
