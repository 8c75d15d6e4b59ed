"""A domain that sends mail has no DKIM key.

## What it checks
Below `_domainkey` of the domain there is neither a TXT record with a key nor a CNAME that leads to one,
and the same holds for every domain above it. A key of a parent domain counts, since DMARC's relaxed
alignment lets it sign for subdomains; where that parent sends too and has no key, it alone is named.
Revoked keys do not count; a delegated `_domainkey` does. A DNAME at the domain is followed; where it leads out
of the zones, and of a delegated domain, nothing is determined.
Which domains send is what `mailcheck.yaml` says; without that it is derived from the records: an SPF record
that authorises someone, or an MX without any SPF record. Where `mailcheck.yaml` names the selectors of a
domain, `spec-dkim-selector` and `spec-sender-dkim` look for them.

## Why it matters
Gmail, Yahoo and Microsoft require DKIM of everyone who sends in bulk, and mail that is forwarded fails
SPF, so that without DKIM it fails DMARC too.

## Example
    example.com. MX  10 mail.example.com.
    example.com. TXT "v=spf1 mx -all"

## How to fix
Let the mail server sign, and publish its public key at `<selector>._domainkey.<domain>`. Where a
provider sends the mail, publish the CNAME or TXT records that it names.

## References
RFC 6376 section 3.6.2.1; RFC 9989 section 4.4; https://support.google.com/a/answer/81126
"""

from collections.abc import Iterator

from mailcheck.analysis.dkim_keyed import is_keyed, may_be_keyed_elsewhere
from mailcheck.analysis.dkim_keys import keyed_domains
from mailcheck.analysis.mail_role import MailDomain, mail_domains
from mailcheck.analysis.spec_keys import is_astray
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Skip, master
from mailcheck.model.names import is_at_or_below, parent
from mailcheck.model.spec import MailSpec


def check(domain: MailDomain, ask: Context) -> Iterator[Problem | Skip]:
    if (
        not ask.role(domain.name).sends
        or is_keyed(domain.name, ask.zone, ask.once(keyed_domains))
        or _is_told_above(domain.name, ask)
    ):
        return
    if _names_selectors(domain.name, ask.spec):
        return  # each of them is looked for by spec-dkim-selector or spec-sender-dkim
    if ask.zone.incomplete or any(is_at_or_below(name, f"_domainkey.{domain.name}") for name in ask.zone.unread):
        yield Skip(f"could not be read: a key of {domain.name.removesuffix('.')}")
        return
    if is_astray(ask.zone, domain.name):
        return  # a key that stands at a wrong name is told by dkim-wrong-name
    if may_be_keyed_elsewhere(domain.name, ask.zone, ask.zones):
        yield Skip(f"not asked: a key of {domain.name.removesuffix('.')}")
        return
    yield Problem(
        f"`{domain.name.removesuffix('.')}` sends mail and has no DKIM key",
        domain.at,
        help="sign its mail, and publish the key at `<selector>._domainkey` of the domain",
    )


def _names_selectors(name: str, spec: MailSpec) -> bool:
    domain = spec.domains.get(name)
    return domain is not None and (
        any(spec.signing(domain))
        or any(sender.dkim_aligns and sender.selectors for sender in spec.senders_of(domain))
    )


def _is_told_above(name: str, ask: Context) -> bool:
    """Whether a domain above it in the zone sends: a key there would serve both, and so does one finding."""
    while name != ask.zone.name:
        name = parent(name)
        if ask.role(name).sends:
            return True
    return False


_SENDS = '@ MX 10 mail\nmail A 192.0.2.25\n@ TXT "v=spf1 mx -all"\n'

RULE = Rule(
    __name__,
    __doc__,
    over=mail_domains,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 6376 section 3.6.2.1",
    yields_to=("zone-parked",),
    indexes=(keyed_domains,),
    good=(
        master(_SENDS + 's1._domainkey TXT "v=DKIM1; p={rsa2048.public}"'),
        master(_SENDS + "s1._domainkey CNAME s1.keys.example.net."),
        master(_SENDS + "_domainkey NS ns1.example.net."),
        master("news NS ns1.example.net.\nnews MX 10 mail.example.net."),
        master("news DNAME news.example.net.\nnews MX 10 mail.example.net."),
        master('news DNAME new\nnews MX 10 mail.example.net.\ns1._domainkey.new TXT "p={rsa2048.public}"'),
        master(
            _SENDS + 's1._domainkey TXT "v=DKIM1; p={rsa2048.public}"\nnews TXT "v=spf1 a:mail.example.com -all"'
        ),
        master(_SENDS + 's1._domainkey.example.com TXT "v=DKIM1; p={rsa2048.public}"'),
        master(_SENDS + 's1.domain-key TXT "v=DKIM1; p={rsa2048.public}"'),
        master('@ MX 0 .\n@ TXT "v=spf1 -all"'),
        master(_SENDS, **{"mailcheck.yaml": "domains: {example.com: {mail: receive}}"}),
        master(
            _SENDS,
            **{
                "mailcheck.yaml": "domains: {example.com: {hosts: [mail.example.com]}}\n"
                "hosts: {mail.example.com: {selectors: s1}}"
            },
        ),
        master(_SENDS + 'mail TXT "v=spf1 a -all"\nold TXT "v=DKIM1; p={rsa2048.public}"'),
        Case(
            {
                "example.com.yaml": "'': {type: TXT, value: v=spf1 -all}\n"
                "s1._domainkey: {type: CNAME, value: s1.keys.example.net.}\n",
                "news.example.com.yaml": "'': {type: TXT, value: 'v=spf1 ip4:192.0.2.25 -all'}\n",
            }
        ),
    ),
    bad=(
        master(_SENDS, caret="10 mail"),
        master("news DNAME new\nnews MX 10 mail.example.net."),
        master('@ TXT "v=spf1 ip4:192.0.2.25 -all"'),
        master(_SENDS + 's1._domainkey TXT "v=DKIM1; p="'),
        master("www A 192.0.2.80", caret="@", **{"mailcheck.yaml": "domains: {example.com: {mail: send}}"}),
        master(_SENDS + 's1._domainkey.news TXT "v=DKIM1; p={rsa2048.public}"', caret="10 mail"),
    ),
)
