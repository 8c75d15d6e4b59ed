"""`+all` lets the whole internet send as the domain.

## What it checks
The qualifier of `all`. `+all`, or `all` without a qualifier, is wrong everywhere. The option `require`
asks for more: `softfail` wants `~all` or `-all`, `fail` wants `-all`, or `~all` where an enforcing DMARC
policy (`p=quarantine` or `p=reject`) applies. Records that are only included by others need no strict
end: only `+all` matters there, since it makes the include match every client.

## Why it matters
A record that ends in `+all` gives every spammer an SPF pass for the domain, which is worse than no SPF.

`~all` and `-all` differ less than they seem to. `~all` beside an enforcing DMARC policy is a sound
choice: DMARC rejects what neither SPF nor DKIM proves. `-all` with `p=none` lets receivers refuse mail
at once, before they see a DKIM signature, and so loses mail that others forward.

## Example
    example.com. TXT "v=spf1 mx +all"

## How to fix
    example.com. TXT "v=spf1 mx -all"

## References
RFC 7208 sections 5.1, 5.2 and 8.4
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from mailcheck.analysis.dmarc_policy import discover_policy
from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.analysis.spf_terms import term_text
from mailcheck.analysis.spf_usage import only_included
from mailcheck.grammar.spf import Directive
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Skip, master, only, unanswered

_TRADE_OFF = (
    "`-all` lets receivers refuse at once; without an enforcing DMARC policy that protects more, "
    "and it loses forwarded mail that only DKIM would prove"
)


class AllOptions(NamedTuple):
    """`require`: the weakest end that is accepted, `softfail` or `fail`; empty accepts all but `+all`."""

    require: Literal["", "softfail", "fail"] = ""


def check(spf: SpfRecord, ask: Context) -> Iterator[Problem | Skip]:
    term = spf.tree.all
    if term is None or term.qualifier == "-" or spf.tree.invalid:
        return  # a record with a wrong term is a permanent error, whatever its `all` says
    if term.qualifier == "+":
        yield _problem(spf, term, "every host of the internet may send as this domain", "write `-all` or `~all`")
        return
    require = ask.options(AllOptions).require
    if not require or spf.name in ask.once(only_included):
        return
    if term.qualifier == "?":
        yield _problem(spf, term, f"weaker than the {require} that is required", "write `-all` or `~all`")
    elif require == "fail":
        policy = ask.evaluate(discover_policy, spf.name)
        if policy.applied in ("quarantine", "reject"):
            return
        if policy.open is not None:
            yield unanswered(*policy.open)
        else:
            yield _problem(
                spf, term, "no enforcing DMARC policy stands beside it, and fail is required", _TRADE_OFF
            )


def _problem(spf: SpfRecord, term: Directive, why: str, advice: str) -> Problem:
    written = term_text(spf, term)
    return Problem(f"`{written}`: {why}", spf.at.within(term.start, term.end), help=advice, token=written)


def _required(end: str, require: str, caret: str | None = None, dmarc: str = "") -> Case:
    configuration = f"rules: {{options: {{spf-all-qualifier: {{require: {require}}}}}}}\n"
    return master(f'@ TXT "v=spf1 ip4:192.0.2.25 {end}"\n{dmarc}', caret, **{"mailcheck.yaml": configuration})


RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, lambda spf: spf.tree.all is not None and spf.tree.all.qualifier != "-"),
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7208 section 5.1",
    yields_to=(
        "spec-parked",
        "zone-parked",
    ),
    indexes=(only_included,),
    options=AllOptions,
    good=(
        master('@ TXT "v=spf1 ip4:192.0.2.25 ~all"\nmail TXT "v=spf1 a ?all"'),
        _required("~all", "softfail"),
        _required("-all", "fail"),
        _required("~all", "fail", dmarc='_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"'),
        _required("include:_spf.example.com -all", "fail", dmarc='_spf TXT "v=spf1 ip4:192.0.2.1 ?all"'),
    ),
    bad=(
        master('@ TXT "v=spf1 ip4:192.0.2.25 +all"', caret="+all"),
        master('@ TXT "v=spf1 ip4:192.0.2.25 ALL"', caret="ALL"),
        master('@ TXT "v=spf1 include:_spf.example.com -all"\n_spf TXT "v=spf1 all"', caret="all"),
        _required("?all", "softfail", caret="?all"),
        _required(
            "~all", "fail", caret="~all", dmarc='_dmarc TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"'
        ),
    ),
)
