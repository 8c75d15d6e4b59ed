"""Faults put into the way of a request: a status, HTML, a reset, a late answer, somebody else's change."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock
from typing import NamedTuple

from tests.lab.cloudflare.envelope import Answer, ApiError
from tests.lab.cloudflare.request import Request

Matches = Callable[[Request], bool]

_HTML = (
    b"<!DOCTYPE html>\n<html><head><title>%d | api.cloudflare.com</title></head><body>Bad gateway</body></html>\n"
)


def anything(request: Request) -> bool:
    """Every request."""
    return True


def writes(request: Request) -> bool:
    """Requests that could change anything."""
    return request.method != "GET"


def batches(request: Request) -> bool:
    """Batches of changes to records."""
    return request.method == "POST" and request.path.endswith("/dns_records/batch")


def reads(request: Request) -> bool:
    """Listings of records."""
    return request.method == "GET" and request.path.endswith("/dns_records")


class Fault(NamedTuple):
    """What becomes of one request.

    `carried_out`: it takes effect all the same. `answer`: what is said instead of the truth. `reset`: the
    connection is reset instead of an answer, `cut`: it ends in the middle of one. `before` is called first,
    `wait` after the request took effect and before it is answered.
    """

    answer: Answer | None = None
    carried_out: bool = True
    resets: bool = False
    cuts: bool = False
    before: Callable[[], object] | None = None
    wait: Callable[[Event], object] | None = None

    @classmethod
    def error(cls, status: int, *, committed: bool = False) -> Fault:
        """An error in the API's own envelope, as the service behind it gives: 500, 503, 504."""
        return cls(ApiError(10000, "Internal error.", status=status).answer(), committed)

    @classmethod
    def html(cls, status: int = 502, *, committed: bool = False) -> Fault:
        """A page of HTML, as the proxy in front of the API gives."""
        return cls(Answer(status, _HTML % status, "text/html; charset=UTF-8"), committed)

    @classmethod
    def text(cls, body: bytes, *, status: int = 200, committed: bool = False) -> Fault:
        """Any body, said to be JSON."""
        return cls(Answer(status, body), committed)

    @classmethod
    def rate_limited(cls, retry_after: int | None = None) -> Fault:
        """429, with or without the seconds to wait."""
        error = ApiError(971, "Please wait and consider throttling your request speed", status=429)
        return cls(error.answer(*(() if retry_after is None else (("Retry-After", str(retry_after)),))), False)

    @classmethod
    def reset(cls, *, committed: bool) -> Fault:
        """The connection is reset, before the request took effect or after."""
        return cls(carried_out=committed, resets=True)

    @classmethod
    def cut(cls) -> Fault:
        """The answer of a request that took effect ends half-way."""
        return cls(cuts=True)

    @classmethod
    def slow(cls, seconds: float) -> Fault:
        """The true answer, late; the request took effect at once."""
        return cls(wait=lambda closing: closing.wait(seconds))

    @classmethod
    def held(cls, until: Event, *, reached: Event | None = None) -> Fault:
        """The true answer, when `until` is set; the request took effect at once, and `reached` is set then."""

        def wait(closing: Event) -> None:
            if reached is not None:
                reached.set()
            while not until.wait(0.01) and not closing.is_set():
                pass

        return cls(wait=wait)

    @classmethod
    def meanwhile(cls, act: Callable[[], object]) -> Fault:
        """The true answer, but somebody acts just before the request is looked at."""
        return cls(before=act)


def nth(number: int, of: Matches) -> Matches:
    """The `number`-th request, from 1, among those that `of` is true of."""
    seen = 0

    def matches(request: Request) -> bool:
        nonlocal seen
        seen += of(request)
        return seen == number and of(request)

    return matches


class Faults:
    """The faults that wait for their requests."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: list[tuple[Matches, list[Fault], bool]] = []

    def on(self, when: int | Matches, *faults: Fault) -> None:
        """Each of `faults` meets one request: those that match in turn, or the `when`-th of all, from 1."""
        with self._lock:
            self._waiting.append((_matcher(when), list(faults), False))

    def always(self, when: Matches, fault: Fault) -> None:
        """Every request that matches meets `fault`."""
        with self._lock:
            self._waiting.append((when, [fault], True))

    def clear(self) -> None:
        """No faults any more."""
        with self._lock:
            self._waiting.clear()

    def take(self, request: Request) -> Fault | None:
        """The fault that this request meets: the one asked for first."""
        with self._lock:
            # Every matcher sees every request: some of them count.
            matching = [waiting for waiting in self._waiting if waiting[0](request) and waiting[1]]
            if not matching:
                return None
            _, faults, forever = matching[0]
            return faults[0] if forever else faults.pop(0)


def _matcher(when: int | Matches) -> Matches:
    return (lambda request: request.number == when) if isinstance(when, int) else when
