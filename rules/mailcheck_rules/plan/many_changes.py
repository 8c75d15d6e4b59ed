"""A plan changes an unusually large part of a zone.

## What it checks
The record sets that are updated or deleted are over 30 per cent (option `percent`) of those that the zone
has now, in small zones too. New record sets do not count.

## Why it matters
A plan of that size is seldom what was meant: the wrong file, a provider that already differs from the
files, a TTL changed by a template. Thresholds that begin at ten records let a zone of six lose all of them.

## Example
    # 4 of 6 record sets change

## How to fix
Read the plan. If it is right, say so: `sync --allow plan-many-changes` consents for one run. Under
`lint --diff-base` the rule is ignored for the zone in `mailcheck.yaml` until the change is merged
(`rules: {zones: {example.com: {ignore: [plan-many-changes]}}}`), or for one run with
`--ignore plan-many-changes`. Comments in zone files do not silence it.

## References
mailcheck's guide, "Sync"
"""

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.analysis.plan_parts import consent, record_sets, whole_plan
from mailcheck.lint.rule import Context, Problem, Rule, Severity, planned
from mailcheck.model.change import Plan
from mailcheck.model.text import shown_name


class Options(NamedTuple):
    """`percent`: the part of the record sets that may change at once."""

    percent: int = 30


def check(plan: Plan, ask: Context) -> Iterator[Problem]:
    existing = record_sets(plan.before)
    touched = sum(1 for change in plan.changes if change.kind != "create")
    percent = ask.options(Options).percent
    if existing and 100 * touched > percent * existing:
        yield Problem(
            f"{touched} of the {existing} record sets of {shown_name(plan.name)} are changed or removed: "
            f"{100 * touched // existing} per cent, {percent} are usual",
            plan.after.at,
            help=f"read the plan; {consent('plan-many-changes')}",
        )


_SIX = "".join(f"h{number} A 192.0.2.{number}\n" for number in range(1, 7))

RULE = Rule(
    __name__,
    __doc__,
    over=whole_plan,
    check=check,
    severity=Severity.ERROR,
    standard="mailcheck's guide",
    stage="plan",
    options=Options,
    yields_to=("plan-empty-zone",),
    good=(
        planned(_SIX, _SIX.replace("192.0.2.1", "192.0.2.101", 1)),
        planned("h1 A 192.0.2.1", _SIX),
    ),
    bad=(
        planned(_SIX, _SIX.replace("192.0.2.", "192.0.2.10")),
        planned(_SIX, "h1 A 192.0.2.1"),
    ),
)
