"""A stateful fake of Cloudflare's API v4 on loopback, made after Cloudflare's public documentation.

    with cloudflare() as fake:
        zone = fake.zone("example.com", plan="pro")
        fake.seed(zone, {"type": "A", "name": "@", "content": "192.0.2.80", "ttl": 300})
        fake.faults.on(batches, Fault.reset(committed=True))
        ...  # a client with fake.url and fake.token()
        assert fake.records(zone) == ...

`python -m tests.lab.cloudflare` runs it by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy

from tests.lab.cloudflare.access import Scope
from tests.lab.cloudflare.api import Api
from tests.lab.cloudflare.envelope import Answer, ApiError, Json
from tests.lab.cloudflare.faults import Fault, Faults, anything, batches, nth, reads, writes
from tests.lab.cloudflare.request import Request
from tests.lab.cloudflare.server import Server
from tests.lab.cloudflare.world import ACCOUNT, World
from tests.lab.cloudflare.zone import Zone

__all__ = [
    "ACCOUNT",
    "Answer",
    "ApiError",
    "Fake",
    "Fault",
    "Request",
    "Scope",
    "Zone",
    "anything",
    "batches",
    "cloudflare",
    "nth",
    "reads",
    "writes",
]


class Fake(World):
    """The world behind the API, its address, the requests that it saw and the faults that wait for them."""

    def __init__(self, port: int = 0) -> None:
        super().__init__()
        self.faults = Faults()
        self._server = Server(Api(self), self.faults, port)
        self.url = self._server.url

    @property
    def requests(self) -> list[Request]:
        """All requests so far, in the order in which they came."""
        return list(self._server.requests)

    @property
    def writes(self) -> list[Request]:
        """Those that could have changed anything."""
        return [request for request in self.requests if writes(request)]

    def records(self, zone: Zone) -> list[Json]:
        """A zone's records as the API shows them, ids and times too, in the order in which they were made."""
        return deepcopy([stored.record for stored in zone.records.values()])

    def forget_requests(self) -> None:
        """Begin the log again."""
        self._server.requests.clear()

    def watch(self, told: Callable[[Request], object]) -> None:
        """Call `told` with every request from now on, one at a time."""
        self._server.watch = told

    def start(self) -> None:
        """Begin to answer."""
        self._server.start()

    def stop(self) -> None:
        """End every connection."""
        self._server.stop()


@contextmanager
def cloudflare(port: int = 0) -> Iterator[Fake]:
    """A fake that answers at 127.0.0.1 while the context lasts, at a free port unless one is given."""
    fake = Fake(port)
    fake.start()
    try:
        yield fake
    finally:
        fake.stop()
