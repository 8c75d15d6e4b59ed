"""SPF of the SRS domain does not pass the host that forwards.

## What it checks
check_host() of RFC 7208 gives `pass` for mail from PostSRSd's domain and each address that the host sends from
(see `host-egress-no-ptr`).

## Why it matters
The one purpose of rewriting is that forwarded mail passes SPF. Without the record it has no result there; with
one that lacks the host it fails, as it would have failed without SRS.

## Example
    SRS_DOMAIN=srs.example.com

and srs.example.com has no SPF record.

## How to fix
    srs.example.com. TXT "v=spf1 a:mail.example.com -all"

## References
RFC 7208 section 4
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mailcheck.analysis.host_egress import exits
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.host_spf import deciding, spf_of
from mailcheck.analysis.spec_spf import ClientResult
from mailcheck.analysis.srs_maps import srs_maps
from mailcheck.grammar.mail_domain import mail_domain
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed, unanswered
from mailcheck.model.location import Location
from mailcheck.model.text import shown_name

_COM, _DEFAULT = "zones/example.com.zone", "/etc/default/postsrsd"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    if facts.srs is None or not srs_maps(facts.postfix):
        return
    fact = facts.srs.domain
    if fact.value is None:
        yield Skip(f"the SRS domain is not known: {fact.why}")
        return
    domain = mail_domain(fact.value)
    if domain is None or domain.count(".") < 2:
        return
    leaving = exits(facts, facts.postfix, ctx.host)
    if leaving.why:
        yield Skip(leaving.why)
    failing: dict[str, dict[str, ClientResult]] = {}
    for one in leaving.promised:
        result = ctx.evaluate(spf_of, one, domain)
        if isinstance(result.passes, tuple):
            yield unanswered(*result.passes)
        elif result.passes is not True:
            failing.setdefault(result.outcome.result, {})[str(one.address)] = result
    for gives, results in failing.items():
        yield _problem(shown_name(domain), fact.at, gives, results)


def _problem(shown: str, at: Location, gives: str, results: Mapping[str, ClientResult]) -> Problem:
    """One fault for all addresses that the record, or the lack of one, gives the same for."""
    terms = " ".join([f"ip{result.address.version}:{result.address}" for result in results.values()])
    return Problem(
        f"forwarded mail is from `{shown}` and leaves from {' and '.join(results)}: SPF gives `{gives}`",
        at,
        f"add `{terms}` to the SPF record of {shown}",
        tuple(dict.fromkeys(label for result in results.values() for label in deciding(result))),
        token=" ".join(results),
    )


_SPF = '        TXT     "v=spf1 a:mail.example.com -all"\n_dmarc.srs'

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "RFC 7208 section 4",
    needs=("dns",),
    over=each_postfix,
    covers=("spec-srs-domain",),
    good=(
        changed(),
        changed((_COM, _SPF, _SPF.replace("a:mail.example.com", "ip4:192.0.2.25 ip6:2001:db8::25"))),
        changed((_COM, _SPF, _SPF.replace("a:mail", "include:_spf.sender.example a:mail"))),
        changed((_DEFAULT, "SRS_DOMAIN=srs.example.com", "SRS_DOMAIN=$(cat /etc/domain)")),
    ),
    bad=(
        changed((_COM, _SPF, "_dmarc.srs"), caret="srs.example.com"),
        changed((_COM, _SPF, _SPF.replace("a:mail.example.com", "ip4:192.0.2.25")), caret="srs.example.com"),
    ),
)
