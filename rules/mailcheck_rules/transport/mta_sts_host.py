"""The host that serves the MTA-STS policy does not exist.

## What it checks
A domain that announces MTA-STS, by a TXT record or a CNAME at `_mta-sts`, has an address at `mta-sts.<domain>`,
through CNAMEs if need be. A chain that leaves the declared zones is skipped unless it is in the lock or
is asked for with `--live`.

## Why it matters
Senders fetch the policy from `https://mta-sts.<domain>/.well-known/mta-sts.txt`. Without the host there is no
policy, and the record has no effect.

## Example
    _mta-sts.example.com. TXT "v=STSv1; id=20260131"
    (nothing at mta-sts.example.com)

## How to fix
Add an address, or a CNAME to whoever serves the policy, at `mta-sts.<domain>`; or remove the record.

## References
RFC 8461 sections 3.2 and 3.3
"""

from collections.abc import Iterator

from mailcheck.analysis.transport import POLICY_HOST_LABEL, StsDomain, sts_domains
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Absent, Present, Question, Unknown


def check(domain: StsDomain, ask: Context) -> Iterator[Problem | Skip]:
    host = POLICY_HOST_LABEL + domain.domain
    answers = ask.ask_all({Question(host, "A"), Question(host, "AAAA")})
    if all(isinstance(answer, Absent) for answer in answers.values()):
        yield Problem(
            f"`{host.removesuffix('.')}` has no address, so there is no policy to fetch",
            domain.at,
            help="add an address or a CNAME there, or remove the record",
        )
        return
    unknown = {question: answer for question, answer in answers.items() if isinstance(answer, Unknown)}
    if unknown and not any(isinstance(answer, Present) for answer in answers.values()):
        question = min(unknown)
        yield unanswered(question, unknown[question])


_RECORD = '_mta-sts TXT "v=STSv1; id=1"\n_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"\n'

RULE = Rule(
    __name__,
    __doc__,
    over=sts_domains,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 8461 section 3.3",
    needs=frozenset({"dns"}),
    good=(
        master(_RECORD + "mta-sts A 192.0.2.80"),
        master(_RECORD + "mta-sts AAAA 2001:db8::80"),
        master(_RECORD + "mta-sts CNAME policies.example.net."),
        master('_mta-sts TXT "nothing"'),
    ),
    bad=(
        master(_RECORD, caret="v=STSv1; id=1"),
        master(_RECORD + "mta-sts CNAME web"),
        master(
            "_mta-sts CNAME _mta-sts.example.net.\n_smtp._tls CNAME _smtp._tls.example.net.",
            caret="_mta-sts.example.net.",
        ),
    ),
    yields_to=("zone-doubled-origin",),
)
