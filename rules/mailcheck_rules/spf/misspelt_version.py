"""A record is meant as SPF but does not begin as SPF must.

## What it checks
TXT records that read like SPF and that receivers do not take for it: a misspelt version (`v=sfp1`,
`v=spf`, `v=spf2`, `spf1`), a version that runs into the next term or ends in a semicolon, something
before the version (a space, a quote, another text), or SPF terms with no version at all.

A record is SPF when it begins with `v=spf1`, in upper or lower case, and a space or the end of the
record follows. Records that only mention SPF are left alone.

## Why it matters
Receivers discard such a record without a word: the domain has no SPF, though its zone file seems to
say otherwise.

## Example
    example.com. TXT "v=spf1include:_spf.example.net -all"
    example.net. TXT " v=spf1 mx -all"

## How to fix
Begin the record with `v=spf1` and one space:

    example.com. TXT "v=spf1 include:_spf.example.net -all"

A fix is offered for a misspelt version and for white space before it. It is unsafe: the record counts from
then on.

## References
RFC 7208 sections 4.5 and 12
"""

from collections.abc import Iterator

from mailcheck.analysis.edits import replacing
from mailcheck.analysis.spf_versions import DiscardedSpf, discarded_spf
from mailcheck.grammar.spf import is_spf
from mailcheck.lint.rule import Case, Context, Fix, Problem, Rule, Severity, Told, master
from mailcheck.model.text import shorten

_DISCARDED = "so receivers discard the record"


def check(spf: DiscardedSpf, _: Context) -> Iterator[Problem]:
    for problem in _problems(spf):
        yield problem._replace(tells=(Told(("plan-removes-auth",), spf.record.name, "TXT"),))


def _problems(spf: DiscardedSpf) -> Iterator[Problem]:
    fault, start, end = spf.problem
    wrong = shorten(spf.record.text[start:end], 30)
    cut = next((cut for cut in spf.record.cuts if start < cut < end), None)
    if fault == "no-space" and cut is not None:
        message = f"the strings are joined without a space after `v=spf1`, {_DISCARDED}"
        yield Problem(message, spf.at.within(start, cut), help="end the first string in a space")
    elif fault == "no-space":
        message = f"no space after `v=spf1` in `{wrong}`, {_DISCARDED}"
        yield Problem(message, spf.at.within(start, end), help="write one space after `v=spf1`")
    elif fault == "junk":
        message = f"`{wrong}` stands before `v=spf1`, {_DISCARDED}"
        fix = _replacing(spf, "") if not wrong.strip(" ") else None
        yield Problem(message, spf.at.within(start, end), help="let the record begin with `v=spf1`", fix=fix)
    elif fault == "misspelt":
        message = f"`{wrong}` is not the version `v=spf1`, {_DISCARDED}"
        fix = _replacing(spf, "v=spf1") if is_spf("v=spf1" + spf.record.text[end:]) else None
        yield Problem(message, spf.at.within(start, end), help="write `v=spf1` and a space", fix=fix)
    else:
        message = f"SPF terms without `v=spf1` before them, {_DISCARDED}"
        yield Problem(message, spf.at.within(start, end), help="write `v=spf1` and a space before the first term")


def _replacing(spf: DiscardedSpf, version: str) -> Fix:
    """Unsafe: a record that receivers discard becomes one that counts."""
    _, start, end = spf.problem
    return Fix("begin the record with `v=spf1`", (replacing(spf.record, start, end, version),), safe=False)


RULE = Rule(
    __name__,
    __doc__,
    over=discarded_spf,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7208 section 4.5",
    yields_to=("zone-non-ascii",),
    good=(
        master('@ TXT "V=SPF1 -all  "\nmail TXT "v=spf1"'),
        master('@ TXT "spf-verification=abc"\n@ TXT "we publish v=spf1 records"\n@ TXT "v=DMARC1; p=none"'),
        master('@ TXT "v=spf1" " a -all"\nmail TXT "spf2.0/pra a -all"\nnote TXT "# v=spf1 a -all"'),
    ),
    bad=(
        master('@ TXT "v=spf1include:_spf.example.net -all"', caret="v=spf1include:_spf.example.net"),
        master('@ TXT "v=spf1" "include:_spf.example.net -all"', caret="v=spf1"),
        master('@ TXT "v=spf1;"', caret="v=spf1;"),
        master('@ TXT " v=spf1 ip4:192.0.2.25 -all"', caret=" "),
        master('@ TXT "site-verification=1 v=spf1 ip4:192.0.2.25 -all"', caret="site-verification=1 "),
        master('@ TXT "v=sfp1 ip4:192.0.2.25 -all"', caret="v=sfp1"),
        master('@ TXT "v=spf"', caret="v=spf"),
        master('@ TXT "v = spf1 mx"', caret="v = spf1"),
        master('@ TXT "spf1 include:_spf.example.net -all"', caret="spf1"),
        master('@ TXT "ip4:192.0.2.25 include:_spf.example.net -all"', caret="ip4:192.0.2.25"),
        Case({"example.com.yaml": "'':\n  type: TXT\n  value: ' v=spf1 -all'\n"}, caret=" "),
    ),
)
