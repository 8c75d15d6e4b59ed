"""A tag or report address is wrong, and receivers discard it.

## What it checks
Values of `adkim`, `aspf`, `fo`, `t` and `psd` outside their sets; report addresses in `rua` and `ruf`
that are no URI, or hold a raw `,` or `!`; stretches between semicolons that are no tag. Spaces around
`=` and `;` are valid, and so is any order after `v`.

## Why it matters
Receivers drop the faulty part and take the default without a word: `adkim=strict` means relaxed
alignment, and a broken address gets no reports.

## Example
    _dmarc.example.com. TXT "v=DMARC1; p=reject; adkim=strict; rua=mailto:dmarc@example.com,"

## How to fix
Write one of the values that the message names. Encode a comma in an address as `%2C` and an
exclamation mark as `%21`.

## References
RFC 9989 sections 4.7 and 4.8; RFC 3986
"""

from collections.abc import Iterator
from itertools import chain

from mailcheck.analysis.dmarc_records import DmarcRecord, dmarc_records
from mailcheck.grammar.dmarc import DEFAULTS, setting_fault
from mailcheck.grammar.report_uri import UriProblem
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master
from mailcheck.model.location import Location
from mailcheck.model.text import shorten


def check(record: DmarcRecord, _: Context) -> Iterator[Problem]:
    told = set()
    for problem in chain(_not_tags(record), _discarded(record), _addresses(record)):
        if problem.token not in told:
            told.add(problem.token)
            yield problem


def _not_tags(record: DmarcRecord) -> Iterator[Problem]:
    for problem in record.tree.tags.problems:
        written = shorten(record.record.text[problem.start : problem.end])
        empty = problem.kind == "empty"
        yield Problem(
            "an empty tag" if empty else f"`{written}` is no tag, and receivers pass over it",
            record.at.within(problem.start, problem.end),
            help="write `name=value` between two semicolons, or delete it",
            token=";" if empty else written,
        )


def _discarded(record: DmarcRecord) -> Iterator[Problem]:
    for tag in record.tree.discarded:
        if tag.name == "fo" and record.tag("ruf") is None:
            continue
        yield Problem(
            f"`{tag.name}={shorten(tag.value)}` is discarded, and receivers take the default "
            f"`{tag.name}={DEFAULTS[tag.name]}`",
            record.at.within(tag.value_start if tag.value else tag.start, tag.end),
            help=setting_fault(tag),
            token=tag.name,
        )


def _addresses(record: DmarcRecord) -> Iterator[Problem]:
    for name, uris in (("rua", record.tree.rua), ("ruf", record.tree.ruf)):
        for uri in uris:
            if uri.problem is not None and uri.problem.kind != "bare-address":
                yield Problem(
                    f"in `{name}`, {uri.problem.message}",
                    _place(record, name, uri.problem),
                    help="write addresses as `mailto:user@example.com`, separated by commas",
                    token=shorten(uri.text) or name,
                )


def _place(record: DmarcRecord, name: str, problem: UriProblem) -> Location:
    tag = record.tag(name)
    if tag and not tag.value:
        return record.at.within(tag.start, tag.end)
    return record.at.within(problem.start, problem.end)


def _record(rest: str) -> str:
    return f'_dmarc TXT "v=DMARC1; p=none; {rest}"'


RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_records,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 9989 sections 4.7 and 4.8",
    yields_to=("dmarc-policy-missing", "dmarc-policy-assumed", "zone-non-ascii"),
    good=(
        master('_dmarc TXT "v = DMARC1 ; adkim = S; t=n; psd=u; p=reject; rua = mailto:dmarc@example.net ; "'),
        master(_record("ruf=mailto:a@example.net, mailto:b@example.net; fo=1:d:s; rua=mailto:a@example.net!10m")),
        master(_record("fo=9; rua=mailto:dmarc@example.net")),
        master('_dmarc TXT "v=DMARC1; p reject; rua=mailto:dmarc@example.net"'),
    ),
    bad=(
        master(_record("adkim=strict; rua=mailto:dmarc@example.net"), caret="strict"),
        master(_record("t=yes; rua=mailto:dmarc@example.net"), caret="yes"),
        master(_record("psd=; rua=mailto:dmarc@example.net"), caret="psd="),
        master(_record("fo=0:1; ruf=mailto:a@example.net; rua=mailto:a@example.net"), caret="0:1"),
        master(_record("rua=mailto:a!b@example.net"), caret="!"),
        master(_record("rua=mailto:a,b@example.net"), caret=","),
        master(_record("rua=mailto:a@example.net mailto:b@example.net"), caret=" "),
        master(_record("rua=mailto:a@example.net,"), caret=","),
        master(_record("rua=mailto:a@example.net; ruf=nobody"), caret="nobody"),
        master(_record("rua=; ruf=mailto:a@example.net"), caret="rua="),
        master(_record("rua=mailto:postmaster"), caret="mailto:postmaster"),
        master(_record("strict;;; rua=mailto:a@example.net"), caret="strict"),
    ),
)
