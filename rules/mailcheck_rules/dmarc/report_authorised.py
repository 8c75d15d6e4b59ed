"""Reports go to another organization that has not agreed to take them.

## What it checks
Each host in `rua` and `ruf` outside the organizational domain, found by DNS tree walks, must hold a
DMARC record at `<domain>._report._dmarc.<host>`; a wildcard there counts. Where `_dmarc` is a CNAME, the
domain is the one that the CNAME stands at. Ten hosts are looked at.

## Why it matters
Without that record receivers must ignore the address, so that nobody can flood a stranger with
reports. The record looks complete, and no report arrives.

## Example
    _dmarc.example.com.  TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.net"
    ; and nothing at example.com._report._dmarc.example.net

## How to fix
Publish `example.com._report._dmarc.example.net. TXT "v=DMARC1"` in the zone of the host that takes
the reports, or `*._report._dmarc.example.net.` to take anybody's. An explicit name below
`_report._dmarc` can hide the wildcard from its neighbours.

## References
RFC 9990 section 4; RFC 9991 section 5 for `ruf`
"""

from collections.abc import Iterator, Mapping

from mailcheck.analysis.dmarc_records import DmarcDetour, DmarcRecord, distinct, policies_and_aliases
from mailcheck.analysis.dmarc_reports import MOST_HOSTS, report_destinations
from mailcheck.grammar.report_uri import ReportUri
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Present, Question, Unknown
from mailcheck.model.text import shorten


def check(policy: DmarcRecord | DmarcDetour, ask: Context) -> Iterator[Problem | Skip]:
    if isinstance(policy, DmarcRecord):
        yield from _check_hosts(policy, policy.hosts_beside(policy.domain), ask)
        return
    answer = ask.ask(policy.name, "TXT")
    if isinstance(answer, Unknown):
        yield unanswered(Question(policy.name, "TXT"), answer)
    elif isinstance(answer, Present) and len(records := distinct(answer.records)) == 1:
        yield from _check_hosts(policy, DmarcRecord(records[0]).hosts_beside(policy.domain), ask)


def _check_hosts(
    policy: DmarcRecord | DmarcDetour, hosts: Mapping[str, ReportUri], ask: Context
) -> Iterator[Problem | Skip]:
    if not hosts:
        return
    names = tuple(hosts)[:MOST_HOSTS]
    for destination in ask.evaluate(report_destinations, policy.domain, names).values():
        if destination.unanswered is not None:
            yield unanswered(*destination.unanswered)
        elif destination.kind in ("refuses", "too-long"):
            yield _problem(policy, hosts[destination.host], destination.consent_name)
    if len(hosts) > MOST_HOSTS:
        more = len(hosts) - MOST_HOSTS
        yield Skip(f"not checked: {more} more report hosts after the first {MOST_HOSTS}", over_limit=True)


def _problem(policy: DmarcRecord | DmarcDetour, uri: ReportUri, consent_name: str) -> Problem:
    domain, host = shorten(policy.domain.removesuffix(".")), shorten(uri.host.removesuffix("."))
    consent = shorten(consent_name.removesuffix("."), 200)
    return Problem(
        f"{host} has not agreed to take the reports on {domain}, so that receivers ignore the address",
        policy.at.within(uri.host_start, uri.host_end) if isinstance(policy, DmarcRecord) else policy.at,
        help=f'publish `{consent}` TXT "v=DMARC1", or use an address of your own domain',
        token=shorten(uri.host),
    )


_OUTSIDE = '_dmarc TXT "v=DMARC1; p=none; rua=mailto:dmarc@reports.example.net"\n'


def _with_host(records: str, policy: str = _OUTSIDE, caret: str | None = None) -> Case:
    host = (
        "$ORIGIN example.net.\n$TTL 3600\n@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n@ NS ns1\n"
        'ns1 A 192.0.2.54\nreports MX 10 ns1\nreports TXT "v=spf1 -all"\n'
        f'_dmarc TXT "v=DMARC1; p=none; rua=mailto:a@reports.example.net"\n{records}\n'
    )
    return master(policy, caret, **{"example.net.zone": host})


RULE = Rule(
    __name__,
    __doc__,
    over=policies_and_aliases,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 9990 section 4",
    needs=frozenset({"dns"}),
    good=(
        _with_host('example.com._report._dmarc.reports TXT "v=DMARC1"'),
        _with_host('*._report._dmarc.reports TXT "v=DMARC1;"\n*._report._dmarc.reports TXT "note"'),
        _with_host("*._report._dmarc.reports CNAME any.example.org."),
        _with_host('example.com._report._dmarc.reports TXT "v=dmarc1"'),
        _with_host("", _OUTSIDE.replace("_dmarc", "_dmarc.example.com")),
        _with_host("", "_dmarc CNAME hosted-dmarc.example.org.\n_dmarc.news CNAME _dmarc.ns1.example.net."),
        master(
            '_dmarc TXT "v=DMARC1; p=none; rua=mailto:a@reports.example.com,mailto:a@example.com,a@example.net"'
        ),
    ),
    bad=(
        _with_host("", caret="reports.example.net"),
        _with_host("", "_dmarc CNAME _dmarc.example.net.", caret="_dmarc.example.net."),
        _with_host('example.org._report._dmarc.reports TXT "v=DMARC1"', caret="reports.example.net"),
        _with_host(
            "",
            'mail MX 10 ns1\nmail TXT "v=spf1 -all"\n'
            '_dmarc TXT "v=DMARC1; p=none; rua=mailto:a@mail.example.com; ruf=mailto:a@reports.example.net"',
            caret="reports.example.net",
        ),
        master(
            '_dmarc TXT "v=DMARC1; p=none; rua=mailto:dmarc@own.example.com"\n'
            'own MX 10 ns1\nown TXT "v=spf1 -all"\n'
            '_dmarc.own TXT "v=DMARC1; p=none; psd=n; rua=mailto:dmarc@own.example.com"',
            caret="own.example.com",
        ),
    ),
)
