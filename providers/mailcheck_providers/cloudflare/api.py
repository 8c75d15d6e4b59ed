"""Cloudflare's API v4 through its own SDK, which is told to repeat nothing by itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mailcheck.errors import ProviderError
from mailcheck_providers.cloudflare.access import Access
from mailcheck_providers.cloudflare.backoff import RETRIES, Backoff, retry_after

if TYPE_CHECKING:
    import cloudflare

Json = Mapping[str, Any]

RECORDS_PER_PAGE = 5_000_000  # the most that the API takes: one request reads a zone of any size
SHOWN = 300
TOO_MANY_REQUESTS = 429
NOT_THE_API = "Cloudflare's answer is none of its API's"


class ApiError(ProviderError):
    """What the API answered instead of a result.

    - `status`: of HTTP, None where no answer came.
    - `codes`: Cloudflare's own, empty where the body was not the API's.
    - `late`: no answer came in time, so that the request may still be under way.
    - `wait`: seconds, for status 429.
    """

    def __init__(
        self,
        message: str,
        status: int | None = None,
        codes: tuple[int, ...] = (),
        *,
        late: bool = False,
        wait: float = 0.0,
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.codes = codes
        self.late = late
        self.wait = wait

    @property
    def refused(self) -> bool:
        """Whether the API itself said no, so that nothing was done."""
        return self.status is not None and 400 <= self.status < 500


class Api:
    """Every method raises ApiError, or ProviderError where the run's patience ends."""

    def __init__(self, access: Access, backoff: Backoff) -> None:
        self._access = access
        self._backoff = backoff
        self._client = _client(access)

    def one(self, path: str) -> Json:
        """The one object asked for, empty where there is none."""
        result = self._get(path)["result"] or {}
        if not isinstance(result, Mapping):
            raise ApiError(NOT_THE_API)
        return result

    def many(self, path: str, **query: str | int) -> tuple[Json, ...]:
        """The objects asked for, on one page, each with its `id`."""
        return _listed(self._get(path, **query))

    def _get(self, path: str, **query: str | int) -> Json:
        """The answer with its `result` and `result_info`; asked again where the API had a bad moment."""
        return self._patiently(
            lambda: self._client.get(path, cast_to=object, options={"params": query}), reading=True
        )

    def records(self, zone_id: str) -> tuple[Json, ...]:
        """All records of a zone, each once."""
        found: dict[str, Json] = {}
        page, pages = 1, 1
        while page <= pages:
            answer = self._get(f"/zones/{zone_id}/dns_records", per_page=RECORDS_PER_PAGE, page=page)
            listed = _listed(answer)
            if not all([isinstance(record.get(field), str) for record in listed for field in ("name", "type")]):
                raise ApiError(NOT_THE_API)
            found |= {record["id"]: record for record in listed}
            pages = _pages(answer) if listed else page
            page += 1
        return tuple(found.values())

    def batch(self, zone_id: str, operations: Mapping[str, Sequence[Json]]) -> None:
        """One transaction; `operations` by `deletes`, `patches`, `puts`, `posts`, as the API runs them.

        Sent once, and again only after a 429, which did nothing.
        """

        def ask() -> object:
            # As extra_body: the SDK takes a millisecond to look at a record, and changes nothing.
            answer = self._client.dns.records.with_raw_response.batch(zone_id=zone_id, extra_body=dict(operations))
            return answer.http_response.json()

        self._patiently(ask, reading=False)

    def create_zone(self, name: str, account: str) -> None:
        """`name` without final dot; `account` an id, empty for the token's own."""
        body: dict[str, Any] = {"name": name, "type": "full"}
        if account:
            body["account"] = {"id": account}
        self._patiently(lambda: self._client.post("/zones", cast_to=object, body=body), reading=False)

    def _patiently(self, ask: Callable[[], object], *, reading: bool) -> Json:
        for again in range(RETRIES):
            try:
                return self._once(ask)
            except ApiError as error:
                if error.status == TOO_MANY_REQUESTS:
                    self._backoff.wait(error.wait, "Cloudflare takes no more requests for now")
                elif reading and not error.refused:
                    self._backoff.wait(2.0**again, "Cloudflare did not answer properly")
                else:
                    raise
        return self._once(ask)

    def _once(self, ask: Callable[[], object]) -> Json:
        import cloudflare

        try:
            answer = ask()
        except cloudflare.APIStatusError as error:
            raise self._status_error(error) from None
        except cloudflare.APITimeoutError:
            raise ApiError("Cloudflare did not answer in time", late=True) from None
        except cloudflare.APIConnectionError as error:
            cause = type(error.__cause__).__name__ if error.__cause__ else "connection lost"
            raise ApiError(f"no answer from Cloudflare ({cause})") from None
        except ValueError:
            raise ApiError("Cloudflare's answer is not JSON") from None
        if not isinstance(answer, Mapping) or "result" not in answer:
            raise ApiError(NOT_THE_API)
        if answer.get("success") is False:
            codes, reasons = self._reasons(answer)
            raise ApiError(f"Cloudflare refused: {reasons}", 400, codes)
        return answer

    def _status_error(self, error: cloudflare.APIStatusError) -> ApiError:
        status = error.status_code
        codes, reasons = self._reasons(error.body)
        wait = retry_after(error.response.headers.get("retry-after")) if status == TOO_MANY_REQUESTS else 0.0
        verb = "refused" if 400 <= status < 500 else "failed"
        return ApiError(
            f"Cloudflare {verb} (HTTP {status}{': ' + reasons if reasons else ''})",
            status,
            codes,
            late=status in {504, 524},
            wait=wait,
        )

    def _reasons(self, body: object) -> tuple[tuple[int, ...], str]:
        errors = body.get("errors") if isinstance(body, Mapping) else None
        found = [error for error in errors or () if isinstance(error, Mapping)] if isinstance(errors, list) else []
        codes = tuple(error["code"] for error in found if isinstance(error.get("code"), int))
        texts = [f"{error.get('message', '')} [{error.get('code', '?')}]" for error in found]
        return codes, "; ".join(texts).replace(self._access.token, "…")[:SHOWN]


def _listed(answer: Json) -> tuple[Json, ...]:
    found = answer["result"] or []
    if not isinstance(found, list) or not all([isinstance(one, Mapping) and _has_id(one) for one in found]):
        raise ApiError(NOT_THE_API)
    return tuple(found)


def _has_id(found: Json) -> bool:
    return isinstance(found.get("id"), str)


def _pages(answer: Json) -> int:
    info = answer.get("result_info") or {}
    pages = (info.get("total_pages") or 1) if isinstance(info, Mapping) else None
    if not isinstance(pages, int):
        raise ApiError(NOT_THE_API)
    return pages


def _client(access: Access) -> cloudflare.Cloudflare:
    with _only_ours():
        import cloudflare

        return cloudflare.Cloudflare(
            api_token=access.token,
            base_url=access.base_url,
            max_retries=0,
            http_client=cloudflare.DefaultHttpxClient(follow_redirects=False),
        )


@contextmanager
def _only_ours() -> Iterator[None]:
    """Hide Cloudflare's variables: the SDK takes other credentials, headers and a log level from them."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("CLOUDFLARE_")}
    try:
        yield
    finally:
        os.environ.update(hidden)
