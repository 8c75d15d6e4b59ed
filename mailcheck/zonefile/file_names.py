"""What the name of a file, and the first lines in it, say about it: which zone, in which format."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from mailcheck.model.patterns import late

_LABEL = re.compile(r"[A-Za-z0-9_]|[A-Za-z0-9_][A-Za-z0-9_-]{0,61}[A-Za-z0-9_]|[^\W_][\w-]{0,61}")
_POLICY = re.compile(r"mta-sts\.(.+)\.txt", re.IGNORECASE)
_MASTER_SUFFIX = late(r"\.(?:zone|db|hosts)$", re.IGNORECASE)
_OTHER_MASTER_SUFFIX = late(r"\.(?:bind|dns|signed|txt)$", re.IGNORECASE)
_MASTER_PREFIX = late(r"^(?:db|zone)\.", re.IGNORECASE)
_YAML_SUFFIX = re.compile(r"\.ya?ml$", re.IGNORECASE)
_NEVER_A_ZONE = re.compile(
    r"(?:README|LICEN[CS]E|CHANGELOG|CONTRIBUTING|SECURITY|CODEOWNERS|AUTHORS|Makefile|Dockerfile)(?:\..*)?"
    r"|(?:db|named)\.root|db\.empty|named\.ca|root\.hints"
    r"|.*(?:~|\.(?:bak|cfg|conf|css|csv|gz|html?|ini|jnl|js|json|jsonl|key|lock|log|md|orig|pem|png|private|py|pyc|rej|"
    r"rst|sh|sql|svg|swp|tar|tf|tmp|toml|xml|zip))",
    re.IGNORECASE,
)
_MASTER_START = late(
    r"(?:[ \t]*+(?:;[^\n]*+)?\n)*+"
    r"(?:\$(?:ORIGIN|TTL|INCLUDE|GENERATE)[ \t]"
    r"|[^ \t\n;:#<{\[]*+[ \t]++(?:[0-9][0-9wdhms]*+[ \t]++)?(?:IN[ \t]++(?:[0-9][0-9wdhms]*+[ \t]++)?)?"
    r"(?:SOA|NS|A|AAAA|CNAME|DNAME|MX|PTR|SRV|TXT|CAA|TLSA|DS|DNSKEY|SPF)[ \t]+[^ \t\n=])",
    re.IGNORECASE,
)
_OCTODNS_RECORD = late(r"^[ \t]+(?:-[ \t]+)?(?:type|value|values)[ \t]*:", re.MULTILINE)
_RECORD_FIELD = late(r"[ \t]*(?:-[ \t]+)?(?:\{[ \t]*)?[\"']?(?:type|ttl|value|values|octodns)[\"']?[ \t]*:")
_OCTODNS_CONFIG = late(r"^(?:providers|zones)[ \t]*:[ \t]*(?:#[^\n]*+)?\n", re.MULTILINE)

_OCTODNS_SECTION = late(r"""(?:^|[{,\s"'])(?:providers|zones)["']?[ \t]*:""")
_LONGEST_CONFIG = 1_000_000


class Guess(NamedTuple):
    """What a file's name says: a zone of some format, perhaps one (`unsure`), a policy, or nothing."""

    kind: Literal["octodns", "master", "policy", "unsure", "none"]
    zone_name: str | None = None


def guess_from_name(name: str) -> Guess:
    """Judge a file by its name, without its folder."""
    if name.startswith((".", "$")) or _NEVER_A_ZONE.fullmatch(name):
        return Guess("none")
    if (policy := _POLICY.fullmatch(name)) is not None:
        domain = domain_name(policy[1])
        return Guess("policy", domain) if domain else Guess("none")
    if _YAML_SUFFIX.search(name):
        domain = domain_name(_YAML_SUFFIX.sub("", name))
        return Guess("octodns", domain) if domain and domain.count(".") > 1 else Guess("none", domain)
    stem = _MASTER_SUFFIX.sub("", name)
    if stem == name:
        stem = _MASTER_PREFIX.sub("", name)
    if stem == name:
        return Guess("unsure", _dotted(domain_name(_OTHER_MASTER_SUFFIX.sub("", name))))
    domain = _reverse(stem) or domain_name(stem)
    return Guess("master" if _dotted(domain) else "unsure", domain)


def is_yaml(name: str) -> bool:
    """Whether a file is YAML by its name."""
    return _YAML_SUFFIX.search(name) is not None


def is_never_a_zone(name: str) -> bool:
    """Whether a file's name says that it is documentation, code, a copy, or comes with a name server."""
    return _NEVER_A_ZONE.fullmatch(name) is not None


def domain_name(text: str) -> str | None:
    """The zone that a file or folder is named after, absolute and lower case; None where it is no name."""
    labels = text.removesuffix(".").split(".")
    if len(text) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    if labels[-1].isdigit() or labels[-1].startswith("_"):
        return None
    if not text.isascii():
        from encodings.idna import ToASCII

        try:
            labels = [ToASCII(label).decode("ascii") for label in labels]
        except UnicodeError:
            return None
    return ".".join(labels).lower() + "."


def is_master(head: str) -> bool:
    """Whether a text begins as master files do: with a directive or a record, after comments."""
    return _MASTER_START.match(head) is not None


def is_octodns(head: str) -> bool:
    """Whether a YAML text holds something written like an octoDNS record."""
    return _OCTODNS_RECORD.search(head) is not None


def begins_octodns_config(text: str) -> bool:
    """Whether a YAML text has, in block style, a top-level mapping of an octoDNS configuration.

    A zone may have records named `providers` or `zones`: a record's field follows there.
    """
    if "providers" not in text and "zones" not in text:
        return False
    found = _OCTODNS_CONFIG.search(text)
    return found is not None and _RECORD_FIELD.match(text, found.end()) is None


def may_be_octodns_config(text: str) -> bool:
    """Whether it pays to read a YAML text for whether it is an octoDNS configuration in another style."""
    return len(text) <= _LONGEST_CONFIG and _OCTODNS_SECTION.search(text) is not None


def _dotted(domain: str | None) -> str | None:
    return domain if domain is not None and domain.count(".") > 1 else None


def _reverse(stem: str) -> str | None:
    """`db.192.0.2` is by custom the reverse zone of 192.0.2.0/24."""
    labels = stem.split(".")
    if len(labels) <= 3 and all(label.isascii() and label.isdigit() and len(label) <= 3 for label in labels):
        return ".".join(reversed(labels)) + ".in-addr.arpa."
    return None
