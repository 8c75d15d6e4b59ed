"""Contents of TXT records: Cloudflare keeps what it was given, quoted or not, in whatever strings."""

from __future__ import annotations

LONGEST = 2048
"""Octets of one TXT record that Cloudflare takes."""


def octets_of(content: str) -> bytes:
    """All strings joined. What does not begin with a quote, or cannot be read as strings, is taken literally."""
    import dns.exception
    import dns.tokenizer

    if not content.startswith('"'):
        return content.encode("utf-8")
    tokens = dns.tokenizer.Tokenizer(content)
    octets = b""
    try:
        while not (token := tokens.get().unescape_to_bytes()).is_eol_or_eof():
            octets += token.value if isinstance(token.value, bytes) else token.value.encode("utf-8")
    except (dns.exception.DNSException, ValueError):
        return content.encode("utf-8")
    return octets


def content_of(octets: bytes) -> str:
    """Quoted strings of at most 255 octets (RFC 1035 section 5.1)."""
    import dns.rdataclass
    import dns.rdatatype
    from dns.rdtypes.ANY.TXT import TXT

    strings = [octets[start : start + 255] for start in range(0, max(1, len(octets)), 255)]
    return TXT(dns.rdataclass.IN, dns.rdatatype.TXT, strings).to_text()
