"""A wildcard or a CNAME answers for `_dmarc` with something else than was meant.

## What it checks
A wildcard TXT record that holds a DMARC record: it answers `_dmarc` below every name that does not
exist, and at the domain itself if that has no record of its own. And a CNAME at a `_dmarc` name that
does not lead to exactly one DMARC record.

## Why it matters
By the wildcard each of those names has its own policy, so that `sp` and `np` of the organizational
domain never apply to it, and names that do exist are not covered at all. A CNAME that leads nowhere
is no policy.

## Example
    *.example.com.  TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"

## How to fix
Publish the record at `_dmarc.example.com`; `sp` and `np` set the policy for the names below it. Let a
CNAME lead to a name with one DMARC record.

## References
RFC 4592 section 3.3; RFC 9989 sections 4.10 and 4.10.1
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_records import DmarcDetour, distinct, dmarc_detours
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Present, Question, Unknown
from mailcheck.model.text import shorten


def check(detour: DmarcDetour, ask: Context) -> Iterator[Problem | Skip]:
    if detour.type == "TXT":
        domain = shorten(detour.name.removeprefix("*.").removesuffix("."))
        yield Problem(
            f"by this wildcard each name below {domain} that does not exist has a DMARC record of its own",
            detour.at,
            help=f"publish the record at `_dmarc.{domain}`, with `sp` and `np` for the names below",
        )
        return
    answer = ask.ask(detour.name, "TXT")
    if isinstance(answer, Unknown):
        yield unanswered(Question(detour.name, "TXT"), answer)
    elif not isinstance(answer, Present) or len(distinct(answer.records)) != 1:
        target = shorten(detour.record.text.removesuffix("."))
        yield Problem(
            f"the CNAME leads to {target}, where no single DMARC record stands",
            detour.at,
            help="let it lead to a name with one DMARC record, or publish the record here",
        )


_POLICY = '_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.net"\n'

RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_detours,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 4592 section 3.3",
    needs=frozenset({"dns"}),
    yields_to=("dmarc-present", "dmarc-present-nonsending"),
    good=(
        master(_POLICY + '* TXT "v=spf1 -all"\n*._report._dmarc TXT "v=DMARC1"'),
        master(_POLICY + "_dmarc.news CNAME _dmarc"),
        master(_POLICY + "_dmarc.news CNAME news.hosted-dmarc.example.net."),
        master(_POLICY + "* CNAME www\nwww A 192.0.2.80"),
    ),
    bad=(
        master(_POLICY + '* TXT "v=DMARC1; p=none"', caret="v=DMARC1; p=none"),
        master(_POLICY + "_dmarc.news CNAME nothing-here", caret="nothing-here"),
        master(_POLICY + '_dmarc.news CNAME text\ntext TXT "v=spf1 -all"', caret="text"),
    ),
)
