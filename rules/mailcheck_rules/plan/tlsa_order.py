"""All TLSA records of a mail host are exchanged at once.

## What it checks
The TLSA records at `_25._tcp` of a host change, and no record of before is among those after.

## Why it matters
Resolvers go on handing out the old records for their TTL, while the host shows one certificate. Whichever
it shows, it fails for a part of the senders, and those that hold to DANE do not deliver.

## Example
    - _25._tcp.mail.example.com. TLSA 3 1 1 <old key>
    + _25._tcp.mail.example.com. TLSA 3 1 1 <new key>

## How to fix
Publish the record of the new key beside the old one, wait for twice the TTL, change the certificate, and
remove the old record in a later plan.

## References
RFC 7671 section 8.1, RFC 7672 section 2.1.2
"""

from collections.abc import Iterator

from mailcheck.analysis.plan_parts import whole_plan
from mailcheck.analysis.transport import SMTP_LABEL
from mailcheck.lint.rule import Context, Problem, Rule, Severity, planned
from mailcheck.model.change import Plan
from mailcheck.model.text import shown_name


def check(plan: Plan, _ask: Context) -> Iterator[Problem]:
    for change in plan.changes:
        if change.type != "TLSA" or not change.name.startswith(SMTP_LABEL) or not change.after:
            continue
        if change.before and not {value.lower() for value in change.before} & {
            value.lower() for value in change.after
        }:
            yield Problem(
                f"no TLSA record of {shown_name(change.name.removeprefix(SMTP_LABEL))} outlives this change",
                change.at,
                help="publish the new record beside the old one, and remove the old one in a later plan",
                name=change.name,
                type="TLSA",
            )


_REST = "mail A 192.0.2.25\nwww A 192.0.2.80\nftp A 192.0.2.81\nns2 A 192.0.2.54\n"
_OLD = f"_25._tcp.mail TLSA 3 1 1 {'ab' * 32}\n"
_NEW = f"_25._tcp.mail TLSA 3 1 1 {'cd' * 32}\n"

RULE = Rule(
    __name__,
    __doc__,
    over=whole_plan,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7671 section 8.1",
    stage="plan",
    good=(
        planned(_OLD + _REST, _OLD + _NEW + _REST),
        planned(_REST, _NEW + _REST),
        planned(_OLD + _REST, _REST),
    ),
    bad=(planned(_OLD + _REST, _NEW + _REST, caret=f"3 1 1 {'cd' * 32}"),),
)
