"""What a run may use of the environment: one token, and an address to send it to."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from mailcheck.errors import UsageError

API = "https://api.cloudflare.com/client/v4"
TOKEN_VARIABLE = "CLOUDFLARE_API_TOKEN"
ADDRESS_VARIABLE = "CLOUDFLARE_BASE_URL"


class Access(NamedTuple):
    """`token` is a secret."""

    token: str
    base_url: str

    def __repr__(self) -> str:
        return f"Access(token=…, base_url={self.base_url!r})"


def access(environment: Mapping[str, str]) -> Access:
    """Token and address of the API. Raises UsageError, which never shows the token."""
    token = environment.get(TOKEN_VARIABLE, "")
    if not token:
        raise UsageError(
            f"no token for Cloudflare: {TOKEN_VARIABLE} is not set",
            hint="make an API token with Zone Read and DNS Edit for the zone, and give it in the environment",
        )
    if any(not "!" <= character <= "~" for character in token):
        raise UsageError(
            f"{TOKEN_VARIABLE} holds a character that no token has, such as a line break or a space",
            hint="copy the token anew; it was not sent anywhere",
        )
    return Access(token, _base_url(environment.get(ADDRESS_VARIABLE) or API))


def _base_url(text: str) -> str:
    try:
        url = urlsplit(text)
        host, plain = url.hostname, url.scheme == "http"
        port = url.port
    except ValueError:
        host, plain, port = None, False, 0
    if (
        host is None
        or url.scheme not in {"http", "https"}
        or "@" in url.netloc
        or any(not "!" <= character <= "~" for character in text)
        or url.query
        or url.fragment
        or port == 0
    ):
        raise UsageError(f"{ADDRESS_VARIABLE} is not an address such as {API}")
    if plain and not _is_loopback(host):
        raise UsageError(
            f"{ADDRESS_VARIABLE} would send the token in the clear to {host}",
            hint="plain http is for loopback only",
        )
    return text.rstrip("/")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
