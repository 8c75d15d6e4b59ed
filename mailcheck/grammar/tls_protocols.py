"""Lists of TLS protocol versions as Postfix writes them (postconf(5) smtpd_tls_protocols)."""

from __future__ import annotations

from collections.abc import Iterable

PROTOCOLS = ("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
"""What Postfix can speak, oldest first."""
OLD = PROTOCOLS[:3]
"""Those that nobody should speak any more (RFC 7568, RFC 8996)."""

_BY_WORD = {name.lower(): index for index, name in enumerate(PROTOCOLS)}
_BY_WORD |= {f"{0x300 + index:04x}": index for index in range(len(PROTOCOLS))}


def enabled_protocols(items: Iterable[str]) -> tuple[str, ...]:
    """The versions that a list leaves enabled, oldest first: all for an empty one; unknown words do not count."""
    lowest, highest = 0, len(PROTOCOLS) - 1
    included: set[int] = set()
    excluded: set[int] = set()
    for word in [part for item in items for part in item.lower().split(":")]:
        sign = word[:2] if word[:2] in (">=", "<=") else word[:1] if word[:1] == "!" else ""
        version = _BY_WORD.get(word[len(sign) :])
        if version is None:
            continue
        if sign == ">=":
            lowest = version
        elif sign == "<=":
            highest = version
        else:
            (excluded if sign else included).add(version)
    chosen = included or set(range(len(PROTOCOLS)))
    return tuple([name for i, name in enumerate(PROTOCOLS) if i in chosen - excluded and lowest <= i <= highest])
