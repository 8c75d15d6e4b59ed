"""Mail from a domain of the spec leaves unsigned, or signed in another's name.

## What it checks
For each domain whose hosts in `mailcheck.yaml` include this one: OpenDKIM signs mail from any address there, and
with a `d=` that is this domain or one above it. Rows for single addresses do not count.

## Why it matters
DMARC passes by DKIM only where `d=` and the domain of From align. Unsigned mail has SPF alone, which no
forwarding survives; under `p=reject` it is then lost.

## Example
    # /etc/opendkim/SigningTable has no row for example.net
    *@example.com s202611._domainkey.example.com

## How to fix
Add the domain to the SigningTable, and its key to the KeyTable, or take the host from the domain in the spec.

## References
opendkim.conf(5) SigningTable, Domain; RFC 9989
"""

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim import OpenDkim
from mailcheck.analysis.opendkim_in_use import can_sign, daemon_of, plain_wildcards, signing
from mailcheck.grammar.opendkim_data_set import matches
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed
from mailcheck.model.names import absolute, is_at_or_below
from mailcheck.model.spec import DomainSpec
from mailcheck.model.text import shorten, shown_name


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    if ctx.host is None or can_sign(daemon) is False or plain_wildcards(daemon):
        return
    if not daemon.signers and not daemon.dangling:
        return  # host-dkim-nothing-to-sign
    for domain in ctx.spec.domains.values():
        if ctx.host not in ctx.spec.sending_hosts(domain):
            continue
        signer = daemon.signs_for(domain.name)
        if isinstance(signer, NotDetermined):
            yield Skip(signer.why)
        elif signer is None and not _is_dangling(daemon, domain.name):
            yield _unsigned(daemon, domain)
        elif signer is not None and not is_at_or_below(domain.name, absolute(signer.domain.lower())):
            yield Problem(
                f"mail from `{shown_name(domain.name)}` is signed as `d={shorten(signer.domain)}`, "
                "which does not align",
                signer.domain_at,
                help=f"sign it with a key of its own, `d={shown_name(domain.name)}`",
                related=(Label(signer.pattern.at, "this row leads there"), _promise(domain)),
                token=domain.name,
            )


def _unsigned(daemon: OpenDkim, domain: DomainSpec) -> Problem:
    name = "SigningTable" if daemon.option("SigningTable").value else "Domain"
    shown = shown_name(domain.name)
    return Problem(
        f"mail from `{shown}` leaves unsigned, since `{name}` does not cover it",
        daemon.option(name).at,
        help=f"add `{f'*@{shown} KEYNAME' if name == 'SigningTable' else shown}` to it, and a key for it",
        related=(_promise(domain),),
        token=domain.name,
    )


def _promise(domain: DomainSpec) -> Label:
    return Label(domain.place("hosts"), "the spec lets this host send for it")


def _is_dangling(daemon: OpenDkim, domain: str) -> bool:
    """Whether a row for the domain names no key, or one that depends on the message: that is told there."""
    bare = domain.removesuffix(".")
    patterns = [row.pattern.text for row in daemon.dangling]
    return any(matches(pattern, f"\0@{bare}") or pattern.lower() == bare for pattern in patterns)


_CONF = "/etc/opendkim.conf"
_ROWS = "/etc/opendkim/SigningTable"
_NET = "*@example.net s202611._domainkey.example.net\n"
_KEYTABLE = (_CONF, "KeyTable                refile:/etc/opendkim/KeyTable\n", "")
_SIGNINGTABLE = "SigningTable            refile:/etc/opendkim/SigningTable\n"
_SINGLE = "Selector s202611\nKeyFile /etc/dkimkeys/s202611.example.com.private\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "opendkim.conf(5) SigningTable",
    needs=("spec",),
    over=signing,
    good=(
        changed(),
        changed((_ROWS, _NET, "*.net s202611._domainkey.example.net\n")),
        changed((_ROWS, _NET, ""), ("mailcheck.yaml", "roles: [mx, submission, forwarder]", "roles: [mx]")),
    ),
    bad=(
        changed((_ROWS, _NET, ""), caret="refile:/etc/opendkim/SigningTable"),
        changed((_ROWS, "*@example.net", "ann@example.net"), caret="refile:/etc/opendkim/SigningTable"),
        changed(
            _KEYTABLE,
            (_CONF, _SIGNINGTABLE, f"Domain example.com\nSubDomains yes\n{_SINGLE}"),
            caret="example.com",
        ),
        changed((_ROWS, _NET, "*@example.net s202611._domainkey.example.com\n"), caret="example.com"),
    ),
)
