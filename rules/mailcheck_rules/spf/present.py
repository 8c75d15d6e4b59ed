"""A domain that takes part in mail has no SPF record.

## What it checks
A domain that sends, by the written spec or as its own records tell (exchanges, DKIM keys), has an SPF
record at its name.

## Why it matters
Gmail asks every sender for SPF or DKIM, and Gmail, Yahoo and Microsoft ask those with many messages
for both. Anyone can put a domain without SPF into an envelope.

## Example
    example.com. MX 10 mail.example.com.

## How to fix
Publish one TXT record at the domain, such as `v=spf1 mx -all`; `v=spf1 -all` if it only receives.

## References
RFC 7208 section 3; https://support.google.com/mail/answer/81126
"""

from collections.abc import Iterator

from mailcheck.analysis.mail_role import MailDomain, mail_domains
from mailcheck.analysis.zone_doubling import without_doubling
from mailcheck.grammar.spf import is_spf
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Present, Question, Unknown
from mailcheck.model.text import shown_name


def check(domain: MailDomain, ask: Context) -> Iterator[Problem | Skip]:
    if not ask.role(domain.name).sends or without_doubling(domain.name, ask.zone.name):
        return  # zone-doubled-origin tells of a name that was never meant
    answer = ask.ask(domain.name, "TXT")
    if isinstance(answer, Unknown):
        yield unanswered(Question(domain.name, "TXT"), answer)
    elif not (isinstance(answer, Present) and any(is_spf(record.text) for record in answer.records)):
        yield Problem(
            f"`{shown_name(domain.name)}` takes part in mail and has no SPF record",
            domain.at,
            help="publish one TXT record there that names who sends, such as `v=spf1 mx -all`",
        )


RULE = Rule(
    __name__,
    __doc__,
    over=mail_domains,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7208 section 3",
    needs=frozenset({"dns"}),
    yields_to=(
        "spec-host-spf",
        "spec-sender-spf",
        "spf-misspelt-version",
        "spf-record-type",
        "spf-wrong-name",
        "zone-parked",
    ),
    good=(
        master('@ MX 10 mail\n@ TXT "v=spf1 mx -all"\nmail A 192.0.2.25'),
        master("www A 192.0.2.80"),
        master("@ MX 0 ."),
        master('news MX 10 mail\n*.example.com. TXT "x"\nmail A 192.0.2.25\nnews TXT "v=spf1 mx -all"'),
        master('@ MX 10 mail\n@ TXT "v=spf1include:_spf.example.net -all"\nmail A 192.0.2.25'),
        master("@ MX 10 mail\n@ CNAME www.example.net."),
        master('s1._domainkey.example.com TXT "v=DKIM1; p={rsa2048.public}"'),
    ),
    bad=(
        master("@ MX 10 mail\nmail A 192.0.2.25", caret="10 mail"),
        master('news MX 10 mail\nnews TXT "hello"\nmail A 192.0.2.25', caret="10 mail"),
    ),
)
