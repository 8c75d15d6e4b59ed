"""A report host redirects the reports to another host, so that they go nowhere.

## What it checks
A record at `<domain>._report._dmarc.<host>` that names other addresses in `rua` or `ruf` must name
them at the same host. Declared records are checked where they stand; those of other organizations at
the policy that sends reports to them.

## Why it matters
Such a record may change the mailbox, never the host. Where it names another one, receivers must send
reports neither to the old address nor to the new.

## Example
    example.com._report._dmarc.example.net. TXT "v=DMARC1; rua=mailto:dmarc@example.org"

## How to fix
Name an address at the host itself (`mailto:dmarc@example.net`), drop the tag, or let the policy name
the other host directly.

## References
RFC 9990 section 4, step 9; RFC 9991 section 5 for `ruf`
"""

from collections.abc import Iterable, Iterator

from mailcheck.analysis.dmarc_records import DmarcRecord, ReportRecord, dmarc_and_report_records
from mailcheck.analysis.dmarc_reports import MOST_HOSTS, report_destinations
from mailcheck.grammar.dmarc import DmarcTree, parse_dmarc
from mailcheck.grammar.report_uri import ReportUri
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.location import Location
from mailcheck.model.text import shorten


def check(record: DmarcRecord, ask: Context) -> Iterator[Problem | Skip]:
    if isinstance(record, ReportRecord):
        for uri in _elsewhere((*record.tree.rua, *record.tree.ruf), record.host):
            yield _problem(record.host, uri, record.at.within(uri.host_start, uri.host_end))
        return
    hosts = record.hosts_beside(record.domain)
    if not hosts:
        return
    for destination in ask.evaluate(report_destinations, record.domain, tuple(hosts)[:MOST_HOSTS]).values():
        if destination.unanswered is not None:
            yield unanswered(*destination.unanswered)
        if destination.declared:
            continue
        named = hosts[destination.host]
        for consent in destination.records:
            for uri in _overriding(record.tree, parse_dmarc(consent.text), destination.host):
                yield _problem(destination.host, uri, record.at.within(named.host_start, named.host_end))


def _overriding(policy: DmarcTree, consent: DmarcTree, host: str) -> Iterator[ReportUri]:
    """The addresses at other hosts that take the place of those at `host`: `rua` of `rua`, `ruf` of `ruf`."""
    for sent, override in ((policy.rua, consent.rua), (policy.ruf, consent.ruf)):
        if any(uri.host == host for uri in sent):
            yield from _elsewhere(override, host)


def _elsewhere(uris: Iterable[ReportUri], host: str) -> Iterator[ReportUri]:
    for uri in uris:
        if uri.problem is None and uri.host and uri.host != host:
            yield uri


def _problem(host: str, uri: ReportUri, at: Location) -> Problem:
    own, other = shorten(host.removesuffix(".")), shorten(uri.host.removesuffix("."))
    return Problem(
        f"{own} hands the reports on to {other}, which is another host: receivers send them to neither",
        at,
        help=f"name an address at {own}, or let the policy name {other} itself",
        token=shorten(uri.host),
    )


_POLICY = '_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.net"\n'

RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_and_report_records,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 9990 section 4",
    needs=frozenset({"dns"}),
    good=(
        master('example.net._report._dmarc TXT "v=DMARC1; rua=mailto:dmarc@example.com"'),
        master('*._report._dmarc.reports TXT "v=DMARC1;"'),
        master('example.net._report._dmarc TXT "v=DMARC1; rua=dmarc@example.org"'),
        master('_dmarc TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.net"'),
        master('_dmarc TXT "v=DMARC1; p=none"'),
    ),
    bad=(
        master(
            _POLICY + 'example.net._report._dmarc TXT "v=DMARC1; rua=mailto:dmarc@example.org"',
            caret="example.org",
        ),
        master(
            _POLICY
            + '*._report._dmarc.reports TXT "v=DMARC1; ruf=mailto:a@reports.example.com,mailto:a@www.example.com"',
            caret="www.example.com",
        ),
    ),
)
