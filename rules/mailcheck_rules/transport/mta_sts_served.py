"""A domain announces MTA-STS, and no policy that senders could use is served.

## What it checks
The policy that is served at `https://mta-sts.<domain>/.well-known/mta-sts.txt`, by the lock or with
`--live`, for each domain that has a record at `_mta-sts` and no policy file beside its zone: there is one,
and it keeps to the grammar. What is not answered is skipped. A file beside the zone is `mta-sts-syntax`.

## Why it matters
Senders that find the record and no valid policy go on as if the domain had no MTA-STS: mail may be
delivered without TLS, or to the wrong server, and only TLS reports tell.

## Example
    _mta-sts.example.com. TXT "v=STSv1; id=20260131"
    (https://mta-sts.example.com/.well-known/mta-sts.txt answers 404)

## How to fix
Serve the policy at that address, as `text/plain`, or remove the record.

## References
RFC 8461 sections 3.2, 3.3 and 5
"""

from collections.abc import Iterator

from mailcheck.analysis.transport import StsDomain, sts_domains
from mailcheck.grammar.mta_sts import parse_policy
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import POLICY, Absent, Question, Unknown


def check(domain: StsDomain, ask: Context) -> Iterator[Problem | Skip]:
    if domain.domain in ask.zone.policies:
        return
    answer = ask.ask(domain.domain, POLICY)
    shown = domain.domain.removesuffix(".")
    if isinstance(answer, Unknown):
        yield unanswered(Question(domain.domain, POLICY), answer)
    elif isinstance(answer, Absent):
        yield Problem(
            f"`mta-sts.{shown}` serves no policy, so senders ignore the record",
            domain.at,
            help=f"serve it at https://mta-sts.{shown}/.well-known/mta-sts.txt, or remove the record",
        )
    elif faults := parse_policy(answer.records[0].text).faults:
        yield Problem(
            f"senders ignore the policy that `mta-sts.{shown}` serves: {faults[0].message}",
            domain.at,
            help=faults[0].help,
        )


_ZONE = """\
_mta-sts TXT "v=STSv1; id=20260131"
mta-sts A 192.0.2.80
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"
"""
_GOOD = "version: STSv1\nmode: none\nmax_age: 604800\n"


def _case(*served: str, caret: str | None = None) -> Case:
    return master(_ZONE, caret)._replace(outside={f"example.com. {POLICY}": served})


RULE = Rule(
    __name__,
    __doc__,
    over=sts_domains,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 8461 section 3.3",
    needs=frozenset({"dns"}),
    good=(
        _case(_GOOD),
        master(_ZONE),
        master(_ZONE, **{"mta-sts.example.com.txt": _GOOD})._replace(outside={f"example.com. {POLICY}": ()}),
    ),
    bad=(
        _case(caret="v=STSv1; id=20260131"),
        _case(_GOOD.replace("none", "report"), caret="v=STSv1; id=20260131"),
    ),
    yields_to=("mta-sts-host",),
)
