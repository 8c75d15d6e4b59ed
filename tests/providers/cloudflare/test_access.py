"""What a run takes from the environment, and what of octodns-cloudflare and the SDK the provider rests on."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys

import pytest
from mailcheck_providers.cloudflare import open_provider
from mailcheck_providers.cloudflare.access import API, access

from mailcheck.errors import ProviderError, UsageError
from mailcheck.sync.provider import ProviderSettings
from tests.lab.cloudflare import Fake
from tests.providers.cloudflare.lab import ORIGIN, TOKEN, Watch, declared, environment, opened, planned


@pytest.mark.parametrize(
    "url", ["https://api.example/v4", "http://127.0.0.1:8080/client/v4", "http://[::1]/", "http://localhost:1", ""]
)
def test_an_address_is_taken(url: str) -> None:
    expected = url.rstrip("/") or API
    assert access({"CLOUDFLARE_API_TOKEN": "t", "CLOUDFLARE_BASE_URL": url}).base_url == expected


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1/",
        "http://api.cloudflare.com/client/v4",
        "http://localhost.example/",
        "ftp://127.0.0.1/",
        "https://user@api.example/",
        "https://api.example/?a=b",
        "https://api.example/#a",
        "https://[::1",
        "https://api.example:0/",
        "api.cloudflare.com",
    ],
)
def test_an_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="CLOUDFLARE_BASE_URL"):
        access({"CLOUDFLARE_API_TOKEN": "t", "CLOUDFLARE_BASE_URL": url})


@pytest.mark.parametrize("options", [{"token": "x"}, {"account": 5}])
def test_an_option_that_it_does_not_take_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="provider cloudflare"):
        open_provider(ProviderSettings("cloudflare", options, {"CLOUDFLARE_API_TOKEN": "t"}, 1.0, Watch()))


def test_no_other_variable_of_cloudflare_takes_effect(
    fake: Fake, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    others = {
        "CLOUDFLARE_API_KEY": "other-key",
        "CLOUDFLARE_EMAIL": "other@example.org",
        "CLOUDFLARE_API_USER_SERVICE_KEY": "other-service-key",
        "CLOUDFLARE_CUSTOM_HEADERS": "X-Other: other\nAuthorization: Bearer other",
        "CLOUDFLARE_API_TOKEN": "other-token",
        "CLOUDFLARE_BASE_URL": "http://127.0.0.1:1/",
        "CLOUDFLARE_LOG": "debug",
    }
    for name, value in others.items():
        monkeypatch.setenv(name, value)
    fake.zone("example.com")
    planned(opened(fake), declared(("a", "A", 300, "192.0.2.1")))
    assert fake.requests
    for request in fake.requests:
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        assert "other" not in str(request.headers)
        assert "x-auth-key" not in request.headers
    assert {name: os.environ[name] for name in others} == others


def test_the_sdks_debug_log_is_not_switched_on_by_its_variable(fake: Fake) -> None:
    fake.zone("example.com")
    script = (
        "from tests.providers.cloudflare.lab import *\n"
        "from mailcheck_providers.cloudflare import open_provider\n"
        "import os\n"
        "settings = ProviderSettings('cloudflare', {}, dict(os.environ), 1.0, Watch())\n"
        "open_provider(settings).snapshot(ORIGIN)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **environment(fake), "CLOUDFLARE_LOG": "debug"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (run.stdout, run.stderr) == ("", "")


def test_opening_the_provider_imports_nothing_heavy() -> None:
    script = (
        "import sys, mailcheck_providers.cloudflare\n"
        "print(sorted({'octodns', 'cloudflare', 'requests', 'httpx', 'dns'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_the_zone_is_found_by_its_name(fake: Fake) -> None:
    for n in range(30):
        fake.zone(f"z{n}.example")
    fake.zone("example.com")
    opened(fake).preflight(ORIGIN, create=False)
    assert [dict(request.query) for request in fake.requests if request.path == "/zones"] == [
        {"name": "example.com"}
    ]


def test_of_two_zones_of_one_name_the_account_says_which(fake: Fake) -> None:
    fake.zone("example.com", account="a" * 32)
    fake.zone("example.com", account="b" * 32, plan="pro")
    with pytest.raises(ProviderError, match=r"the token sees 2 zones example\.com"):
        opened(fake).preflight(ORIGIN, create=True)
    assert opened(fake, account="b" * 32).preflight(ORIGIN, create=False).transaction == 3500


def test_octodns_cloudflare_still_has_the_private_methods_that_are_used() -> None:
    from octodns_cloudflare import CloudflareProvider

    assert {
        *("ALIAS", "A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "LOC", "MX", "NAPTR", "NS"),
        *("PTR", "SSHFP", "SRV", "SVCB", "TLSA", "TXT"),
    } == CloudflareProvider.SUPPORTS
    assert {
        name: list(inspect.signature(getattr(CloudflareProvider, name)).parameters)
        for name in (
            "_contents_for_NS",
            "_contents_for_PTR",
            "_contents_for_SRV",
            "_contents_for_TXT",
            "_data_for_NS",
            "_data_for_PTR",
            "_data_for_TXT",
            "_extra_changes",
            "_gen_data",
            "_gen_key",
            "_include_change",
            "_process_desired_zone",
            "_record_comment",
            "_record_for",
            "_record_is_proxied",
            "_record_tags",
            "_ttl_data",
            "zone_records",
        )
    } == {
        "_contents_for_NS": ["self", "record"],
        "_contents_for_PTR": ["self", "record"],
        "_contents_for_SRV": ["self", "record"],
        "_contents_for_TXT": ["self", "record"],
        "_data_for_NS": ["self", "_type", "records"],
        "_data_for_PTR": ["self", "_type", "records"],
        "_data_for_TXT": ["self", "_type", "records"],
        "_extra_changes": ["self", "existing", "desired", "changes"],
        "_gen_data": ["self", "record"],
        "_gen_key": ["self", "data"],
        "_include_change": ["self", "change"],
        "_process_desired_zone": ["self", "desired"],
        "_record_comment": ["self", "record"],
        "_record_for": ["self", "zone", "name", "_type", "records", "lenient"],
        "_record_is_proxied": ["self", "record"],
        "_record_tags": ["self", "record"],
        "_ttl_data": ["self", "ttl"],
        "zone_records": ["self", "zone"],
    }
