"""A tag that DMARC does not know is ignored.

## What it checks
Tags that are neither registered for DMARC nor were so in RFC 7489. Tag names are written in small
letters.

## Why it matters
Receivers ignore unknown tags, as they must. Mostly it is a slip of the pen, and the tag that was
meant has no effect.

## Example
    _dmarc.example.com. TXT "v=DMARC1; p=reject; aua=mailto:dmarc@example.com"

## How to fix
Write the tag that you meant (adkim, aspf, fo, np, p, psd, rua, ruf, sp, t), or delete it.

## References
RFC 9989 sections 4.7, 4.8 and 9.3
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_records import DmarcRecord, dmarc_records
from mailcheck.grammar.dmarc import REMOVED_TAGS, TAGS
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master
from mailcheck.model.text import shorten

_LONGEST_GUESS = 20
_MOST_GUESSES = 10


def check(record: DmarcRecord, _: Context) -> Iterator[Problem]:
    unknown = (tag for tag in record.tree.tags.tags if tag.name not in TAGS and tag.name not in REMOVED_TAGS)
    for count, tag in enumerate(unknown):
        if tag is record.misnamed_rua:
            continue  # dmarc-no-reports tells it
        yield Problem(
            f"`{shorten(tag.name)}` is no DMARC tag, and receivers ignore it",
            record.at.within(tag.start, tag.start + len(tag.name)),
            help=_advice(tag.name) if count < _MOST_GUESSES else "delete it",
            token=shorten(tag.name),
        )


def _advice(name: str) -> str:
    import difflib

    close = difflib.get_close_matches(name.lower(), sorted(TAGS), 1) if len(name) <= _LONGEST_GUESS else []
    return f"did you mean `{close[0]}`?" if close else "delete it"


RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_records,
    check=check,
    severity=Severity.INFO,
    standard="RFC 9989 section 4.8",
    yields_to=("dmarc-policy-missing", "dmarc-policy-assumed"),
    good=(
        master('_dmarc TXT "v=DMARC1; p=none; np=none; psd=n; pct=50; ri=1; rua=mailto:dmarc@example.net"'),
        master('_dmarc TXT "v=DMARC1; policy=none; rua=mailto:dmarc@example.net"'),
    ),
    bad=(
        master('_dmarc TXT "v=DMARC1; p=none; rua=mailto:a@example.net; ruff=mailto:a@example.net"', caret="ruff"),
        master('_dmarc TXT "v=DMARC1; p=none; rua=mailto:a@example.net; note=x"', caret="note"),
        master('_dmarc TXT "v=DMARC1; p=none; rua=mailto:a@example.net; SP=none"', caret="SP"),
    ),
)
