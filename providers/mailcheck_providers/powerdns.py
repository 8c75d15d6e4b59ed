"""PowerDNS Authoritative Server, by its HTTP interface."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from mailcheck.errors import UsageError
from mailcheck.sync.provider import ProviderSettings, RawRecord
from mailcheck_providers.environment import Secrets, port, variable
from mailcheck_providers.packing import SERVER_KEEPS, Operation
from mailcheck_providers.presented import PresentedProvider

_TIMEOUT = 30.0


def open_provider(settings: ProviderSettings) -> PowerDnsProvider:
    """From POWERDNS_HOST, POWERDNS_PORT (8081) and POWERDNS_API_KEY; plain HTTP to a loopback address only."""
    if settings.options:
        raise UsageError(
            f"the provider {settings.name} takes no options", hint="it is set up by POWERDNS_... variables"
        )
    given = settings.environment
    host = variable(given, "POWERDNS_HOST", "the address of the server's HTTP interface")
    number = port(given, "POWERDNS_PORT", 8081)
    api_key = variable(given, "POWERDNS_API_KEY", "the key of the server's HTTP interface")
    return PowerDnsProvider(settings.name, host, number, api_key)


class PowerDnsProvider(PresentedProvider):
    """One step is one PATCH, which the server's database takes whole or not at all.

    A raw record also has `disabled`, the values that are not served, and `comments`: both survive a change.
    """

    transaction = 1000
    largest = 1_000_000

    def __init__(self, name: str, host: str, number: int, api_key: str) -> None:
        try:
            from octodns_powerdns import PowerDnsProvider as OctodnsPowerDns
        except ImportError:
            raise UsageError(
                f"the provider {name} needs octodns-powerdns", hint="pip install 'mailcheck-dns[powerdns]'"
            ) from None
        self._server = f"{host} port {number}"
        target = self.reading_ours(OctodnsPowerDns)(
            name,
            host=f"[{host}]" if ":" in host else host,
            port=number,
            api_key=api_key,
            scheme="http" if _is_loopback(host) else "https",
            timeout=_TIMEOUT,
            enable_dynamic=False,
        )
        # A redirection would take the key along to wherever it leads.
        target._sess.max_redirects = 0
        super().__init__(name, target, Secrets([api_key]))

    def sets(self, zone: str) -> list[RawRecord] | None:
        with self._exchange():
            answer = self._request("GET", _path(zone))
        if answer.status_code == 404:
            return None
        self._check(answer, f"reading {zone}")
        found = answer.json()["rrsets"]
        return [_raw(rrset) for rrset in found if rrset["type"] not in SERVER_KEEPS]

    def send(self, zone: str, operations: Sequence[Operation]) -> None:
        rrsets = sorted(map(_rrset, operations), key=lambda rrset: rrset["changetype"])
        with self._exchange():
            answer = self._request("PATCH", _path(zone), {"rrsets": rrsets})
            if answer.status_code == 404 and self.may_create:
                new = {
                    "name": zone,
                    "kind": "Native",
                    "nameservers": [],
                    "soa_edit_api": "DEFAULT",
                    "rrsets": rrsets,
                }
                answer = self._request("POST", "zones", new)
        self._check(answer, f"writing {zone}")

    def left(self, before: RawRecord | None) -> RawRecord | None:
        return {**before, "values": []} if before is not None and "disabled" in before else None

    def size(self, each: Operation) -> int:
        return 0 if each["after"] is None else 100 + sum([len(value) + 50 for value in each["after"]["values"]])

    def _request(self, method: str, path: str, data: Any = None) -> Any:
        """The answer, whatever its status."""
        from requests import HTTPError

        try:
            return self.target._request(method, path, data=data)
        except HTTPError as error:
            return error.response

    def _check(self, answer: Any, what: str) -> None:
        """Raise ProviderError for an answer by which the server says that it did nothing, OSError for others."""
        status = answer.status_code
        if status < 400:
            return
        if status == 401:
            raise self.refused(f"the server at {self._server} does not take the API key in POWERDNS_API_KEY")
        try:
            why = answer.json()["error"]
        except (ValueError, KeyError, TypeError):
            why = "without a reason"
        if status < 500:
            raise self.refused(f"{what}: the server answered {status}: {why}")
        raise OSError(f"the server answered {status}: {why}")

    @contextmanager
    def _exchange(self) -> Iterator[None]:
        """A connection that never came about, in words; other errors pass."""
        from requests import ConnectTimeout
        from requests.exceptions import ConnectionError as Unconnected
        from urllib3.exceptions import NewConnectionError

        try:
            yield
        except ConnectTimeout:
            raise self.refused(f"{self._server} does not answer") from None
        except Unconnected as error:
            if error.args and isinstance(getattr(error.args[0], "reason", None), NewConnectionError):
                raise self.refused(f"nothing listens at {self._server}") from None
            raise


def _raw(rrset: Any) -> RawRecord:
    raw = {"name": rrset["name"].lower(), "type": rrset["type"], "ttl": rrset["ttl"]}
    disabled = sorted([record["content"] for record in rrset["records"] if record["disabled"]])
    return {
        **raw,
        "values": sorted([record["content"] for record in rrset["records"] if not record["disabled"]]),
        **({"disabled": disabled} if disabled else {}),
        **({"comments": rrset["comments"]} if rrset.get("comments") else {}),
    }


def _rrset(each: Operation) -> dict[str, Any]:
    """An operation as PowerDNS takes it. `DELETE` sorts before `REPLACE`: a CNAME goes before an A comes."""
    after = each["after"]
    if after is None:
        return {"name": each["name"], "type": each["type"], "changetype": "DELETE"}
    records = [{"content": value, "disabled": False} for value in after["values"]]
    kept = [value for value in after.get("disabled", ()) if value not in after["values"]]
    return {
        "name": each["name"],
        "type": each["type"],
        "ttl": after["ttl"],
        "changetype": "REPLACE",
        "records": records + [{"content": value, "disabled": True} for value in kept],
        "comments": after.get("comments", []),
    }


def _path(zone: str) -> str:
    """PowerDNS before 4.8 takes `=2F` for a slash, and not `%2F` (as in RFC 2317 reverse zones)."""
    return f"zones/{quote(zone, safe='').replace('%', '=')}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
