"""A mail host's own name has no SPF record.

## What it checks
The hosts that MX records of the declared zones name, where a declared zone also holds their address:
each has an SPF record at its own name.

## Why it matters
Bounces have an empty envelope sender, so receivers check the name that the host greets with. Without
a record there they have no SPF result at all.

## Example
    example.com. MX 10 mail.example.com.
    mail.example.com. A 192.0.2.25

## How to fix
Publish `v=spf1 a -all` at the host's name; where it never sends, `v=spf1 -all`.

## References
RFC 7208 sections 2.3 and 2.4
"""

from collections.abc import Iterator

from mailcheck.analysis.spf_references import exchange_hosts
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.grammar.spf import is_spf
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, master
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem]:
    for host in ask.once(exchange_hosts).get(zone.name, ()):
        if zone.may_hold_more(host) or any(is_spf(record.text) for record in zone.at_name(host, "TXT")):
            continue
        address = (zone.at_name(host, "A") or zone.at_name(host, "AAAA"))[0]
        yield Problem(
            f"the mail host `{shown_name(host)}` has no SPF record of its own, so its bounces have no SPF result",
            address.owner_at,
            help="publish `v=spf1 a -all` at its name",
            name=host,
            type="TXT",
        )


RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.INFO,
    standard="RFC 7208 section 2.3",
    yields_to=("spf-misspelt-version",),
    indexes=(exchange_hosts,),
    good=(
        master('@ MX 10 mail\n@ TXT "v=spf1 mx -all"\nmail A 192.0.2.25\nmail TXT "v=spf1 a -all"'),
        master('@ MX 10 mail.example.net.\n@ TXT "v=spf1 mx -all"\nwww A 192.0.2.80'),
        master("@ MX 0 ."),
    ),
    bad=(
        master('@ MX 10 mail\n@ TXT "v=spf1 mx -all"\nmail A 192.0.2.25', caret="mail"),
        master('@ TXT "v=spf1 mx -all"\n@ MX 10 mail\nmail AAAA 2001:db8::25\nmail TXT "hello"', caret="mail"),
        Case(
            {
                "example.com.yaml": "'':\n  type: MX\n  value: {exchange: mx.example.net., preference: 10}\n",
                "example.net.yaml": "mx:\n  type: A\n  value: 192.0.2.25\n",
            },
            caret="mx",
        ),
    ),
)
