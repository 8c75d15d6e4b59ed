"""What a change does to mail as JSON, version 1; `diff.schema.json` describes it."""

from __future__ import annotations

import json

from mailcheck.model.diff import (
    DmarcDiff,
    DomainDiff,
    KeyDiff,
    MailDiff,
    MxDiff,
    OpenQuestion,
    SpfDiff,
    ValueChange,
)
from mailcheck.render import escape
from mailcheck.render.diff_words import verdict
from mailcheck.render.json_report import VERSION, Json, refused_entry, tool
from mailcheck.render.style import Style


def render(diff: MailDiff, style: Style) -> str:
    """The whole diff; nothing is left out."""
    document = {
        "version": VERSION,
        "tool": tool(),
        "before": escape.json_path(diff.before),
        "after": escape.json_path(diff.after),
        "domains": [_domain(domain) for domain in diff.domains],
        "refused": [refused_entry(entry) for entry in diff.refused],
        "verdict": escape.json(verdict(diff).removeprefix("verdict: ")),
        "summary": {
            "zones": {"before": diff.zones[0], "after": diff.zones[1]},
            "changed": len(diff.changed),
            "severity": diff.gravest.word if diff.gravest else None,
            "not_determined": diff.open,
            "refused": len(diff.refused),
        },
    }
    return json.dumps(document, indent=1) + "\n"


def _domain(domain: DomainDiff) -> Json:
    return {
        "domain": escape.json_path(domain.name),
        "zone": domain.zone or None,
        "severity": max(domain.severities).word if domain.severities else None,
        "spf": _spf(domain.spf) if domain.spf else None,
        "dmarc": _dmarc(domain.dmarc) if domain.dmarc else None,
        "dkim": [_key(key) for key in domain.dkim],
        "mx": _mx(domain.mx) if domain.mx else None,
        "ptr": [
            {
                "severity": match.severity.word,
                "change": match.kind,
                "address": match.address,
                "names": [escape.json(name) for name in match.names],
            }
            for match in domain.ptr
        ],
        "other": [{"severity": each.severity.word, "message": escape.json(each.message)} for each in domain.other],
        "not_determined": [_open(entry) for entry in domain.open],
    }


def _spf(spf: SpfDiff) -> Json:
    return {
        "severity": spf.severity.word,
        "gained": list(spf.gained),
        "lost": list(spf.lost),
        "changes": [_change(change) for change in spf.changes],
        "terms": _sides(spf.terms_gained, spf.terms_lost),
        "unbounded": _sides(spf.unbounded_gained, spf.unbounded_lost),
        "broken": _sides(spf.broken_gained, spf.broken_lost),
        "depends_on": [escape.json(each) for each in spf.depends_on],
        "lookups": {"before": spf.lookups[0], "after": spf.lookups[1]},
        "voids": {"before": spf.voids[0], "after": spf.voids[1]},
    }


def _dmarc(dmarc: DmarcDiff) -> Json:
    policies = {policy.what: {"before": policy.before, "after": policy.after} for policy in dmarc.policies}
    return {
        "severity": dmarc.severity.word,
        **policies,
        "settings": [_change(setting) for setting in dmarc.settings],
    }


def _key(key: KeyDiff) -> Json:
    return {
        "severity": key.severity.word,
        "change": key.kind,
        "selector": escape.json(key.selector),
        "before": escape.json(key.before) or None,
        "after": escape.json(key.after) or None,
    }


def _mx(mx: MxDiff) -> Json:
    return {
        "severity": mx.severity.word,
        "added": [escape.json(exchange) for exchange in mx.added],
        "removed": [escape.json(exchange) for exchange in mx.removed],
        "moved": [_change(moved) for moved in mx.moved],
        "accepts": mx.accepts,
    }


def _open(entry: OpenQuestion) -> Json:
    name, rtype = entry.question
    return {
        "name": escape.json_path(name),
        "type": escape.json(rtype),
        "side": entry.side,
        "why": escape.json(entry.why),
    }


def _change(change: ValueChange) -> Json:
    return {
        "what": escape.json(change.what),
        "before": escape.json(change.before),
        "after": escape.json(change.after),
    }


def _sides(gained: tuple[str, ...], lost: tuple[str, ...]) -> Json:
    return {"gained": [escape.json(each) for each in gained], "lost": [escape.json(each) for each in lost]}
