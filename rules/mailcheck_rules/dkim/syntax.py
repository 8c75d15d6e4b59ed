"""A DKIM key record breaks the grammar, so verifiers refuse it.

## What it checks
The tag list of a key record: every part is `tag=value`, no tag stands twice, `v` is `DKIM1` and comes
first where it stands, `p` is there and holds nothing but base64 (white space inside it is allowed), and
something usable is left: a key type of `rsa` or `ed25519`, a hash that verifiers use in `h`, a service
of `*` or `email` in `s`. A record with several texts at one selector is `dkim-single-record`; base64 that
gives no key is `dkim-key-invalid`.

## Why it matters
A record that breaks these rules is treated as if there were no key: every signature made with it fails.

## Example
    s1._domainkey.example.com. TXT "v=DKIM1; k=rsa p=MIIBIjANBgkq..."

## How to fix
Correct the part under the caret. Copy the record from the tool that made the key, without quotes inside
it, and split long texts into strings of at most 255 characters.

## References
RFC 6376 sections 3.2 and 3.6.1
"""

from collections.abc import Iterator

from mailcheck.analysis.dkim_keys import DkimRecord, dkim_records
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, master


def check(record: DkimRecord, _: Context) -> Iterator[Problem]:
    for problem in record.tree.problems:
        yield Problem(
            problem.message,
            record.at.within(problem.start, problem.end),
            help=problem.help,
            token=f"{problem.kind} {problem.tag}".strip(),
        )


RULE = Rule(
    __name__,
    __doc__,
    over=dkim_records,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 6376 section 3.6.1",
    good=(
        master('s1._domainkey TXT "v=DKIM1; k=rsa; p={rsa2048.public}"'),
        master('s1._domainkey TXT "k=rsa; t=s; n=a note; p={rsa2048.public};"'),
        master('s1._domainkey TXT "v = DKIM1 ; h=sha1:sha256; s=email:*; p=" "{rsa2048.public}"'),
        master('s1._domainkey TXT "v=DKIM1; k=ed25519; p={ed25519.public}"'),
        master('s1._domainkey TXT "v=DKIM1; s=tlsrpt; p={rsa2048.public}"'),
        master('s1._domainkey TXT "v=DKIM1; p="'),
        master('_adsp._domainkey TXT "dkim=all"\n_domainkey TXT "t=y; o=~"'),
    ),
    bad=(
        master('s1._domainkey TXT "v=DKIM1; k=rsa; k=rsa; p={rsa2048.public}"', caret="k=rsa"),
        master('s1._domainkey TXT "k=rsa; v=DKIM1; p={rsa2048.public}"', caret="v=DKIM1"),
        master('s1._domainkey TXT "v=DMARC1; p=none; t=y; k=dsa"', caret="v=DMARC1"),
        master('s1._domainkey TXT "v=DKIM2; p={rsa2048.public}"', caret="v=DKIM2"),
        master('s1._domainkey TXT "v=DKIM1; k=rsa p={rsa2048.public}"', caret="p"),
        master('s1._domainkey TXT "v=DKIM1 k=rsa; p={rsa2048.public}"', caret="k"),
        master('s1._domainkey TXT "v=DKIM1; k=rsa; {rsa2048.public}"', caret="{rsa2048.public}"),
        master('s1._domainkey TXT "v=DKIM1;; p={rsa2048.public}"', caret=";"),
        master('s1._domainkey TXT "v=DKIM1; rsa; p={rsa2048.public}"', caret="rsa"),
        master('s1._domainkey TXT "v=DKIM1; 1k=rsa; p={rsa2048.public}"', caret="1k=rsa"),
        master('s1._domainkey TXT "v=DKIM1; k=rsa"', caret="v=DKIM1; k=rsa"),
        master('s1._domainkey TXT "v=DKIM1; P={rsa2048.public}"', caret="P"),
        master(r's1._domainkey TXT "v=DKIM1; p=\"MIIBIjANBgkqhkiG9w0B\""', caret=r"\""),
        master('s1._domainkey TXT "v=DKIM1; p=-----BEGIN PUBLIC KEY-----"', caret="-----"),
        master('s1._domainkey TXT "v=DKIM1; p=MIIB=IjANBgkqhkiG9w0B"', caret="="),
        master('s1._domainkey TXT "v=DKIM1; k=dsa; p={rsa2048.public}"', caret="dsa"),
        master('s1._domainkey TXT "v=DKIM1; h=sha512; p={rsa2048.public}"', caret="sha512"),
        master('s1._domainkey TXT "v=DKIM1; s=web; p={rsa2048.public}"', caret="web"),
        Case({"example.com.yaml": "s1._domainkey:\n  type: TXT\n  value: v=spf1 -all\n"}, caret="v=spf1 -all"),
    ),
    yields_to=(
        "dkim-single-record",
        "dkim-wrong-name",
        "dkim-private-key",
        "zone-unescaped-semicolon",
        "zone-non-ascii",
    ),
)
