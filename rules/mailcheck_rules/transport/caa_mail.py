"""CAA records forbid every certificate for a host that MTA-STS needs one for.

## What it checks
A domain that announces MTA-STS: the CAA records that hold for its exchanges and for `mta-sts.<domain>`,
as far as they are in the same zone, name at least one authority. `issue ";"` alone forbids all.
Where there are no CAA records with `issue`, every authority may issue.

## Why it matters
MTA-STS takes only certificates of public authorities, for the exchanges and for the host of the policy.
With these records none can be had or renewed: some day the certificate expires, and senders hold their
mail back.

## Example
    _mta-sts.example.com. TXT "v=STSv1; id=20260131"
    mail.example.com.     CAA 0 issue ";"

## How to fix
Name the authority that issues the certificates: `CAA 0 issue "ca.example.net"`.

## References
RFC 8659 sections 3 and 4.2; RFC 8461 sections 3.3 and 4.2
"""

from collections.abc import Iterable, Iterator

from mailcheck.analysis.mx_records import mx_sets
from mailcheck.analysis.transport import (
    POLICY_HOST_LABEL,
    StsDomain,
    forbids_certificates,
    relevant_caa,
    sts_domains,
)
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Present, Question, Unknown
from mailcheck.model.names import is_at_or_below
from mailcheck.model.record import Record
from mailcheck.model.zone import Zone


def check(domain: StsDomain, ask: Context) -> Iterator[Problem | Skip]:
    if not ask.zone.record_sets("CAA"):
        return
    blocked: dict[Record, list[str]] = {}
    for host in _certified_hosts(domain, ask.zone):
        records = relevant_caa(ask.zone, host)
        if not forbids_certificates(records):
            continue
        alias = ask.ask(host, "CAA") if ask.zone.at_name(host, "CNAME") else None
        if isinstance(alias, Unknown):
            yield unanswered(Question(host, "CAA"), alias)
        elif not isinstance(alias, Present):
            blocked.setdefault(records[0], []).append(f"`{host.removesuffix('.')}`")
    for record, hosts in blocked.items():
        yield Problem(
            f"no authority may issue a certificate for {' and '.join(hosts[:3])}, which MTA-STS needs",
            record.at,
            help='name the authority: `CAA 0 issue "ca.example.net"`',
            related=(Label(domain.at, "MTA-STS is announced here"),),
            token=domain.domain,
            name=record.name,
            type="CAA",
        )


def _certified_hosts(domain: StsDomain, zone: Zone) -> Iterable[str]:
    """The hosts of the zone that need a certificate: the policy's and the exchanges."""
    exchanges = (exchange.name for mx in mx_sets(zone) if mx.name == domain.domain for exchange in mx.hosts)
    hosts = dict.fromkeys((POLICY_HOST_LABEL + domain.domain, *exchanges))
    return (host for host in hosts if is_at_or_below(host, zone.name))


_ALIAS = '_mta-sts TXT "v=STSv1; id=1"\nmta-sts CNAME web\nweb A 192.0.2.80\n@ CAA 0 issue ";"\n'
_STS = """\
_mta-sts TXT "v=STSv1; id=1"
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"
mta-sts A 192.0.2.80
@ MX 10 mail
mail A 192.0.2.25
"""

RULE = Rule(
    __name__,
    __doc__,
    over=sts_domains,
    check=check,
    severity=Severity.INFO,
    standard="RFC 8659 section 4.2",
    needs=frozenset({"dns"}),
    good=(
        master(_STS),
        master(_STS + '@ CAA 0 issue "ca.example.net"'),
        master(
            _STS + '@ CAA 0 issue ";"\nmail CAA 0 issue "ca.example.net"\nmta-sts CAA 0 issue "ca.example.net"'
        ),
        master(_STS + '@ CAA 0 iodef "mailto:security@example.com"'),
        master('@ MX 10 mail\nmail A 192.0.2.25\n@ CAA 0 issue ";"'),
        master('_mta-sts TXT "v=STSv1; id=1"\nmta-sts CNAME sts.example.net.\n@ CAA 0 issue ";"'),
        master(_ALIAS + 'web CAA 0 issue "ca.example.net"'),
    ),
    bad=(
        master(_STS + 'mail CAA 0 issue ";"', caret='0 issue ";"'),
        master(_STS + '@ CAA 0 issue ";"', caret='0 issue ";"'),
        master(_ALIAS, caret='0 issue ";"'),
    ),
)
