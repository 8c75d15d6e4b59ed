"""A DKIM key stands at a name where no verifier looks for it.

## What it checks
A TXT record that reads as a DKIM key (`v=DKIM1`, or key data in `p`) and is not at
`<selector>._domainkey.<domain>`. A name that a CNAME at a selector leads to is fine, in any declared
zone. A name that only lost its underscore is `zone-underscore-dropped`.

## Why it matters
Verifiers ask for exactly one name, made of the selector and the domain in the signature. They never
find this key, so the signatures fail.

## Example
    s1.example.com. TXT "v=DKIM1; p=MIIBIjANBgkq..."

## How to fix
Move the record to `<selector>._domainkey.<domain>`, with the selector that the mail server signs with.

## References
RFC 6376 section 3.6.2.1
"""

from collections.abc import Iterator

from mailcheck.analysis.dkim_keys import DkimRecord, alias_targets, dkim_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(record: DkimRecord, ask: Context) -> Iterator[Problem]:
    if record.selector is not None or record.name in ask.once(alias_targets):
        return
    if record.name.startswith("_domainkey."):
        message, advice = "the key stands at `_domainkey` itself, without a selector", "put its selector before it"
    else:
        message = "the key is not below `_domainkey`, so no verifier finds it"
        advice = f"move it to `<selector>._domainkey.{ask.zone.name.removesuffix('.')}`"
    yield Problem(message, record.record.owner_at, help=advice)


_KEY = 'TXT "v=DKIM1; k=rsa; p={rsa2048.public}"'

RULE = Rule(
    __name__,
    __doc__,
    over=dkim_records,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 6376 section 3.6.2.1",
    indexes=(alias_targets,),
    good=(
        master(f"s1._domainkey {_KEY}\ns1._domainkey.news {_KEY}\na.b._domainkey {_KEY}"),
        master(f"s1._domainkey CNAME s1.keys\ns1.keys {_KEY}"),
        master('@ TXT "v=spf1 -all"\n@ TXT "k=rsa is no key" \n@ TXT "p=1; k=2"\n@ TXT "MI=1; k=rsa"'),
        master('_acme-challenge TXT "kMI=p_XbaXbaXbaXbaXbaXbaXbaXbaXbaXbaXbaXbaXba"'),
    ),
    bad=(
        master(f"s1 {_KEY}", caret="s1"),
        master(f"_domainkey {_KEY}", caret="_domainkey"),
        master(f"s1._domainkeys {_KEY}", caret="s1._domainkeys"),
        master('s1 TXT "k=rsa; p={rsa2048.public}"', caret="s1"),
        master('s1 TXT "p={rsa2048.public}"', caret="s1"),
        master('s1 TXT "k=ed25519; p={ed25519.public}"', caret="s1"),
    ),
    yields_to=("zone-underscore-dropped", "dkim-private-key"),
)
