"""OpenDKIM in its test mode: it signs and verifies files, with keys from files; no server, no network."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.lab import program

Sign = Callable[[Sequence[bytes]], list[bytes]]

_SIGNATURE = re.compile(r"### INSHEADER: idx=\d+ hname='DKIM-Signature' hvalue='([^']*)'\n")
_VERDICT = re.compile(r"/(\d+)\.eml: verification \(.*\) (succeeded|failed)")


@contextmanager
def signing(folder: Path, pem: bytes, **settings: str) -> Iterator[Sign]:
    """Signs messages; `settings` are those of opendkim.conf(5). The private key is gone at the end."""
    key = folder / "key.pem"
    key.touch(mode=0o600)
    key.write_bytes(pem)

    def sign(messages: Sequence[bytes]) -> list[bytes]:
        found = _SIGNATURE.findall(_run(folder, messages, {"Mode": "s", "KeyFile": str(key), **settings}))
        assert len(found) == len(messages)
        lines = [f"DKIM-Signature: {value}\n".replace("\n", "\r\n").encode() for value in found]
        return [line + message for line, message in zip(lines, messages, strict=True)]

    try:
        yield sign
    finally:
        key.unlink()


def verify(folder: Path, messages: Sequence[bytes], keys: Mapping[str, str]) -> list[bool]:
    """Whether each message's signature is good; `keys` are the key records by their names, no final dots."""
    known = folder / "keys"
    known.write_text("".join(f"{name} {text}\n" for name, text in keys.items()), encoding="ascii")
    found = dict(_VERDICT.findall(_run(folder, messages, {"Mode": "v", "TestPublicKeys": str(known)})))
    assert len(found) == len(messages)
    return [found[str(number)] == "succeeded" for number in range(len(messages))]


def _run(folder: Path, messages: Sequence[bytes], settings: Mapping[str, str]) -> str:
    configuration = folder / "opendkim.conf"
    # The folders of tests lie below one that everybody may write to.
    lines = {"RequireSafeKeys": "no", **settings}
    configuration.write_text("".join(f"{name} {value}\n" for name, value in lines.items()), encoding="ascii")
    files = [folder / f"{number}.eml" for number in range(len(messages))]
    for file, message in zip(files, messages, strict=True):
        file.write_bytes(message)
    command = [str(program("opendkim")), "-x", str(configuration), "-vv", "-t", ",".join(map(str, files))]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout
