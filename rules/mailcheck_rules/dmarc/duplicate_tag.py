"""A tag stands twice in a DMARC record.

## What it checks
Two tags of one record have the same name, whatever their values.

## Why it matters
DMARC records are DKIM tag lists, and a tag list that names a tag twice is invalid as a whole: some
receivers ignore the record, others take the first value or the last.

## Example
    _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com; p=reject"

## How to fix
Keep one of them. Several report addresses go into one `rua`, separated by commas.

## References
RFC 9989 section 4.7; RFC 6376 section 3.2
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_records import DmarcRecord, dmarc_records
from mailcheck.grammar.tags import Tag
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, master
from mailcheck.model.text import shorten


def check(record: DmarcRecord, _: Context) -> Iterator[Problem]:
    seen: dict[str, Tag] = {}
    for tag in record.tree.tags.tags:
        first = seen.setdefault(tag.name, tag)
        if first is tag:
            continue
        yield Problem(
            f"the tag `{shorten(tag.name)}` stands twice, which makes the whole record invalid",
            record.at.within(tag.start, tag.end),
            help="keep one of the two",
            related=(Label(record.at.within(first.start, first.end), "the first one"),),
            token=shorten(tag.name),
        )


RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_records,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 6376 section 3.2",
    good=(master('_dmarc TXT "v=DMARC1; p=none; sp=none; rua=mailto:dmarc@example.net"'),),
    bad=(
        master('_dmarc TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.net; p=reject"', caret="p=reject"),
        master('_dmarc TXT "v=DMARC1; p=none; rua=mailto:a@example.net; v=DMARC1"', caret="v=DMARC1"),
    ),
)
