"""Two terms run together where one string of the record ends and the next begins.

## What it checks
Places where a TXT record is split into several strings, no space stands on either side, and the pieces
are terms of their own. A term that is merely continued in the next string is valid.

## Why it matters
Receivers join the strings with nothing between them. `"… include:a.example" "include:b.example …"`
becomes `include:a.exampleinclude:b.example`, a name that does not exist, and both includes are lost; in
other places the whole record becomes invalid.

## Example
    example.com. TXT "v=spf1 include:a.example" "include:b.example -all"

## How to fix
End the first string in a space, or begin the second with one:

    example.com. TXT "v=spf1 include:a.example " "include:b.example -all"

The offered fix does that. It is unsafe, since it changes who may send: the terms count from then on.

## References
RFC 7208 section 3.3
"""

from collections.abc import Iterator

from mailcheck.analysis.edits import replacing
from mailcheck.analysis.spf_seams import LostSpace, lost_spaces
from mailcheck.analysis.spf_terms import term_text
from mailcheck.lint.rule import Context, Fix, Label, Problem, Rule, Severity, master
from mailcheck.model.text import shorten


def check(seam: LostSpace, _: Context) -> Iterator[Problem]:
    text = seam.spf.record.text
    first, second = shorten(text[seam.start : seam.cut], 30), shorten(text[seam.cut : seam.end], 30)
    yield Problem(
        f"no space between `{first}` and `{second}`: the strings are joined without one",
        seam.at.within(seam.cut, seam.end),
        help="end the first string in a space",
        related=(Label(seam.at.within(seam.start, seam.cut), "ends without a space"),),
        fix=Fix("end the string in a space", (replacing(seam.spf.record, seam.cut, seam.cut, " "),), safe=False),
        token=term_text(seam.spf, seam.term),
    )


RULE = Rule(
    __name__,
    __doc__,
    over=lost_spaces,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7208 section 3.3",
    good=(
        master('@ TXT "v=spf1 include:a.example " "include:b.example" " -all"'),
        master('@ TXT "v=spf1 include:_spf.exam" "ple.net ip4:192.0.2" ".1 -all"'),
        master('@ TXT "v=spf1 ip6:2001:db8::" "a -all"'),
        master(f'@ TXT "v=spf1 x-pad={"p" * 224} include:a.example" "a -all"'),
        master('@ TXT "v=spf1 x-note=mx" "a -all"'),
    ),
    bad=(
        master('@ TXT "v=spf1 include:a.example" "include:b.example ~all"', caret="include:b.example"),
        master('@ TXT "v=spf1 ip4:192.0.2.1" "-all"', caret="-all"),
        master('@ TXT "v=spf1 include:a.example" "mx" "-all"\n@ MX 10 mail\nmail A 192.0.2.25', caret="mx"),
        master(
            '@ TXT "v=spf1 ip4:192.0.2.25 redirect=_spf.example.net" "exp=why.example.com"',
            caret="exp=why.example.com",
        ),
    ),
)
