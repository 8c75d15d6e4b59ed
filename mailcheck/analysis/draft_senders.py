"""What a service of the catalogue needs in a zone: SPF terms, and DKIM records that are the same for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mailcheck.model.names import absolute
from mailcheck.model.spec import SenderSpec


class SenderKeys(NamedTuple):
    """Selectors as CNAMEs, name to target, and what only the service tells: comments on what to paste."""

    aliases: Mapping[str, str]
    notes: tuple[str, ...]


def sender_terms(sender: SenderSpec) -> list[str]:
    """The terms of SPF that let the service send; none where its envelope sender is never ours."""
    if not sender.spf_aligns:
        return []
    return [f"include:{name.removesuffix('.')}" for name in sender.includes if "*" not in name]


def sender_keys(sender: SenderSpec, domain: str) -> SenderKeys:
    """The selectors of the service below absolute `domain`."""
    aliases: dict[str, str] = {}
    notes = []
    for selector in sender.selectors if sender.dkim_aligns else ():
        target = sender.selectors_to.get(selector, "")
        owner = f"{selector}._domainkey.{domain}"
        if target and "*" not in selector + target:
            aliases[owner] = absolute(target)
            continue
        name = owner.removesuffix(".").replace("*", "SELECTOR", 1)
        what = f"CNAME {target.removesuffix('.').replace('*', '...')}" if target else "TXT v=DKIM1; p=..."
        notes.append(f"Paste what {sender.title} shows for it: {name} {what}")
    return SenderKeys(aliases, tuple(notes))
