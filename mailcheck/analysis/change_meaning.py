"""What a change of one record set does to mail, in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Final

from mailcheck.analysis.dkim_keys import selector_and_domain
from mailcheck.analysis.mail_statements import StatementKind, exchange_names, exchanges, statement, statements
from mailcheck.analysis.transport import SMTP_LABEL
from mailcheck.grammar.dmarc import is_dmarc, parse_dmarc
from mailcheck.grammar.spf import is_spf, parse_spf
from mailcheck.grammar.tlsa import usable
from mailcheck.model.change import Change
from mailcheck.model.names import address_of_reverse
from mailcheck.model.spec import MailSpec
from mailcheck.model.text import shorten, shown_name
from mailcheck.model.zone import Zone

_ADDRESS_TYPES = frozenset({"A", "AAAA"})
_MOST_TERMS = 6
_SENDERS_ASK = (SMTP_LABEL, "*._tcp.")


def meaning(change: Change, before: Zone, after: Zone, spec: MailSpec) -> str:
    """The sentence without a final dot, empty where the change does nothing to mail."""
    if change.type == "MX":
        return _mx(change)
    if change.type in ("TXT", "CNAME"):
        return _text(change, before, after, spec)
    if change.type in _ADDRESS_TYPES:
        return _address(change, before, after)
    if change.type == "TLSA" and change.name.startswith(_SENDERS_ASK):
        return _tlsa(change)
    if change.type == "PTR":
        return _ptr(change)
    return ""


def _mx(change: Change) -> str:
    domain = shown_name(change.name)
    old, new = exchanges(change.before), exchanges(change.after)
    if old and not new:
        return f"removes the last MX of {domain}" + (": mail to it is refused" if change.after else "")
    if new and not old:
        return f"mail to {domain} goes to {_names(new)}"
    added, gone = [name for name in new if name not in old], [name for name in old if name not in new]
    if added or gone:
        told = [f"adds {_names(added)}"] if added else []
        told += [f"removes {_names(gone)}"] if gone else []
        return f"MX of {domain}: {'; '.join(told)}"
    return f"MX of {domain}: other preferences" if old != new else ""


def _text(change: Change, before: Zone, after: Zone, spec: MailSpec) -> str:
    old = {said: value for value in change.before if (said := statement(change.name, change.type, value))}
    new = {said: value for value in change.after if (said := statement(change.name, change.type, value))}
    sentences = []
    for said in sorted({*old, *new}):
        kind, domain = said
        if said not in new and kind == "DKIM":
            sentences.append(_without_key(change.name, spec))
        elif said not in new:
            still = said in statements(after)
            sentences.append(
                f"{'takes a record from' if still else 'removes'} {_NOUNS[kind]} of {shown_name(domain)}"
            )
        elif said not in old:
            again = said in statements(before) and kind != "DKIM"
            verb = "adds a record to" if again else "publishes"
            sentences.append(f"{verb} {_described(kind, change.name)} of {shown_name(domain)}")
        elif old[said] != new[said]:
            sentences.append(_CHANGED[kind](change.name, domain, old[said], new[said], spec))
    return "; ".join(sentences)


def _described(kind: StatementKind, name: str) -> str:
    selected = selector_and_domain(name) if kind == "DKIM" else None
    return f"the DKIM key `{shorten(selected[0])}`" if selected else _NOUNS[kind]


def _without_key(name: str, spec: MailSpec) -> str:
    selected = selector_and_domain(name)
    assert selected is not None
    return f"removes the DKIM key `{shorten(selected[0])}` of {shown_name(selected[1])}{_in_use(*selected, spec)}"


def _changed_key(name: str, domain: str, _old: str, _new: str, spec: MailSpec) -> str:
    selected = selector_and_domain(name)
    assert selected is not None
    return f"replaces the DKIM key `{shorten(selected[0])}` of {shown_name(domain)}{_in_use(*selected, spec)}"


def key_users(selector: str, domain: str, spec: MailSpec) -> tuple[str, ...]:
    """The hosts and senders that sign with this selector by the written spec, as readers see them.

    Those that the domain lists; all of them where the spec does not speak of the domain.
    """
    listed = spec.domains.get(domain)
    if listed is None:
        hosts = [host for host in spec.hosts.values() if selector in host.selectors]
        senders = list(spec.senders.values())
    else:
        hosts = [host for host, signs_with in spec.signing(listed) if signs_with == selector]
        senders = list(spec.senders_of(listed))
    signing = [sender.name for sender in senders if any(fnmatchcase(selector, glob) for glob in sender.selectors)]
    return (*(shown_name(host.name) for host in hosts), *signing)


def _in_use(selector: str, domain: str, spec: MailSpec) -> str:
    users = key_users(selector, domain, spec)
    return f" that {shorten(', '.join(users))} signs with" if users else ""


def _changed_policy(_name: str, domain: str, old: str, new: str, _spec: MailSpec) -> str:
    told = []
    if is_dmarc(old) and is_dmarc(new):
        before, after = parse_dmarc(old), parse_dmarc(new)
        words = (("p", "policy"), ("sp", "subdomain policy"), ("np", "policy for names that do not exist"))
        for tag, word in words:
            was, now = before.request(tag), after.request(tag)
            if was != now:
                told.append(f"{word} from {was or 'none given'} to {now or 'none given'}")
    return f"DMARC of {shown_name(domain)}: {', '.join(told) or 'changed, the policy stays'}"


def _changed_spf(_name: str, domain: str, old: str, new: str, _spec: MailSpec) -> str:
    if not (is_spf(old) and is_spf(new)):
        return f"SPF of {shown_name(domain)}: changed"
    was, now = spf_terms(old), spf_terms(new)
    told = [f"adds {_listed(term for term in now if term not in was)}"] if set(now) - set(was) else []
    told += [f"removes {_listed(term for term in was if term not in now)}"] if set(was) - set(now) else []
    return f"SPF of {shown_name(domain)}: {', '.join(told) or 'the same terms in another order'}"


def spf_terms(text: str) -> tuple[str, ...]:
    """The terms of an SPF record as they are written."""
    return tuple(text[term.start : term.end] for term in parse_spf(text).terms)


def _changed_otherwise(word: str) -> Callable[[str, str, str, str, MailSpec], str]:
    def told(_name: str, domain: str, _old: str, _new: str, _spec: MailSpec) -> str:
        return f"{word} of {shown_name(domain)}: changed"

    return told


def _address(change: Change, before: Zone, after: Zone) -> str:
    if change.name not in exchange_names(before) | exchange_names(after) or change.before == change.after:
        return ""
    host = shown_name(change.name)
    alias = after.at_name(change.name, "CNAME")
    if not change.after and alias:
        return f"the mail host {host} is an alias of {shown_name(alias[0].text)}"
    if not change.after:
        return f"removes the {change.type} address of the mail host {host}"
    return f"the mail host {host} is at {_listed(change.after)}"


def _tlsa(change: Change) -> str:
    host = shown_name(change.name.partition("._tcp.")[2])
    return what_dane_becomes(host, usable(change.before), usable(change.after))


def what_dane_becomes(host: str, before: Collection[object], after: Collection[object]) -> str:
    """What changes for senders of the certificates to which they hold a host, of which only usable ones count."""
    if before == after:
        return ""
    if not after:
        return f"senders no longer hold {host} to a certificate (DANE)"
    return f"senders hold {host} to {'other certificates' if before else 'a certificate'} (DANE)"


def _ptr(change: Change) -> str:
    address = address_of_reverse(change.name)
    if address is None or change.before == change.after:
        return ""
    if not change.after:
        return f"{address} loses its reverse name"
    return f"the reverse name of {address} is {_names(change.after)}"


def _names(names: Iterable[str]) -> str:
    return _listed(shown_name(name) for name in names)


def _listed(parts: Iterable[str]) -> str:
    found = [shorten(part) for part in parts]
    more = [f"{len(found) - _MOST_TERMS} more"] if len(found) > _MOST_TERMS else []
    return ", ".join([*found[:_MOST_TERMS], *more])


_NOUNS: Final[Mapping[StatementKind, str]] = {
    "SPF": "the SPF record",
    "DMARC": "the DMARC record",
    "DKIM": "the DKIM key",
    "MTA-STS": "the MTA-STS record",
    "TLS reporting": "the TLS reporting record",
}
_CHANGED: Final[Mapping[StatementKind, Callable[[str, str, str, str, MailSpec], str]]] = {
    "SPF": _changed_spf,
    "DMARC": _changed_policy,
    "DKIM": _changed_key,
    "MTA-STS": _changed_otherwise("MTA-STS"),
    "TLS reporting": _changed_otherwise("TLS reporting"),
}
