"""A fake for each test, and a plain HTTP client for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from tests.lab.cloudflare import Fake, Zone, cloudflare

Call = Callable[..., requests.Response]


@pytest.fixture
def fake() -> Iterator[Fake]:
    with cloudflare() as running:
        yield running


@pytest.fixture
def zone(fake: Fake) -> Zone:
    return fake.zone("example.com", plan="pro")


@pytest.fixture
def call(fake: Fake) -> Iterator[Call]:
    """`call(method, path, body)` with a token that may all but create zones and read page rules."""
    usual = fake.token()
    with requests.Session() as session:

        def sent(method: str, path: str, body: Any = None, token: str = usual) -> requests.Response:
            headers = {"Authorization": f"Bearer {token}"}
            return session.request(method, fake.url + path, json=body, headers=headers, timeout=10)

        yield sent
