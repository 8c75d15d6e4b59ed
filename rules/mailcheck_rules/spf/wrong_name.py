"""An SPF record stands at a name where nobody looks for it.

## What it checks
An SPF record at `_spf.example.com` or the like, which no declared record includes or redirects to,
while `example.com` itself has none.

## Why it matters
Receivers ask for SPF at the domain of the envelope sender itself. `_spf` is only a habit for records
that others include; by itself it is never read.

## Example
    _spf.example.com. TXT "v=spf1 mx -all"

## How to fix
Move the record to the domain, or publish `v=spf1 include:_spf.example.com -all` there.

## References
RFC 7208 sections 3 and 4.4
"""

from collections.abc import Iterator

from mailcheck.analysis.dkim_keys import selector_and_domain
from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.analysis.spf_references import referenced_names
from mailcheck.analysis.spf_wrong_name import domain_meant, lacks_spf
from mailcheck.analysis.zone_doubling import without_doubling
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Skip, master, only, unanswered
from mailcheck.model.dns import Question, Unknown
from mailcheck.model.names import is_at_or_below
from mailcheck.model.text import shown_name


def check(record: SpfRecord, ask: Context) -> Iterator[Problem | Skip]:
    domain = domain_meant(record.name)
    if selector_and_domain(record.name) is not None:
        return  # dkim-syntax tells of it
    if domain == record.name or not is_at_or_below(domain, ask.zone.name):
        return
    if record.name in ask.once(referenced_names) or without_doubling(record.name, ask.zone.name):
        return
    answer = ask.ask(domain, "TXT")
    if isinstance(answer, Unknown):
        yield unanswered(Question(domain, "TXT"), answer)
    elif lacks_spf(answer):
        here, there = shown_name(record.name), shown_name(domain)
        yield Problem(
            f"nobody reads SPF at `{here}`: receivers ask at `{there}`, which has none",
            record.at,
            help=f"move it to `{there}`, or publish `v=spf1 include:{here} -all` there",
            name=domain,
            token=record.name,
        )


RULE = Rule(
    __name__,
    __doc__,
    over=only(
        spf_records, lambda spf: spf.name.startswith(("_", "spf.")) and selector_and_domain(spf.name) is None
    ),
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7208 section 3",
    indexes=(referenced_names,),
    needs=frozenset({"dns"}),
    good=(
        master('_spf TXT "v=spf1 ip4:192.0.2.1 -all"\n@ TXT "v=spf1 mx -all"\n@ MX 10 ns1'),
        master('_a._domainkey TXT "v=spf1 -all"'),
        master('news TXT "v=spf1 redirect=_spf.%{d}"\n_spf.news TXT "v=spf1 ip4:192.0.2.1 -all"'),
        Case(
            {
                "example.com.yaml": "_spf:\n  type: TXT\n  value: v=spf1 ip4:192.0.2.1 -all\n",
                "example.net.yaml": "'':\n  type: TXT\n  value: v=spf1 include:_spf.example.com -all\n",
            }
        ),
    ),
    bad=(
        master('_spf TXT "v=spf1 ip4:192.0.2.1 -all"', caret="v=spf1 ip4:192.0.2.1 -all"),
        master('spf.news TXT "v=spf1 ip4:192.0.2.1 -all"\nnews TXT "hello"', caret="v=spf1 ip4:192.0.2.1 -all"),
        master('_a._spf TXT "v=spf1 ip4:192.0.2.1 -all"\n@ MX 10 ns1', caret="v=spf1 ip4:192.0.2.1 -all"),
    ),
)
