"""Run the fake by itself, to try `mailcheck sync` without an account at Cloudflare."""

from __future__ import annotations

import argparse
import signal
import sys

from tests.lab.cloudflare import Request, batches, cloudflare
from tests.lab.cloudflare.demo import drifted

_PORT = 8053
_ENDS = {signal.SIGINT, signal.SIGTERM}
_TOKEN = "demo-token-for-the-fake-on-this-machine"
_HELP = """\
A fake of Cloudflare's API answers at {url} until you press Ctrl-C.
It holds example.com on the free plan, {records} records, a little away from zones/example.com.yaml.
In another terminal:

    export CLOUDFLARE_BASE_URL={url}
    export CLOUDFLARE_API_TOKEN={token}
    mailcheck sync --provider cloudflare --zone example.com            # what would change
    mailcheck sync --provider cloudflare --zone example.com --apply    # change it
    mailcheck sync --provider cloudflare --zone example.com --check    # exit 1 when it has drifted

The requests that it sees:
"""


def main() -> None:
    """Answer until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab.cloudflare", description=__doc__)
    parser.add_argument("--port", type=int, default=_PORT, help=f"on 127.0.0.1, {_PORT} by default, 0 for any")
    port = parser.parse_args().port
    # Blocked before any thread starts, so that they reach nobody but sigwait.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
    try:
        with cloudflare(port) as fake:
            zone = drifted(fake)
            token = fake.token(value=_TOKEN)
            fake.watch(lambda request: _say(_line(request)))
            _say(_HELP.format(url=fake.url, token=token, records=len(fake.records(zone))))
            signal.sigwait(_ENDS)
    except OSError as error:
        sys.exit(f"port {port} of 127.0.0.1 cannot be used: {error.strerror}; --port 0 takes any")


def _line(request: Request) -> str:
    query = "&".join(f"{name}={value}" for name, value in request.query.items())
    line = f"    {request.method:6} {request.path}" + (f"?{query}" if query else "")
    if batches(request) and isinstance(request.body, dict):
        operations = [f"{len(listed)} {name}" for name, listed in request.body.items() if isinstance(listed, list)]
        line += f"  ({', '.join(operations)})"
    return line + "\n"


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
