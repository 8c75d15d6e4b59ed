"""A spec with its zones and its comments, joined to what `mailcheck init` writes."""

from __future__ import annotations

from collections.abc import Sequence

from mailcheck.analysis.draft_open import still_open
from mailcheck.analysis.draft_zones import Wants, zone_drafts
from mailcheck.model.draft import Draft, SpecDraft
from mailcheck.model.spec import MailSpec

_OTHERS = (
    "Does anything else send for these domains: a newsletter, a shop, an office suite? Name it under `senders`,",
    "and put its include before `~all` in SPF. `mailcheck rule explain spec-sender-spf` tells more.",
)
_ASKING = ("Add ", "DKIM", "MX", "Paste", "Reports")


def drafted(spec: MailSpec, host_notes: Sequence[str], wants: Wants) -> Draft:
    """Everything to write, with a list of what is left open."""
    unasked = [name.removesuffix(".") for name, one in spec.domains.items() if one.role.sends and not one.senders]
    left = [*host_notes]
    if unasked:
        left.append(f"Whether anything else sends for {', '.join(unasked)} (--sender NAME).")
    zones = zone_drafts(spec, wants)
    notes = (entry.notes for zone in zones for entry in zone.entries if entry.notes)
    left += [" ".join(lines) for lines in notes if lines[0].startswith(_ASKING)]
    draft = SpecDraft(spec, _OTHERS if unasked else (), tuple(host_notes), dict(still_open(spec, zones)))
    return Draft(zones, draft, tuple(dict.fromkeys(left)))
