"""The exchange stands behind a proxy that carries no mail.

## What it checks
An exchange whose address record carries `octodns: cloudflare: proxied: true`.

## Why it matters
A proxied name answers with Cloudflare's addresses, not with yours, and the proxy passes on web
traffic only. Every delivery attempt on port 25 fails, although zone file and host look right.

## Example
    mail:
      type: A
      octodns: {cloudflare: {proxied: true}}
      value: 192.0.2.25

## How to fix
Remove `proxied: true` from the host's address records, or give mail a host name of its own that is
not proxied.

## References
RFC 5321 section 5.1; Cloudflare's documentation on proxy status
"""

from collections.abc import Iterator, Mapping

from mailcheck.analysis.addresses import host_addresses
from mailcheck.analysis.mx_records import MxSet, mx_sets
from mailcheck.lint.rule import Case, Context, Label, Problem, Rule, Severity, Skip
from mailcheck.model.record import Record


def check(mx: MxSet, ask: Context) -> Iterator[Problem | Skip]:
    hosts = ask.evaluate(host_addresses, *mx.host_names)
    for exchange in mx.hosts:
        proxied = [found.record for found in hosts[exchange.name].found if is_proxied(found.record)]
        if proxied:
            yield Problem(
                f"the exchange `{exchange.shown}` is proxied by Cloudflare, which passes on no mail",
                exchange.at,
                help="remove `proxied: true` from the addresses of this host",
                related=(Label(proxied[0].at, "proxied here"),),
                token=exchange.name,
            )


def is_proxied(record: Record) -> bool:
    settings = (record.extra or {}).get("octodns")
    cloudflare = settings.get("cloudflare") if isinstance(settings, Mapping) else None
    return isinstance(cloudflare, Mapping) and cloudflare.get("proxied") is True


ZONE = """\
'':
  type: MX
  value: {{exchange: mail.example.com., preference: 10}}
mail:
  type: A
  octodns: {settings}
  value: 192.0.2.25
"""


def case(settings: str, caret: str | None = None) -> Case:
    return Case({"example.com.yaml": ZONE.format(settings=settings)}, caret)


RULE = Rule(
    __name__,
    __doc__,
    over=mx_sets,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 5321 section 5.1",
    needs=frozenset({"dns"}),
    good=(case("{cloudflare: {proxied: false}}"), case("{cloudflare: yes}"), case("{healthcheck: {}}")),
    bad=(case("{cloudflare: {proxied: true}}", caret="mail.example.com."),),
)
