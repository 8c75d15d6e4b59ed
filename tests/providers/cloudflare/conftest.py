"""The fake of Cloudflare for these tests, with the marked token."""

from collections.abc import Iterator

import pytest

from tests.lab.cloudflare import Fake, cloudflare
from tests.providers.cloudflare.lab import TOKEN


@pytest.fixture
def fake(socket_enabled: None) -> Iterator[Fake]:
    with cloudflare() as running:
        running.token(value=TOKEN)
        yield running
