"""A name in an octoDNS file is one that YAML reads as something else.

## What it checks
Unquoted keys that YAML takes for a number, a truth value, nothing, or a date, in place of a name: `010`
is 8, `0x1f` is 31, `1:30` is 90, `no` is false. mailcheck keeps the text as it is written and says what
octoDNS would deploy.

## Why it matters
octoDNS gets the number, not the text: the record appears at another name than the one in the file, or
the run stops. In reverse zones, where every name is a number, one leading zero moves a PTR record to
another host.

## Example
    010:
      type: PTR
      value: mail.example.com.

## How to fix
Put the name in quotes:

    '010':

## References
YAML 1.1, type repository (int, bool, null, timestamp)
"""

from collections.abc import Iterator

from mailcheck.analysis.zone_sets import remarks
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity
from mailcheck.model.text import shorten
from mailcheck.model.zone import Remark


def check(remark: Remark, _: Context) -> Iterator[Problem]:
    if remark.kind == "ambiguous-name":
        yield Problem(
            f"octoDNS reads the unquoted name of `{shorten(remark.name.removesuffix('.'))}` as {remark.detail}",
            remark.at,
            help="put the name in quotes",
        )


RULE = Rule(
    __name__,
    __doc__,
    over=remarks,
    check=check,
    severity=Severity.WARNING,
    standard="YAML 1.1",
    good=(
        Case(
            {"example.com.yaml": "'010':\n  type: A\n  value: 192.0.2.10\nmail:\n  type: A\n  value: 192.0.2.25\n"}
        ),
    ),
    bad=(
        Case({"example.com.yaml": "010:\n  type: A\n  value: 192.0.2.10\n"}, caret="010"),
        Case({"example.com.yaml": "no:\n  type: A\n  value: 192.0.2.10\n"}, caret="no"),
        Case({"example.com.yaml": "1:30:\n  type: A\n  value: 192.0.2.10\n"}, caret="1:30"),
        Case({"2.0.192.in-addr.arpa.yaml": "0x1f:\n  type: PTR\n  value: mail.example.com.\n"}, caret="0x1f"),
    ),
)
