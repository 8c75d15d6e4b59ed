r"""A semicolon in an octoDNS TXT value is not escaped, or is escaped twice.

## What it checks
TXT and SPF values of octoDNS files write `;` as `\;`, with one backslash. Where the provider's
configuration says `escaped_semicolons: false`, values are written as they are: there no `;` is escaped.

## Why it matters
octoDNS refuses the bare semicolon, and one that is escaped twice or without need. A record that is let through
leniently then holds a backslash, and receivers cannot read a DMARC or DKIM record with `\;` in it.

## Example
    _dmarc:
      type: TXT
      value: v=DMARC1; p=reject

## How to fix
      value: v=DMARC1\; p=reject

Between double quotes YAML wants `\\;` for the same.

## References
octoDNS documentation, Records (TXT) and YamlProvider (`escaped_semicolons`)
"""

from collections.abc import Iterator

from mailcheck.analysis.zone_sets import remarks
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity
from mailcheck.model.zone import Remark


def check(remark: Remark, _: Context) -> Iterator[Problem]:
    if remark.kind == "unescaped-semicolon":
        yield Problem(
            f"unescaped `;` in this {remark.type} value: octoDNS refuses the record",
            remark.at,
            help=r"write `\;`, or set `escaped_semicolons: false` for the whole provider",
        )
    elif remark.kind == "double-escaped-semicolon":
        yield Problem(
            f"`;` is escaped twice in this {remark.type} value: a backslash becomes part of the record",
            remark.at,
            help=r"write `\;`, with one backslash once YAML has read it",
        )
    elif remark.kind == "escaped-semicolon":
        yield Problem(
            f"`;` is escaped in this {remark.type} value, where `escaped_semicolons` is false: octoDNS refuses it",
            remark.at,
            help="write `;` without a backslash",
        )


RULE = Rule(
    __name__,
    __doc__,
    over=remarks,
    check=check,
    severity=Severity.ERROR,
    standard="octoDNS, Records",
    good=(
        Case({"example.com.yaml": "_dmarc:\n  type: TXT\n  value: v=DMARC1\\; p=none\\; sp=none\n"}),
        Case({"example.com.yaml": '_dmarc:\n  type: TXT\n  value: "v=DMARC1\\\\; p=none"\n'}),
    ),
    bad=(
        Case({"example.com.yaml": "_dmarc:\n  type: TXT\n  value: v=DMARC1; p=none\n"}, caret=";"),
        Case({"example.com.yaml": "_dmarc:\n  type: TXT\n  value: v=DMARC1\\\\; p=none\n"}),
    ),
)
