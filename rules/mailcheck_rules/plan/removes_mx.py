"""A plan takes the last MX record from a domain.

## What it checks
A record set of MX records that is deleted, or replaced by a null MX, at a name that receives mail now.

## Why it matters
Without an MX record senders fall back to the domain's own address, where it has one, which is often a web
server: mail is refused or lost from the moment the change is published. Without an address, or with a null
MX, it bounces.

## Example
    - example.com. MX 10 mail.example.com.

## How to fix
Put the MX record back. If the domain is to stop receiving mail, say so: `sync --allow plan-removes-mx`
consents for one run. Under `lint --diff-base` the rule is ignored for the zone in `mailcheck.yaml` until the
change is merged (`rules: {zones: {example.com: {ignore: [plan-removes-mx]}}}`), or for one run with
`--ignore plan-removes-mx`. Comments in zone files do not silence it.

## References
RFC 5321 section 5.1, RFC 7505
"""

from collections.abc import Iterator

from mailcheck.analysis.mail_statements import exchanges
from mailcheck.analysis.plan_parts import consent, whole_plan
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Told, planned
from mailcheck.model.change import Plan
from mailcheck.model.dns import Absent, Present, Question
from mailcheck.model.text import shown_name


def check(plan: Plan, ask: Context) -> Iterator[Problem]:
    for change in plan.changes:
        if change.type == "MX" and exchanges(change.before) and not exchanges(change.after):
            how = "becomes a null MX: mail bounces" if change.after else f"is removed{_then(change.name, ask)}"
            yield Problem(
                f"the last MX of {shown_name(change.name)} {how}",
                change.at,
                help=f"put the MX record back; {consent('plan-removes-mx')}",
                name=change.name,
                type="MX",
                tells=(Told(_MISSING, change.name, "MX"),),
            )


_MISSING = ("mx-present", "mx-null-sends", "spec-host-mx", "spec-srs-domain")


def _then(name: str, ask: Context) -> str:
    """What becomes of mail without the MX record: an implicit one needs an address (RFC 5321 section 5.1)."""
    exchange, *addresses = (Question(name, rtype) for rtype in ("MX", "A", "AAAA"))
    answers = ask.ask_all({exchange, *addresses})
    if not isinstance(answers[exchange], Absent):
        return ""
    if any(isinstance(answers[address], Present) for address in addresses):
        return ": mail goes to its own address"
    if all(isinstance(answers[address], Absent) for address in addresses):
        return ": it has no address either, so mail bounces"
    return ""


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
        planned("@ MX 10 mail\n@ A 192.0.2.80\n" + _REST, "@ A 192.0.2.80\n" + _REST),
    ),
)
