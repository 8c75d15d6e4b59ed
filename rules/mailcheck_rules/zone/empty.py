"""A zone file declares no record at all.

## What it checks
Every zone file holds at least one record; comments and an empty mapping are none.

## Why it matters
An empty file is a wish to delete everything. It comes from a failed merge, a template that rendered
nothing or a truncated upload, and deploying it takes mail and web down at once. `mailcheck sync`
refuses such a zone.

## Example
    # example.com.yaml
    ---

## How to fix
Restore the records, or remove the file where the zone is no longer yours.

## References
None: this is our own rule.
"""

from collections.abc import Iterator

from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity
from mailcheck.model.zone import Zone


def check(zone: Zone, _: Context) -> Iterator[Problem]:
    if not zone.records:
        yield Problem(
            f"the file declares no record of the zone {zone.name.removesuffix('.')}",
            zone.at,
            help="restore the records, or remove the file",
        )


RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.ERROR,
    standard="",
    good=(Case({"example.com.yaml": "mail:\n  type: A\n  value: 192.0.2.25\n"}),),
    bad=(
        Case({"example.com.yaml": "---\n# nothing yet\n"}),
        Case({"example.com.yaml": "{}\n"}),
        Case({"example.com.zone": "; nothing yet\n$TTL 3600\n"}),
    ),
)
