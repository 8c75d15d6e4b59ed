"""Tokens: what they may do, and how a request shows its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from tests.lab.cloudflare.envelope import ApiError

Scope = Literal["zone:read", "zone:create", "dns:read", "dns:edit", "page_rules"]
TokenStatus = Literal["active", "disabled", "expired"]
ALL: tuple[Scope, ...] = ("zone:read", "zone:create", "dns:read", "dns:edit", "page_rules")

_BEARER = re.compile(r"Bearer ([A-Za-z0-9_-]+)")
_PERMISSIONS: dict[Scope, tuple[str, ...]] = {
    "dns:edit": ("#dns_records:edit", "#dns_records:read"),
    "dns:read": ("#dns_records:read",),
    "zone:read": ("#zone:read",),
    "zone:create": ("#zone:edit",),
    "page_rules": ("#zone_settings:read",),
}


class Token(NamedTuple):
    """A token: `account` is the one that owns it, None for a user's; `zones` the ids it reaches, None for all.

    `said` is what zones list as `permissions`, None for what it may: old recordings list all that its user may.
    """

    id: str
    scopes: frozenset[Scope]
    status: TokenStatus
    account: str | None
    zones: frozenset[str] | None
    said: tuple[str, ...] | None = None

    def may(self, *scopes: Scope) -> bool:
        """Whether it has any of the scopes."""
        return not self.scopes.isdisjoint(scopes)

    def reaches(self, zone: str) -> bool:
        """Whether the zone of this id is among those that it was made for."""
        return self.zones is None or zone in self.zones

    @property
    def permissions(self) -> list[str]:
        """As a zone lists them."""
        if self.said is not None:
            return list(self.said)
        return sorted({permission for scope in self.scopes for permission in _PERMISSIONS[scope]})


def shown_token(headers: Mapping[str, str], tokens: Mapping[str, Token]) -> Token | None:
    """The token of a request, None where nobody knows it. Raises ApiError where there is none at all."""
    if "x-auth-key" in headers or "x-auth-email" in headers:
        raise ApiError(9103, "Unknown X-Auth-Key or X-Auth-Email", status=403)
    if "authorization" not in headers:
        raise ApiError(9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers")
    bearer = _BEARER.fullmatch(headers["authorization"])
    if bearer is None:
        raise ApiError(6003, "Invalid request headers", chain=(6111, "Invalid format for Authorization header"))
    return tokens.get(bearer[1])
