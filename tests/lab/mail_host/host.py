"""Starts a mail host on loopback, for one test or several, and stops it by its process ids."""

from __future__ import annotations

import json
import os
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from email import message_from_bytes
from email.message import EmailMessage, Message
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from tests.lab import program
from tests.lab.mail_host.daemons import Daemon, opendkim, postfix, postsrsd
from tests.lab.mail_host.nameserver import Nameserver
from tests.lab.mail_host.running import Ports, running
from tests.lab.mail_host.sink import Delivered, Sink
from tests.lab.mail_host.tree import Change, MakeTree, Tree, healthy_tree

_WAIT = 30.0
OUTSIDE = "127.0.0.2"
"""A client that the host takes for a stranger."""


class MailHost:
    """A host that runs while the context lasts.

    `tree` is what an audit reads, `folder` where it runs: the same host with other paths and ports. `changes`
    are made before it starts; `without` names daemons that stay down (`postfix`, `opendkim`, `postsrsd`).
    Raises RuntimeError where a daemon ends instead of answering.
    """

    def __init__(
        self, changes: Iterable[Change] = (), *, make: MakeTree = healthy_tree, without: Collection[str] = ()
    ) -> None:
        self._changes, self._make, self._without = tuple(changes), make, without
        self._open = ExitStack()
        self.daemons: dict[str, Daemon] = {}

    def __enter__(self) -> Self:
        _need_root()
        for name in ("postfix", "postmap", "opendkim", "postsrsd"):
            program(name)
        with ExitStack() as opened:
            # OpenDKIM refuses keys below a folder that everybody may write to, as /tmp is.
            base = Path(tempfile.mkdtemp(prefix="mailcheck-lab-", dir="/var/lib"))
            opened.callback(shutil.rmtree, base)
            base.chmod(0o755)
            self.tree: Tree = self._make(base / "host", self._changes)
            self.folder = base / "run"
            self.sink = opened.enter_context(Sink())
            self.nameserver = opened.enter_context(Nameserver(self.tree.zones))
            self.ports = opened.enter_context(Ports(self.sink.port, self.nameserver.port))
            running(self.tree, self.folder, self.ports)
            opened.callback(self._end)
            self.start(*(name for name in ("postsrsd", "opendkim", "postfix") if name not in self._without))
            self._open = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def start(self, *names: str) -> None:
        """Start daemons and wait until each of them answers."""
        make = {"postsrsd": postsrsd, "opendkim": opendkim, "postfix": postfix}
        begun = {name: make[name](self.folder) for name in names}
        self.daemons |= begun
        for name, daemon in begun.items():
            try:
                daemon.wait_until_it_answers()
            except RuntimeError:
                if name != "postfix":
                    raise
                # On a busy machine a child of the master before may still hold a port: it is gone a moment later.
                self.daemons[name] = make[name](self.folder)
                self.daemons[name].wait_until_it_answers()

    def stop(self, *names: str) -> None:
        """Stop daemons and wait until they are gone."""
        for name in names:
            self.daemons.pop(name).stop()

    def restart(self, *names: str) -> None:
        """Stop daemons and start them anew with the settings as they stand."""
        self.stop(*names)
        self.start(*names)

    def change(self, *changes: Change) -> None:
        """Change files of the tree and of the running host, which learns of it by reload or restart."""
        self.tree.change(*changes)
        running(self.tree, self.folder, self.ports)

    @contextmanager
    def changed(self, *changes: Change) -> Iterator[None]:
        """The host with these changes, which replace text and are taken back whatever happens meanwhile."""
        self.change(*changes)
        try:
            yield
        finally:
            self.change(*[Change(path, new, old) for path, old, new in reversed(changes)])

    def reload(self) -> None:
        """Make Postfix read its settings anew."""
        subprocess.run(
            [str(program("postfix")), "-c", str(self.folder / "etc/postfix"), "reload"],
            check=True, capture_output=True, timeout=_WAIT,
        )  # fmt: skip

    def connect(self, service: str = "smtp", client: str = "127.0.0.1") -> smtplib.SMTP:
        """A connection to a service, as a client of the host's own (or another, `OUTSIDE`)."""
        where = ("127.0.0.1", self.ports[service])
        return smtplib.SMTP(*where, local_hostname="client.example.org", timeout=_WAIT, source_address=(client, 0))

    def send(
        self, message: EmailMessage, sender: str, *recipients: str, client: str = "127.0.0.1"
    ) -> Mapping[str, tuple[int, bytes]]:
        """Hand a message over on port 25; the recipients that were refused. Raises what smtplib does."""
        with self.connect(client=client) as smtp:
            return smtp.sendmail(sender, recipients, message.as_bytes())

    def sendmail(self, message: EmailMessage, sender: str, *recipients: str) -> None:
        """Hand a message over as a program of the host does, by sendmail(1)."""
        command = [
            str(program("sendmail")),
            "-C",
            str(self.folder / "etc/postfix"),
            "-i",
            "-f",
            sender,
            *recipients,
        ]
        subprocess.run(command, input=message.as_bytes(), check=True, capture_output=True, timeout=_WAIT)

    def delivered(self, count: int = 1, timeout: float = _WAIT) -> list[Delivered]:
        """The next messages that leave the host. Raises queue.Empty where fewer come in time."""
        return [self.sink.messages.get(timeout=timeout) for _ in range(count)]

    def mailbox(self, name: str, count: int = 1, timeout: float = _WAIT) -> list[Message]:
        """What lies in the mailbox of `ann@example.com`, by `ann`, once it is so much. Raises TimeoutError."""
        new = self.folder / "var/mail/vhosts/example.com" / name / "new"
        end = time.monotonic() + timeout
        while len(files := sorted(new.glob("*"))) < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{len(files)} messages for {name}:\n{self.log()}")
            self.daemons["postfix"].pause()
        return [message_from_bytes(file.read_bytes()) for file in files]

    def queue(self) -> list[dict[str, Any]]:
        """The messages that wait, as `postqueue -j` tells them."""
        command = [str(program("postqueue")), "-c", str(self.folder / "etc/postfix"), "-j"]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_WAIT)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def log(self) -> str:
        """What Postfix logged so far."""
        file = self.folder / "var/log/mail.log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def logged(self, text: str, timeout: float = _WAIT) -> str:
        """The first line logged that holds `text`, as soon as there is one. Raises TimeoutError."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            for line in self.log().splitlines():
                if text in line:
                    return line
            self.daemons["postfix"].pause()
        raise TimeoutError(f"nobody logged {text!r}:\n{self.log()}")

    def _end(self) -> None:
        for daemon in self.daemons.values():
            daemon.stop()


def _need_root() -> None:
    if os.geteuid() == 0:
        return
    message = "a mail host is started by root alone"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
