"""The host bears the name of the mail domain, and DNS does not.

## What it checks
`myhostname` is a mail domain of the spec or of the zones, and the addresses that mail leaves from do not
have that name: its A and AAAA records, or the PTR records of these addresses, are others. Where all agree,
a host may well be called like its domain.

## Why it matters
Receivers compare HELO with the PTR record and with the addresses of the name. `$myhostname` in
`mydestination` makes the domain a local one as well: mail for mailboxes in tables then finds no account.

## Example
    myhostname = example.com

while the PTR record says `mail.example.com`.

## How to fix
Give the host a name of its own, the one that the PTR record holds:

    myhostname = mail.example.com

## References
postconf(5) myhostname; RFC 5321 section 4.1.4; RFC 1912 section 2.1
"""

from collections.abc import Iterator

from mailcheck.analysis.addresses import HostAddresses, first_open, host_addresses
from mailcheck.analysis.fcrdns import ReverseDns, reverse_dns
from mailcheck.analysis.host_egress import seen_addresses
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed, unanswered
from mailcheck.model.location import NOWHERE, Location
from mailcheck.model.text import shown_name

_MAIN = "/etc/postfix/main.cf"
_NAME = (_MAIN, "myhostname = mail.example.com", "myhostname = example.com")
_LOCAL = (_MAIN, "mydestination = $myhostname, ", "mydestination = ")


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    setting, name = facts.postfix.of("myhostname"), facts.name
    if not name or not (name in ctx.spec.domains or ctx.role(name).receives):
        return
    addresses = tuple(dict.fromkeys(seen_addresses(facts, facts.postfix, ctx.host)))
    if not addresses:
        yield Skip("the addresses that mail leaves from are not known")
        return
    host = ctx.evaluate(host_addresses, name)[name]
    reverse = ctx.evaluate(reverse_dns, *addresses)
    wrong = [found for address in addresses if (found := _contradiction(name, reverse[address], host))]
    undecided = first_open([host]) or next((found.open for found in reverse.values() if found.open), None)
    if wrong:
        why, place = wrong[0]
        yield Problem(
            f"the host calls itself `{shown_name(name)}` like a mail domain, and {why}",
            setting.at,
            help="myhostname = mail.example.com",
            related=(Label(place, "DNS says otherwise here"),) if place.path else (),
            token="myhostname",
        )
    elif undecided:
        yield unanswered(*undecided)


def _contradiction(name: str, reverse: ReverseDns, host: HostAddresses) -> tuple[str, Location] | None:
    """What DNS says against the name at one address, and where."""
    if reverse.names and name not in [ptr.name for ptr in reverse.names]:
        return f"DNS calls {reverse.address} `{reverse.names[0].shown}`", reverse.names[0].record.at
    if not host.unanswered and reverse.address not in [one.address for one in host.found]:
        return f"that does not lead to {reverse.address}", host.found[0].record.at if host.found else NOWHERE
    return None


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postconf(5) myhostname",
    needs=("dns",),
    over=each_postfix,
    yields_to=("host-pf-inline-comment",),
    good=(
        changed(),
        changed(
            _NAME,
            _LOCAL,
            (
                "mailcheck.yaml",
                "hosts: [mail.example.com]\n    selectors: [s202611]\n  example.net",
                "hosts: [example.com]\n    selectors: [s202611]\n  example.net",
            ),
            (
                "mailcheck.yaml",
                "hosts: [mail.example.com]\n    selectors: [s202611]\n\n",
                "hosts: [example.com]\n    selectors: [s202611]\n\n",
            ),
            ("mailcheck.yaml", "\n  mail.example.com:", "\n  example.com:"),
            (
                "zones/example.com.zone",
                "        CAA ",
                "        A 192.0.2.25\n        AAAA 2001:db8::25\n        CAA ",
            ),
            ("zones/2.0.192.in-addr.arpa.zone", "PTR     mail.example.com.", "PTR     example.com."),
            ("zones/8.b.d.0.1.0.0.2.ip6.arpa.zone", "PTR mail.example.com.", "PTR example.com."),
        ),
    ),
    bad=(changed(_NAME, _LOCAL, caret="example.com", also=("host-spec-unknown",)),),
)
