"""A target in an octoDNS file lacks its final dot.

## What it checks
The targets of CNAME, MX, NS, PTR, SRV, ALIAS and similar records in octoDNS files end in a dot.

## Why it matters
octoDNS hands the name on as it stands, and each provider makes of it what it likes: some refuse it,
some complete it with the zone's name, so that mail goes to `mail.example.net.example.com`.
octoDNS's strict validators refuse the record.

## Example
    '':
      type: MX
      values:
      - preference: 10
        exchange: mail.example.net

## How to fix
        exchange: mail.example.net.

## References
RFC 1035 section 5.1; octoDNS documentation, Records
"""

from collections.abc import Iterator

from mailcheck.analysis.zone_sets import remarks
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity
from mailcheck.model.names import absolute
from mailcheck.model.text import shorten
from mailcheck.model.zone import Remark


def check(remark: Remark, _: Context) -> Iterator[Problem]:
    if remark.kind == "missing-final-dot":
        yield Problem(
            f"`{shorten(remark.detail)}` lacks its final dot, and providers differ in what they make of that",
            remark.at,
            help="write a full name with a dot at its end",
            token=absolute(remark.detail),
        )


RULE = Rule(
    __name__,
    __doc__,
    over=remarks,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 1035 section 5.1",
    yields_to=("mx-target-address", "mx-localhost"),
    good=(Case({"example.com.yaml": "www:\n  type: CNAME\n  value: web.example.net.\n"}),),
    bad=(
        Case({"example.com.yaml": "www:\n  type: CNAME\n  value: web.example.net\n"}, caret="web.example.net"),
        Case(
            {
                "example.com.yaml": "'':\n  type: MX\n  values:\n  - preference: 10\n"
                "    exchange: mail.example.net\n"
            },
            caret="mail.example.net",
        ),
    ),
)
