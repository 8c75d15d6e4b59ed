"""A plan takes a domain's last SPF, DMARC, DKIM or MTA-STS record.

## What it checks
A domain that announces SPF, DMARC, DKIM, MTA-STS or TLS reporting now, and does not after the change. For
DKIM it is the last key of the domain; one key of several is for `plan-dkim-key-in-use`.

## Why it matters
Receivers judge mail by these records. Without SPF or DKIM what a domain sends loses its proof and lands
among junk, without DMARC anybody may use its name, and senders that remember an MTA-STS policy hold on to
one that nobody can change any more.

## Example
    - _dmarc.example.com. TXT "v=DMARC1; p=reject"

## How to fix
Put the record back. To leave MTA-STS, first publish a policy with `mode: none`. Where the record is to go
for good, say so: `sync --allow plan-removes-auth` consents for one run. Under `lint --diff-base` the rule is
ignored for the zone in `mailcheck.yaml` until the change is merged
(`rules: {zones: {example.com: {ignore: [plan-removes-auth]}}}`), or for one run with
`--ignore plan-removes-auth`. Comments in zone files do not silence it.

## References
RFC 7208 section 3, RFC 6376 section 3.6, RFC 9989 section 4.7, RFC 8461 section 8.3
"""

from collections.abc import Iterator

from mailcheck.analysis.mail_statements import Statement, statement, statements
from mailcheck.analysis.plan_parts import consent, whole_plan
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Told, planned
from mailcheck.model.change import Change, Plan
from mailcheck.model.text import shown_name


def check(plan: Plan, _ask: Context) -> Iterator[Problem]:
    kept = statements(plan.after)
    told = set()
    for change in plan.changes:
        for value in change.before:
            said = statement(change.name, change.type, value)
            if said is not None and said not in kept and said not in told:
                told.add(said)
                yield Problem(
                    f"the last {said.kind} record of {shown_name(said.domain)} is removed",
                    change.at,
                    help=f"put the record back; {consent('plan-removes-auth')}",
                    token=said.kind,
                    name=change.name,
                    type=change.type,
                    tells=tuple(_tells(said, change)),
                )


_OF_NAME = {
    "SPF": ("spec-host-spf", "spec-sender-spf", "spec-srs-domain", "*-parked"),
    "DMARC": ("dmarc-present", "dmarc-present-nonsending", "spec-dmarc-policy", "spec-dmarc-reports", "*-parked"),
    "DKIM": ("dkim-revoked", "spec-dkim-selector", "spec-sender-dkim"),
}
_OF_DOMAIN = {
    "SPF": ("spf-present", "spf-helo-missing"),
    "DKIM": ("dkim-present",),
    "MTA-STS": ("mta-sts-present", "mta-sts-unannounced"),
    "TLS reporting": ("tls-rpt-present", "mta-sts-without-tls-rpt"),
}


def _tells(said: Statement, change: Change) -> Iterator[Told]:
    """What is missing after the change, as the rules about the zones say it."""
    yield Told(_OF_NAME.get(said.kind, ()), change.name, "TXT")
    yield Told(_OF_DOMAIN.get(said.kind, ()), said.domain)


_REST = "mail A 192.0.2.25\nwww A 192.0.2.80\nftp A 192.0.2.81\nns2 A 192.0.2.54\n"
_DMARC = '_dmarc TXT "v=DMARC1; p=reject"\n'
_KEY = 'TXT "v=DKIM1; p={rsa2048.public}"\n'

RULE = Rule(
    __name__,
    __doc__,
    over=whole_plan,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 9989 section 4.7",
    stage="plan",
    yields_to=("plan-empty-zone", "plan-dkim-key-in-use"),
    good=(
        planned(_DMARC + _REST, '_dmarc TXT "v=DMARC1; p=none"\n' + _REST),
        planned(_DMARC + _REST, "_dmarc CNAME _dmarc.example.net.\n" + _REST),
        planned("a._domainkey " + _KEY + "b._domainkey " + _KEY + _REST, "b._domainkey " + _KEY + _REST),
        planned('@ TXT "hello"\n' + _REST, _REST),
    ),
    bad=(
        planned(_DMARC + _REST, _REST),
        planned('@ TXT "v=spf1 -all"\n' + _REST, '@ TXT "spf is gone"\n' + _REST, caret="spf is gone"),
        planned("a._domainkey " + _KEY + _REST, 'a._domainkey TXT "v=DKIM1; p="\n' + _REST, caret="v=DKIM1; p="),
        planned('_mta-sts TXT "v=STSv1; id=1"\n' + _REST, _REST),
        planned('_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"\n' + _REST, _REST),
    ),
)
