"""A plan empties a zone.

## What it checks
A zone that holds records before the change and none after it, its SOA and its own name servers left out.

## Why it matters
An emptied file is far more often an accident (a failed template, a bad merge) than a wish: applied, it
takes every name of the zone off the net, mail first.

## Example
    # zones/example.com.yaml after a merge
    ---

## How to fix
Bring the file back. If the zone is to be emptied, say so: `sync --allow plan-empty-zone` consents for one
run. Under `lint --diff-base` the rule is ignored for the zone in `mailcheck.yaml` until the change is merged
(`rules: {zones: {example.com: {ignore: [plan-empty-zone]}}}`), or for one run with `--ignore plan-empty-zone`.
Comments in zone files do not silence it.

## References
mailcheck's guide, "Sync"
"""

from collections.abc import Iterator

from mailcheck.analysis.plan_parts import consent, holds_data, whole_plan
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Told, planned
from mailcheck.model.change import Plan
from mailcheck.model.text import shown_name


def check(plan: Plan, _ask: Context) -> Iterator[Problem]:
    if plan.changes and holds_data(plan.before) and not holds_data(plan.after):
        count = sum(1 for change in plan.changes if change.kind == "delete")
        yield Problem(
            f"this empties {shown_name(plan.name)}: {count} record set{'' if count == 1 else 's'} removed",
            plan.after.at,
            help=f"bring the zone file back; {consent('plan-empty-zone')}",
            tells=(_ALL_MISSING,),
        )


_ALL_MISSING = Told(("zone-empty", "*-present", "*-present-*", "spec-*", "*-parked", "plan-*"))
"""What every emptied zone lacks, and the changes that make up the emptying."""


RULE = Rule(
    __name__,
    __doc__,
    over=whole_plan,
    check=check,
    severity=Severity.ERROR,
    standard="mailcheck's guide",
    stage="plan",
    good=(
        planned("www A 192.0.2.80", "www A 192.0.2.81"),
        Case({"before/example.com.yaml": "---\n{}\n", "after/example.com.yaml": "---\n{}\n"}),
    ),
    bad=(
        Case(
            {
                "before/example.com.yaml": "www:\n  type: A\n  value: 192.0.2.80\n",
                "after/example.com.yaml": "---\n{}\n",
            }
        ),
        Case(
            {
                "before/example.com.yaml": "www:\n  type: A\n  value: 192.0.2.80\n",
                "after/example.com.yaml": "'':\n  type: NS\n  value: ns1.example.net.\n",
            }
        ),
    ),
)
