"""An octoDNS record switches validation off.

## What it checks
No record has `octodns: lenient: true`.

## Why it matters
With `lenient` octoDNS turns every error of that record into a log line: a target without its final dot,
a broken TXT or a CNAME beside other data is deployed as it is. It is often set once to get past one
error and then hides all later ones.

## Example
    mail:
      type: CNAME
      octodns:
        lenient: true
      value: mx.example.net

## How to fix
Correct what octoDNS complains about, and remove `lenient`.

## References
octoDNS documentation, Lenience
"""

from collections.abc import Iterator

from mailcheck.analysis.zone_sets import remarks
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity
from mailcheck.model.zone import Remark


def check(remark: Remark, _: Context) -> Iterator[Problem]:
    if remark.kind == "lenient":
        yield Problem(
            f"`lenient` hides what octoDNS would refuse in this {remark.type} record",
            remark.at,
            help="correct the record and remove `lenient`",
        )


RULE = Rule(
    __name__,
    __doc__,
    over=remarks,
    check=check,
    severity=Severity.WARNING,
    standard="octoDNS, Lenience",
    good=(
        Case(
            {"example.com.yaml": "www:\n  type: A\n  octodns:\n    lenient: false\n  value: 192.0.2.1\n"},
        ),
    ),
    bad=(Case({"example.com.yaml": "www:\n  type: A\n  octodns:\n    lenient: true\n  value: 192.0.2.1\n"}),),
)
