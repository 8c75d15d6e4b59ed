"""Only some exchanges of a domain have TLSA records.

## What it checks
Where one exchange of an MX record set has TLSA records at `_25._tcp`, all have. An exchange outside the
declared zones is taken from the lock, or asked for with `--live`; what is not answered is skipped.

## Why it matters
An attacker who can block the protected exchange makes senders go to the next one, where nothing checks
the certificate. The domain is as safe as its weakest exchange.

## Example
    example.com.              MX   10 mx1.example.com.
    example.com.              MX   20 mx2.example.com.
    _25._tcp.mx1.example.com. TLSA 3 1 1 ...

## How to fix
Publish TLSA records for the exchange under the caret too, or remove it from the MX records.

## References
RFC 7672 sections 2.2.1 and 2.2.3
"""

from collections.abc import Iterator

from mailcheck.analysis.mx_records import MxSet, mx_sets
from mailcheck.analysis.transport import SMTP_LABEL, tlsa_hosts
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Absent, Question, Unknown


def check(mx: MxSet, ask: Context) -> Iterator[Problem | Skip]:
    secured = ask.once(tlsa_hosts)
    first = next((exchange for exchange in mx.hosts if exchange.name in secured), None)
    if first is None:
        return
    questions = {exchange: Question(SMTP_LABEL + exchange.name, "TLSA") for exchange in mx.hosts}
    answers = ask.ask_all(set(questions.values()))
    for exchange, question in questions.items():
        answer = answers[question]
        if isinstance(answer, Unknown):
            yield unanswered(question, answer)
        elif isinstance(answer, Absent):
            yield Problem(
                f"`{exchange.shown}` has no TLSA record, while `{first.shown}` has",
                exchange.at,
                help=f"publish one at `{SMTP_LABEL}{exchange.shown}`",
                token=exchange.name,
            )


_HOSTS = 'mx1 A 192.0.2.25\nmx2 A 192.0.2.26\n_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"\n'
_TLSA = "TLSA 3 1 1 " + "ab" * 32

RULE = Rule(
    __name__,
    __doc__,
    over=mx_sets,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7672 section 2.2.1",
    indexes=(tlsa_hosts,),
    needs=frozenset({"dns"}),
    good=(
        master(f"{_HOSTS}@ MX 10 mx1\n@ MX 20 mx2\n_25._tcp.mx1 {_TLSA}\n_25._tcp.mx2 {_TLSA}"),
        master(f"{_HOSTS}@ MX 10 mx1\n@ MX 20 mx2"),
        master(f"{_HOSTS}@ MX 10 mx1\n@ MX 20 mx.example.net.\n_25._tcp.mx1 {_TLSA}"),
        master(f"{_HOSTS}@ MX 10 mx1\n@ MX 20 mx2\n_25._tcp.mx1 {_TLSA}\n_25._tcp.mx2 CNAME _25._tcp.mx1"),
    ),
    bad=(master(f"{_HOSTS}@ MX 10 mx1\n@ MX 20 mx2\n_25._tcp.mx1 {_TLSA}", caret="mx2"),),
)
