"""A new exchange is published before the MTA-STS policy that senders hold lists it.

## What it checks
A plan adds an exchange to a domain that announces MTA-STS, and the policy that is served now does not list
it; or the `id` of the policy changes in the same plan, so that senders may still hold the one before.

## Why it matters
Senders keep a policy for its `max_age`, often weeks, and look for a new one when the `id` changes. Under
`mode: enforce` they deliver to no exchange that the policy they hold leaves out.

## Example
    + example.com. MX 20 mx2.example.com.
    # the policy at https://mta-sts.example.com lists mx1.example.com

## How to fix
First serve the policy with the new exchange and change the `id`; add the MX record in a later plan.

## References
RFC 8461 sections 3.3 and 8.1
"""

from collections.abc import Iterator

from mailcheck.analysis.plan_parts import new_exchanges, whole_plan
from mailcheck.analysis.transport import STS_LABEL, announces_sts
from mailcheck.grammar.mta_sts import matches, parse_policy
from mailcheck.lint.rule import Case, Context, Label, Problem, Rule, Severity, Skip, planned, unanswered
from mailcheck.model.change import Change, Plan
from mailcheck.model.dns import POLICY, Present, Question, Unknown
from mailcheck.model.text import shown_name


def check(plan: Plan, ask: Context) -> Iterator[Problem | Skip]:
    by_name = {(change.name, change.type): change for change in plan.changes}
    for change in plan.changes:
        if change.type != "MX" or not new_exchanges(change) or not announces_sts(plan.before, change.name):
            continue
        record = by_name.get((STS_LABEL + change.name, "TXT"))
        if record is not None and record.after:
            yield _too_early(change, new_exchanges(change), (Label(record.at, "the policy changes with it"),))
            continue
        question = Question(change.name, POLICY)
        answer = ask.ask(*question)
        if isinstance(answer, Unknown):
            yield unanswered(question, answer)
        elif isinstance(answer, Present):
            policy = parse_policy(answer.records[0].text)
            lines = [line.value for line in policy.patterns]
            missing = [host for host in new_exchanges(change) if not any(matches(line, host) for line in lines)]
            if missing and policy.mode != "none" and not policy.faults:
                yield _too_early(change, missing, ())


def _too_early(change: Change, hosts: list[str] | tuple[str, ...], related: tuple[Label, ...]) -> Problem:
    shown = ", ".join(shown_name(host) for host in hosts)
    return Problem(
        f"senders may hold an MTA-STS policy of {shown_name(change.name)} that does not list {shown}",
        change.at,
        help="serve the new policy and change its `id` first, and add the MX record in a later plan",
        related=related,
        name=change.name,
        type="MX",
    )


_REST = "mx1 A 192.0.2.25\nmx2 A 192.0.2.26\nwww A 192.0.2.80\nftp A 192.0.2.81\nns2 A 192.0.2.54\n"
_ONE = '@ MX 10 mx1\n_mta-sts TXT "v=STSv1; id=1"\n' + _REST
_TWO = "@ MX 20 mx2\n"
_SERVED = {
    "example.com. MTA-STS-POLICY": ("version: STSv1\nmode: enforce\nmx: mx1.example.com\nmax_age: 604800\n",)
}
_LISTED = {"example.com. MTA-STS-POLICY": ("version: STSv1\nmode: enforce\nmx: *.example.com\nmax_age: 604800\n",)}

RULE = Rule(
    __name__,
    __doc__,
    over=whole_plan,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 8461 section 8.1",
    stage="plan",
    needs=frozenset({"dns"}),
    good=(
        Case(planned(_ONE, _ONE + _TWO).files, outside=_LISTED),
        planned("@ MX 10 mx1\n" + _REST, "@ MX 10 mx1\n" + _TWO + _REST),
        planned(_ONE, _ONE.replace("id=1", "id=2")),
    ),
    bad=(
        Case(planned(_ONE, _ONE + _TWO).files, outside=_SERVED),
        planned(_ONE, (_ONE + _TWO).replace("id=1", "id=2")),
    ),
)
