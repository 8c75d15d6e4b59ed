"""No TLSA record fits the certificate that the host presents.

## What it checks
Where an exchange that is this host has TLSA records at `_25._tcp`, every certificate presented on port 25 fits at
least one of them: usage 3 (DANE-EE) by the certificate or its key, usage 2 (DANE-TA) by one that follows it in its
file. A usage 2 record for an authority whose certificate is in no file here is left undecided.

## Why it matters
Senders that use DANE keep their mail back when nothing fits, and bounce it after days; the domain looks dead to
them, and to nobody else. It comes with a renewal that makes a new key.

## Example
    _25._tcp.mail.example.com. TLSA 3 1 1 8d02...    ; the key of before the renewal

## How to fix
Publish the digest of the new key beside the old one, wait for twice the TTL, and only then use the new key:

    openssl pkey -pubout -outform DER -in privkey.pem | sha256sum

Keep the key over renewals with `certbot renew --reuse-key`.

## References
RFC 7672 sections 3.1 and 8.1; RFC 6698 section 2.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_exchanges import exchanges, leading_to, own_addresses, own_names
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_tls import Identity, Leaf, identities, inbound
from mailcheck.analysis.tlsa_match import fits
from mailcheck.analysis.transport import SMTP_LABEL
from mailcheck.grammar.tlsa import is_usable, parse_tlsa
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed, unanswered
from mailcheck.model.dns import Present, Question, Unknown
from mailcheck.model.location import NOWHERE
from mailcheck.model.record import Record
from mailcheck.model.text import shown_name


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    if postfix.master_why:
        yield Skip(f"{postfix.folder}/master.cf: {postfix.master_why}")
    presented = identities(postfix, inbound(postfix), facts.machine.files)
    if not presented:
        return
    if postfix.of("tls_server_sni_maps").value:
        yield Skip("`tls_server_sni_maps` chooses the certificate by the name that a sender asks for")
        return
    names = tuple(sorted(ctx.once(exchanges)))
    here = ctx.evaluate(leading_to, names, own_names(facts, ctx.host), own_addresses(facts, ctx.host))
    if here.open:
        yield unanswered(*here.open)
    questions = {Question(SMTP_LABEL + name, "TLSA") for name in here.names}
    for question, answer in sorted(ctx.ask_all(questions).items()):
        if isinstance(answer, Unknown):
            yield unanswered(question, answer)
        elif isinstance(answer, Present):
            for identity in presented:
                yield from _judged(identity, question.name, answer.records)


def _judged(identity: Identity, name: str, records: tuple[Record, ...]) -> Iterator[Problem | Skip]:
    if identity.unread:
        yield Skip(identity.unread)
    for leaf in identity.leaves:
        yield from _leaf(leaf, name, records)


def _leaf(leaf: Leaf, name: str, records: tuple[Record, ...]) -> Iterator[Problem | Skip]:
    usable = [record for record in records if is_usable(parse_tlsa(record.text))]
    verdicts = [fits(parse_tlsa(record.text), leaf) for record in usable]
    if not usable or True in verdicts:
        return
    if None in verdicts:
        yield Skip(
            f"{shown_name(name)} TLSA is for an authority whose certificate is in no file that is presented"
        )
        return
    yield Problem(
        f"no TLSA record at `{shown_name(name)}` fits the certificate in `{leaf.source.path}`",
        leaf.source.at,
        "publish TLSA 3 1 1 of the key: openssl pkey -pubout -outform DER -in KEYFILE | sha256sum",
        tuple([Label(record.at, "fits another key") for record in usable[:3] if record.at != NOWHERE]),
        token=name,
    )


_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_LIVE = "/etc/letsencrypt/live/mail.example.com"
_ZONE = "zones/example.com.zone"
_TLSA = "_25._tcp.mail   TLSA    3 1 1 {key mail rsa2048 sha256}\n"
_OTHER = "TLSA 3 1 1 {key other rsa2048 sha256}\n"
_NEW = {
    f"{_LIVE}/privkey.pem": "{key new rsa2048 pem}\n",
    f"{_LIVE}/fullchain.pem": "{cert mail.example.com 60 ca new}\n",
}
_WITH_CA = {f"{_LIVE}/fullchain.pem": "{cert mail.example.com 60 ca mail}\n{cert ca 60 self ca}\n"}

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "RFC 7672 section 3.1",
    over=each_postfix,
    needs=("dns",),
    good=(
        changed(),
        changed((_ZONE, _TLSA, _TLSA + "_25._tcp.mail " + _OTHER)),
        changed((_ZONE, _TLSA, ""), files=_NEW),
        changed((_ZONE, _TLSA, "_25._tcp.mail TLSA 2 1 1 {key ca rsa2048 sha256}\n"), files=_WITH_CA),
        changed((_ZONE, _TLSA, "_25._tcp.mail TLSA 2 1 1 {key ca rsa2048 sha256}\n")),
        changed((_ZONE, _TLSA, "_25._tcp.mail TLSA 1 1 1 {key other rsa2048 sha256}\n")),
        changed((_ZONE, _TLSA, "_25._tcp.mail CNAME dane.example.org.\n"), files=_NEW),
        changed((_ZONE, _TLSA, "_25._tcp.mail " + _OTHER), removed=(f"{_LIVE}/fullchain.pem",)),
        changed((_ZONE, _TLSA, "_25._tcp.mail " + _OTHER), removed=(_MASTER,)),
    ),
    bad=(
        changed(files=_NEW, caret=f"{_LIVE}/fullchain.pem"),
        changed((_ZONE, _TLSA, "_25._tcp.mail " + _OTHER), caret=f"{_LIVE}/fullchain.pem"),
    ),
)
