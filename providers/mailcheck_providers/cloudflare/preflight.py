"""What is found out before anything is planned: the token, the zone, what may be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mailcheck.errors import ProviderError
from mailcheck_providers.cloudflare.api import Api, ApiError

FREE_BATCH, PAID_BATCH = 200, 3500
MIN_TTL, ENTERPRISE_MIN_TTL = 60, 30
EDIT = "#dns_records:edit"

STATES = {
    "pending": "is pending: its registrar does not name Cloudflare's name servers yet",
    "initializing": "is not set up completely yet",
    "moved": "has moved away: its registrar names other name servers",
}


class ZoneFacts(NamedTuple):
    """One zone at Cloudflare; `id` is empty where it is to be created. `name` is absolute."""

    name: str
    id: str
    plan: str
    may_edit: bool
    notes: tuple[str, ...] = ()

    @property
    def batch(self) -> int:
        """Operations that one batch may hold."""
        return PAID_BATCH if self.plan in {"pro", "business", "enterprise"} else FREE_BATCH

    @property
    def min_ttl(self) -> int:
        return ENTERPRISE_MIN_TTL if self.plan == "enterprise" else MIN_TTL


def examine(api: Api, zone: str, account: str, *, create: bool) -> ZoneFacts:
    """Ask three questions, four for an account's token. Raises ProviderError for what ends the run."""
    is_users = _is_active(api, "/user/tokens/verify")
    found = _find(api, zone, account, is_users=is_users)
    name = zone.removesuffix(".")
    if found is None:
        if not create:
            raise ProviderError(
                f"Cloudflare shows this token no zone {name}",
                hint="check its name and the zones that the token is for, or create it with --create-zone",
            )
        return ZoneFacts(zone, "", "free", True, (f"{name} does not exist yet: it will be created",))
    owner = (found.get("account") or {}).get("id", "")
    if not is_users and not _is_active(api, f"/accounts/{owner}/tokens/verify"):
        raise ProviderError(
            f"the token belongs neither to a user nor to the account of {name}",
            hint="make a token in that account, or a user's",
        )
    permissions = found.get("permissions") or ()
    may_edit = not permissions or EDIT in permissions
    plan = (found.get("plan") or {}).get("legacy_id") or "free"
    notes = (*_state(found, name), *_dnssec(api, found["id"], name), *(() if may_edit else (_no_edit(name),)))
    return ZoneFacts(zone, found["id"], plan, may_edit, notes)


def find_zone(api: Api, zone: str, account: str) -> Mapping[str, Any] | None:
    """The zone as the API shows it, None where the token sees none of that name in the account, if one is given.

    Raises ProviderError where it sees several.
    """
    name = zone.removesuffix(".")
    asked = {"name": name, "account.id": account} if account else {"name": name}
    found = api.many("/zones", **asked)
    if len(found) > 1:
        raise ProviderError(
            f"the token sees {len(found)} zones {name}, each in another account",
            hint="name one with `account`, its id, in the provider's section of mailcheck.yaml",
        )
    return dict(found[0]) if found else None


def refuse_without_edit(facts: ZoneFacts) -> None:
    """Raises ProviderError before anything is sent that could not be done."""
    if not facts.may_edit:
        raise ProviderError(_no_edit(facts.name.removesuffix(".")), hint="give the token DNS Edit for this zone")


def _find(api: Api, zone: str, account: str, *, is_users: bool) -> Mapping[str, Any] | None:
    try:
        return find_zone(api, zone, account)
    except ApiError as error:
        if not error.refused:
            raise
        if is_users:
            raise ProviderError(
                "the token is valid, but may not read zones", hint="give it Zone Read for this zone"
            ) from None
        raise ProviderError(
            f"Cloudflare does not know the token ({error.message})",
            hint="make a new one; one that an account owns needs Zone Read besides DNS Edit",
        ) from None


def _is_active(api: Api, path: str) -> bool:
    """Whether the token is of the kind that `path` knows. Raises ProviderError where it is, and is not active."""
    try:
        shown = api.one(path)
    except ApiError as error:
        if error.refused:
            return False
        raise
    if (status := shown.get("status")) != "active":
        raise ProviderError(f"the token is {status}", hint="make a new one, or enable it again")
    return True


def _state(found: Mapping[str, Any], name: str) -> tuple[str, ...]:
    state = STATES.get(found.get("status") or "")
    paused = (f"{name} is paused: records are served, nothing is proxied",) if found.get("paused") else ()
    return (*((f"{name} {state}",) if state else ()), *paused)


def _dnssec(api: Api, zone_id: str, name: str) -> tuple[str, ...]:
    try:
        status = api.one(f"/zones/{zone_id}/dnssec").get("status")
    except ApiError as error:
        if error.refused:
            return (f"whether {name} is signed is not known: the token may not read it",)
        raise
    if status == "active":
        return (f"{name} is signed with DNSSEC: Cloudflare signs what is written",)
    return (f"DNSSEC of {name} is {status}",) if status not in {None, "disabled"} else ()


def _no_edit(name: str) -> str:
    return f"the token may read {name}, but not edit its DNS records"
