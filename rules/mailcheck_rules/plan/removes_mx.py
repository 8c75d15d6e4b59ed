"""A plan takes the last MX record from a domain.

## What it checks
A record set of MX records that is deleted, or replaced by a null MX, at a name that receives mail now.

## Why it matters
Without an MX record senders fall back to the domain's own address, which is often a web server: mail is
refused or lost from the moment the change is published. With a null MX it bounces.

## Example
    - example.com. MX 10 mail.example.com.

## How to fix
Put the MX record back. If the domain is to stop receiving mail, say so: `--allow plan-removes-mx`.

## References
RFC 5321 section 5.1, RFC 7505
"""

from collections.abc import Iterator

from mailcheck.analysis.mail_statements import exchanges
from mailcheck.analysis.plan_parts import whole_plan
from mailcheck.lint.rule import Context, Problem, Rule, Severity, planned
from mailcheck.model.change import Plan
from mailcheck.model.text import shown_name


def check(plan: Plan, _ask: Context) -> Iterator[Problem]:
    for change in plan.changes:
        if change.type == "MX" and exchanges(change.before) and not exchanges(change.after):
            how = "becomes a null MX: mail bounces" if change.after else "is removed: mail goes to its own address"
            yield Problem(
                f"the last MX of {shown_name(change.name)} {how}",
                change.at,
                help="put the MX record back, or consent with `--allow plan-removes-mx`",
                name=change.name,
                type="MX",
            )


_REST = "mail A 192.0.2.25\nwww A 192.0.2.80\nftp A 192.0.2.81\nns2 A 192.0.2.54\n"

RULE = Rule(
    __name__,
    __doc__,
    over=whole_plan,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 5321 section 5.1",
    stage="plan",
    yields_to=("plan-empty-zone",),
    good=(
        planned("@ MX 10 mail\n" + _REST, "@ MX 20 mail\n" + _REST),
        planned(_REST, "@ MX 10 mail\n" + _REST),
        planned("@ MX 0 .\n" + _REST, _REST),
    ),
    bad=(
        planned("@ MX 10 mail\n" + _REST, _REST),
        planned("@ MX 10 mail\n" + _REST, "@ MX 0 .\n" + _REST, caret="0 ."),
    ),
)
