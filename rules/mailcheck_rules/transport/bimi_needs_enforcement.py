"""A domain has a BIMI logo while its DMARC policy is not enforced.

## What it checks
The DMARC policy that receivers apply to the domain of a BIMI record that names a logo: it must be
`quarantine` or `reject`, also after `t=y` has lowered it. The policy is looked for at the domain and
above it; what is not answered is skipped.

## Why it matters
Mailbox providers show the logo only where DMARC is enforced. The record has no effect until then.

## Example
    default._bimi.example.com. TXT "v=BIMI1; l=https://example.com/logo.svg"
    _dmarc.example.com.        TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"

## How to fix
Move DMARC to `p=quarantine` or `p=reject` once its reports show that your own mail passes.

## References
draft-brand-indicators-for-message-identification; RFC 9989 section 4.10.1
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_policy import discover_policy
from mailcheck.analysis.transport import Bimi, bimi_records
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.location import NOWHERE


def check(bimi: Bimi, ask: Context) -> Iterator[Problem | Skip]:
    if not bimi.tree.shows_logo:
        return
    policy = ask.evaluate(discover_policy, bimi.domain)
    if policy.open is not None:
        yield unanswered(*policy.open)
        return
    applied = policy.applied
    if applied in ("quarantine", "reject"):
        return
    domain = bimi.domain.removesuffix(".")
    if policy.source is None:
        message = f"`{domain}` has no DMARC policy, so its logo is not shown"
    else:
        message = f"the DMARC policy for `{domain}` is {applied or 'not valid'}, so its logo is not shown"
    location = bimi.tree.tags.get("l")
    found = policy.source.record.at if policy.source else NOWHERE
    yield Problem(
        message,
        bimi.record.at.within(location.start, location.end) if location else bimi.record.at,
        help="enforce DMARC with `p=quarantine` or `p=reject`",
        related=(Label(found, "the policy"),) if found != NOWHERE else (),
    )


_BIMI = 'default._bimi TXT "v=BIMI1; l=https://example.com/logo.svg"\n'
_BELOW = 'default._bimi.news TXT "v=BIMI1; l=https://a.example/l.svg"\n'
_NULL = '@ TXT "v=spf1 -all"\n@ MX 0 .\n'
_RUA = "rua=mailto:dmarc@example.net"

RULE = Rule(
    __name__,
    __doc__,
    over=bimi_records,
    check=check,
    severity=Severity.WARNING,
    standard="draft-brand-indicators-for-message-identification",
    good=(
        master(f'{_NULL}{_BIMI}_dmarc TXT "v=DMARC1; p=reject; {_RUA}"'),
        master(f'{_NULL}{_BIMI}_dmarc TXT "v=DMARC1; p=quarantine; {_RUA}"'),
        master(f'{_NULL}default._bimi TXT "v=BIMI1; l=; a="\n_dmarc TXT "v=DMARC1; p=none; {_RUA}"'),
        master(
            f'{_NULL}default._bimi.news TXT "v=BIMI1; l=https://a.example/l.svg"\n_dmarc TXT "v=DMARC1; p=reject"'
        ),
    ),
    bad=(
        master(f'{_NULL}{_BIMI}_dmarc TXT "v=DMARC1; p=none; {_RUA}"', caret="l=https://example.com/logo.svg"),
        master(f'{_NULL}{_BIMI}_dmarc TXT "v=DMARC1; p=quarantine; t=y; {_RUA}"'),
        master(_NULL + _BIMI),
        master(f'{_NULL}{_BELOW}_dmarc TXT "v=DMARC1; p=reject; sp=none"'),
    ),
)
