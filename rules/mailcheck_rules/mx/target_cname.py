"""The exchange is an alias.

## What it checks
The exchange of an MX record has a CNAME record, or lies below a DNAME, instead of addresses of its
own. An octoDNS `ALIAS` is none: the provider answers with addresses in its place.

## Why it matters
RFC 2181 says that the value of an MX record must not be an alias, and RFC 5321 leaves open what a
sender does with one. Some servers refuse it. A server that finds an alias where it expects its own
name may not recognise itself in the MX list and send the mail round in a circle.

## Example
    example.com.      MX 10 mail.example.com.
    mail.example.com. CNAME host7.example.com.

## How to fix
Let the MX record name the host at the end of the alias, or replace the CNAME by the host's A and
AAAA records.

## References
RFC 2181 section 10.3; RFC 5321 section 5.1; RFC 1912 section 2.4
"""

from collections.abc import Iterator

from mailcheck.analysis.addresses import first_open, host_addresses
from mailcheck.analysis.mx_records import Exchange, MxSet, mx_sets
from mailcheck.lint.rule import Case, Context, Label, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Answer, Present, Question, Unknown


def check(mx: MxSet, ask: Context) -> Iterator[Problem | Skip]:
    hosts = ask.evaluate(host_addresses, *mx.host_names)
    led_on = [exchange for exchange in mx.hosts if hosts[exchange.name].chain]
    questions = {exchange.name: Question(exchange.name, "CNAME") for exchange in led_on}
    answers = ask.ask_all(set(questions.values())) if questions else {}
    for exchange in led_on:
        answer = answers[questions[exchange.name]]
        if isinstance(answer, Present) or answer.chain:
            yield _problem(exchange, answer)
        elif isinstance(answer, Unknown):
            yield unanswered(questions[exchange.name], answer)
    undecided = first_open(host for host in hosts.values() if host.silent and not host.chain)
    if undecided:
        yield unanswered(*undecided)


def _problem(exchange: Exchange, answer: Answer) -> Problem:
    target = ""
    related: tuple[Label, ...] = ()
    if isinstance(answer, Present) and not answer.chain:
        record = answer.records[0]
        target = record.text.removesuffix(".")
        if answer.source == "zones":
            related = (Label(record.at, "the alias leads here"),)
    return Problem(
        f"the exchange `{exchange.shown}` is an alias" + (f" of `{target}`" if target else ""),
        exchange.at,
        help="let the MX record name the host itself, or give the exchange A and AAAA records",
        related=related,
        token=exchange.name,
    )


_ALIAS = """\
'':
- {type: ALIAS, value: host7.example.com.}
- {type: MX, value: {exchange: example.com., preference: 10}}
host7: {type: A, value: 192.0.2.25}
"""

RULE = Rule(
    __name__,
    __doc__,
    over=mx_sets,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 2181 section 10.3",
    needs=frozenset({"dns"}),
    good=(
        master("@ MX 10 mail\nmail A 192.0.2.25"),
        master("@ MX 10 mx.provider.example."),
        master("@ MX 0 ."),
        Case({"example.com.yaml": _ALIAS}),
    ),
    bad=(
        master("@ MX 10 mail\nmail CNAME host7\nhost7 A 192.0.2.25", caret="mail"),
        master("@ MX 10 mail\nmail CNAME mx.provider.example.", caret="mail"),
        master("@ MX 10 mail\nmail CNAME gone", caret="mail"),
        master("@ MX 10 mail.old\nold DNAME new\nmail.new A 192.0.2.25", caret="mail.old"),
    ),
)
