"""Parts of a plan that several rules look at."""

from __future__ import annotations

from mailcheck.analysis.mail_statements import exchanges
from mailcheck.model.change import Change, Plan
from mailcheck.model.zone import Zone

_PLUMBING = frozenset({"SOA", "NS"})


def whole_plan(plan: Plan) -> tuple[Plan]:
    """The plan itself, for what is said of it as a whole."""
    return (plan,)


def holds_data(zone: Zone) -> bool:
    """Whether the zone has any record but its SOA and its own name servers."""
    return any(record.type not in _PLUMBING or record.name != zone.name for record in zone.records)


def record_sets(zone: Zone) -> int:
    """How many record sets the zone has, its SOA left out."""
    return sum(1 for types in zone.names.values() for rtype in types if rtype != "SOA")


def consent(rule: str) -> str:
    """How to go on where a change is meant, for the help of a finding: `sync` and `lint` each have their way."""
    return f"where it is meant: `--allow {rule}` (sync), or ignore the rule for the zone in mailcheck.yaml (lint)"


def new_exchanges(change: Change) -> tuple[str, ...]:
    """The mail hosts that a change of an MX record set adds."""
    old = exchanges(change.before)
    return tuple(host for host in exchanges(change.after) if host not in old)
