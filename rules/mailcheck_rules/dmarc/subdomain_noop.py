"""`sp` or `np` stands where it has no effect.

## What it checks
A record with `sp` or `np` at a domain that is no organizational domain by the DNS tree walk: a record
without `psd=y` stands above it, and it does not say `psd=n` itself.

## Why it matters
For a name below it that has no record, receivers go to the organizational domain's record and never
read this one. `sp` and `np` here do nothing.

## Example
    _dmarc.example.com.      TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"
    _dmarc.news.example.com. TXT "v=DMARC1; p=reject; sp=reject; rua=mailto:dmarc@example.com"

## How to fix
Set `sp` and `np` at the organizational domain, give the names below their own records, or add `psd=n`
where the subdomain is to be an organization of its own (which ends relaxed alignment across it).

## References
RFC 9989 sections 4.7, 4.10.1 and 4.10.2
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_policy import tree_walk
from mailcheck.analysis.dmarc_records import DmarcRecord, dmarc_records
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.text import shorten


def check(record: DmarcRecord, ask: Context) -> Iterator[Problem | Skip]:
    tags = [tag for name in ("sp", "np") if (tag := record.tag(name)) is not None]
    if not tags:
        return
    walk = ask.evaluate(tree_walk, record.domain)
    if walk.own is None:
        return
    if (name := walk.undetermined()) is not None:
        yield unanswered(name.question, name.answer)
        return
    if walk.organizational_domain == record.domain:
        return
    organization = shorten(walk.organizational_domain.removesuffix("."))
    for tag in tags:
        yield Problem(
            f"`{tag.name}={shorten(tag.value)}` has no effect here: names below take the record of {organization}",
            record.at.within(tag.start, tag.end),
            help=f"set it at `_dmarc.{organization}`, or delete it",
            token=tag.name,
        )


_ABOVE = '_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.net"\n'


def _below(tags: str) -> str:
    return f'_dmarc.news TXT "v=DMARC1; p=reject; {tags}; rua=mailto:dmarc@example.net"'


RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_records,
    check=check,
    severity=Severity.INFO,
    standard="RFC 9989 section 4.7",
    needs=frozenset({"dns"}),
    good=(
        master('_dmarc TXT "v=DMARC1; p=none; sp=reject; rua=mailto:dmarc@example.net"'),
        master(_below("sp=reject")),
        master(_ABOVE + _below("sp=reject; psd=n")),
        master('_dmarc TXT "v=DMARC1; p=reject; psd=y; rua=mailto:a@example.net"\n' + _below("sp=reject")),
        master(_ABOVE + _below("sp=reject") + "\n" + _below("sp=none")),
        Case(
            {
                "news.example.com.yaml": "_dmarc:\n  type: TXT\n"
                "  value: v=DMARC1\\; p=reject\\; sp=reject\\; rua=mailto:dmarc@example.net\n"
            }
        ),
    ),
    bad=(
        master(_ABOVE + _below("sp=reject"), caret="sp=reject"),
        master(_ABOVE + _below("np=reject"), caret="np=reject"),
    ),
)
