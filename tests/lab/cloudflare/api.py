"""The endpoints: what Cloudflare's API v4 answers to a request, faults apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Any

from tests.lab.cloudflare.access import Scope, Token, shown_token
from tests.lab.cloudflare.envelope import VALIDATION, Answer, ApiError, Json, result
from tests.lab.cloudflare.listing import page_of, wanted_records, wanted_zones
from tests.lab.cloudflare.request import Request
from tests.lab.cloudflare.shown import dnssec_shown, zone_shown
from tests.lab.cloudflare.zone import Draft, Zone, batch

if TYPE_CHECKING:
    from tests.lab.cloudflare.world import World

Handler = Callable[["Api", Request, Token, "tuple[str, ...]"], Answer]


class Api:
    """The API over a world, one request at a time."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = Lock()

    def answer(self, request: Request) -> Answer:
        """Carry a request out, or refuse it."""
        with self._lock:
            try:
                return self._route(request)
            except ApiError as error:
                return error.answer()

    def _route(self, request: Request) -> Answer:
        token = shown_token(request.headers, self._world.tokens)
        if verifying := _VERIFY.fullmatch(request.path):
            return _verified(token, verifying["account"])
        if token is None or token.status != "active":
            raise ApiError(9109, "Invalid access token", status=403)
        for method, pattern, handler in _ROUTES:
            match = pattern.fullmatch(request.path)
            if match and method == request.method:
                return handler(self, request, token, match.groups())
        raise ApiError(7000, "No route for that URI")

    def list_zones(self, request: Request, token: Token, _: tuple[str, ...]) -> Answer:
        if not token.may("zone:read"):
            raise _unauthorized()
        zones = [zone for zone in self._world.zones.values() if token.reaches(zone.id)]
        shown = [zone_shown(zone, token) for zone in wanted_zones(zones, request.query)]
        page, info = page_of(shown, request.query, usual=20, most=50)
        return result(page, result_info=info)

    def create_zone(self, request: Request, token: Token, _: tuple[str, ...]) -> Answer:
        if not token.may("zone:create"):
            raise _unauthorized()
        body = _object(request)
        name, account = body.get("name"), (body.get("account") or {}).get("id") or self._world.account
        if not isinstance(name, str) or "." not in name:
            raise ApiError(VALIDATION, "name is no domain name.")
        if any(zone.name == name for zone in self._world.zones.values()):
            raise ApiError(1061, f"{name} already exists")
        return result(zone_shown(self._world.zone(name, status="pending", account=account), token))

    def get_zone(self, request: Request, token: Token, ids: tuple[str, ...]) -> Answer:
        zone = self._zone(ids[0], token, "zone:read", refusal=_unauthorized)
        return result(zone_shown(zone, token))

    def get_dnssec(self, request: Request, token: Token, ids: tuple[str, ...]) -> Answer:
        return result(dnssec_shown(self._zone(ids[0], token, "dns:read", "dns:edit")))

    def list_page_rules(self, request: Request, token: Token, ids: tuple[str, ...]) -> Answer:
        self._zone(ids[0], token, "page_rules", refusal=_unauthorized)
        return result([])

    def list_records(self, request: Request, token: Token, ids: tuple[str, ...]) -> Answer:
        zone = self._zone(ids[0], token, "dns:read", "dns:edit")
        records = wanted_records([stored.record for stored in zone.records.values()], request.query)
        page, info = page_of(records, request.query, usual=100, most=5_000_000)
        return result(page, result_info=info)

    def get_record(self, request: Request, token: Token, ids: tuple[str, ...]) -> Answer:
        zone = self._zone(ids[0], token, "dns:read", "dns:edit")
        if ids[1] not in zone.records:
            raise ApiError(81044, "Record does not exist.", status=404)
        return result(zone.records[ids[1]].record)

    def change_record(self, request: Request, token: Token, ids: tuple[str, ...]) -> Answer:
        draft = Draft(self._zone(ids[0], token, "dns:edit"), self._world.clock)
        if request.method == "DELETE":
            changed = {"id": draft.delete({"id": ids[1]})["id"]}
        elif request.method == "POST":
            changed = draft.post(_object(request))
        else:
            change = draft.put if request.method == "PUT" else draft.patch
            changed = change({**_object(request), "id": ids[1]})
        draft.commit()
        return result(changed)

    def batch_records(self, request: Request, token: Token, ids: tuple[str, ...]) -> Answer:
        zone = self._zone(ids[0], token, "dns:edit")
        return result(batch(zone, self._world.clock, _object(request)))

    def _zone(
        self, zone_id: str, token: Token, *scopes: Scope, refusal: Callable[[], ApiError] | None = None
    ) -> Zone:
        zone = self._world.zones.get(zone_id)
        if zone is None:
            message = f"Could not route to /client/v4/zones/{zone_id}, perhaps your object identifier is invalid?"
            raise ApiError(7003, message, status=404)
        if not token.reaches(zone_id) or not token.may(*scopes):
            raise (refusal or _unauthenticated)()
        return zone


def _verified(token: Token | None, account: str | None) -> Answer:
    if token is None or token.account != account:
        raise ApiError(1000, "Invalid API Token", status=401)
    shown = {"id": token.id, "status": token.status}
    if token.status != "active":
        return result(shown)
    return result(
        shown, messages=({"code": 10000, "message": "This API Token is valid and active", "type": None},)
    )


def _object(request: Request) -> Json:
    body: Any = request.body
    if not isinstance(body, dict):
        raise ApiError(9207, "Request body is invalid.")
    return body


def _unauthorized() -> ApiError:
    return ApiError(9109, "Unauthorized to access requested resource", status=403)


def _unauthenticated() -> ApiError:
    return ApiError(10000, "Authentication error", status=403)


_VERIFY = re.compile(r"/(?:user|accounts/(?P<account>[^/]+))/tokens/verify")
_ZONE = r"/zones/([^/]+)"
_ROUTES: tuple[tuple[str, re.Pattern[str], Handler], ...] = tuple(
    (method, re.compile(pattern), handler)
    for methods, pattern, handler in (
        ("GET", r"/zones", Api.list_zones),
        ("POST", r"/zones", Api.create_zone),
        ("GET", _ZONE, Api.get_zone),
        ("GET", rf"{_ZONE}/dnssec", Api.get_dnssec),
        ("GET", rf"{_ZONE}/pagerules", Api.list_page_rules),
        ("GET", rf"{_ZONE}/dns_records", Api.list_records),
        ("POST", rf"{_ZONE}/dns_records", Api.change_record),
        ("POST", rf"{_ZONE}/dns_records/batch", Api.batch_records),
        ("GET", rf"{_ZONE}/dns_records/([^/]+)", Api.get_record),
        ("PUT PATCH DELETE", rf"{_ZONE}/dns_records/([^/]+)", Api.change_record),
    )
    for method in methods.split()
)
