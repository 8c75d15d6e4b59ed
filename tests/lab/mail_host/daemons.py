"""The daemons of a mail host as children of the test."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from tests.lab import program
from tests.lab.mail_host.running import srs_command

Address = tuple[str, int] | str
"""Where it listens: address and port, or the path of a Unix socket."""
_WAIT = 30.0


class Daemon:
    """A running program; what it says goes to a file of its name below `var/log`."""

    def __init__(
        self, folder: Path, command: list[str], listens: list[Address], pid_file: Path | None = None
    ) -> None:
        self.name = Path(command[0]).name
        self.listens, self.pid_file = listens, pid_file
        self._output = folder / f"var/log/{self.name}.output"
        with self._output.open("ab") as output:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )

    @property
    def output(self) -> str:
        """What it wrote to its standard streams."""
        return self._output.read_text(encoding="utf-8", errors="replace")

    def wait_until_it_answers(self) -> None:
        """Wait until something takes connections wherever it listens. Raises RuntimeError where it ends first."""
        end = time.monotonic() + _WAIT
        for address in self.listens:
            while not _answers(address):
                if self.process.poll() is not None:
                    raise RuntimeError(f"{self.name} ended with {self.process.returncode}: {self.output}")
                if time.monotonic() > end:
                    raise RuntimeError(f"{self.name} does not answer at {address}: {self.output}")
                self.pause()

    def pause(self) -> None:
        """Wait a moment, or until it ends."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(0.02)

    def stop(self) -> None:
        """End it and its children at once; it leaves no socket behind, and nothing answers any more."""
        if self.pid_file is not None and self.pid_file.exists() and self.process.poll() is None:
            # The shell script that was started ends with its child, Postfix's master.
            with suppress(ProcessLookupError):
                os.kill(int(self.pid_file.read_text(encoding="ascii")), signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(_WAIT)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(_WAIT)
        end = time.monotonic() + _WAIT
        for address in self.listens:
            if isinstance(address, str):
                Path(address).unlink(missing_ok=True)
            # Children of Postfix's master outlive it by a moment, and hold its sockets open.
            while not isinstance(address, str) and _answers(address) and time.monotonic() < end:
                time.sleep(0.02)


def postfix(folder: Path) -> Daemon:
    settings = folder / "etc/postfix"
    services = re.findall(
        r"(?m)^127\.0\.0\.1:(\d+)\s+inet\s", (settings / "master.cf").read_text(encoding="utf-8")
    )
    command = [str(program("postfix")), "-c", str(settings), "start-fg"]
    listens: list[Address] = [("127.0.0.1", int(port)) for port in services]
    return Daemon(folder, command, listens, folder / "var/spool/postfix/pid/master.pid")


def opendkim(folder: Path) -> Daemon:
    settings = folder / "etc/opendkim.conf"
    (folder / "run/opendkim").mkdir(exist_ok=True)
    sockets = re.findall(r"(?im)^socket\s+(\S+)", settings.read_text(encoding="utf-8"))
    command = [str(program("opendkim")), "-f", "-x", str(settings)]
    return Daemon(folder, command, [_milter_address(text) for text in sockets[-1:]])


def postsrsd(folder: Path) -> Daemon:
    postconf = [str(program("postconf")), "-c", str(folder / "etc/postfix"), "-h", "mydomain"]
    mydomain = subprocess.run(postconf, capture_output=True, text=True, check=True, timeout=_WAIT).stdout.strip()
    found = srs_command(folder, mydomain)
    command = [str(program("postsrsd")), *found.arguments]
    return Daemon(folder, command, [("127.0.0.1", port) for port in found.ports])


def _milter_address(text: str) -> Address:
    """Where `inet:PORT@HOST` or `local:PATH` is, reached from this machine."""
    kind, _, rest = text.partition(":")
    return ("127.0.0.1", int(rest.partition("@")[0])) if kind == "inet" else rest


def _answers(address: Address) -> bool:
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family) as client:
        client.settimeout(_WAIT)
        try:
            client.connect(address)
        except OSError:
            return False
        return True
