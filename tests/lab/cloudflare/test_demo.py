"""The fake by itself, as a person starts it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

import pytest
import requests

from tests.lab.cloudflare import cloudflare
from tests.lab.cloudflare.demo import ZONE_FILE

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]

_COMMAND = [sys.executable, "-m", "tests.lab.cloudflare", "--port"]
_ROOT = ZONE_FILE.parents[1]


def test_it_says_how_to_try_it_and_ends_when_interrupted() -> None:
    with subprocess.Popen([*_COMMAND, "0"], cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if line == "The requests that it sees:\n":
                break
        url = re.search(r"CLOUDFLARE_BASE_URL=(\S+)", said)
        token = re.search(r"CLOUDFLARE_API_TOKEN=(\S+)", said)
        assert url is not None
        assert token is not None
        headers = {"Authorization": f"Bearer {token[1]}"}
        (zone,) = requests.get(f"{url[1]}/zones?name=example.com", headers=headers, timeout=10).json()["result"]
        assert process.stdout.readline() == "    GET    /zones?name=example.com\n"
        path = f"/zones/{zone['id']}/dns_records/batch"
        requests.post(url[1] + path, json={"posts": [], "deletes": []}, headers=headers, timeout=10)
        assert process.stdout.readline() == f"    POST   {path}  (0 posts, 0 deletes)\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


def test_a_port_in_use_is_one_line() -> None:
    with cloudflare() as fake:
        port = re.search(r":(\d+)/", fake.url)
        assert port is not None
        run = subprocess.run(
            [*_COMMAND, port[1]], cwd=_ROOT, capture_output=True, text=True, check=False, timeout=30
        )
    assert (run.returncode, run.stderr) == (
        1,
        f"port {port[1]} of 127.0.0.1 cannot be used: Address already in use; --port 0 takes any\n",
    )
