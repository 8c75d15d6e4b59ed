"""Somebody other than root may change Postfix's configuration.

## What it checks
Owner and mode of the configuration folder and of all files in it that were read, on the running host: they belong
to root, and neither group nor others may write them.

## Why it matters
Postfix starts as root and does what these files say: a `pipe` service, a `command` in an alias file or another
`command_directory` is code of whoever can write them. Postfix itself only warns of some of them.

## Example
    -rw-rw-r-- 1 root deploy 2213 /etc/postfix/main.cf

## How to fix
    chown root:root FILE && chmod 644 FILE

`postfix set-permissions` does it for the files that Postfix brought.

## References
postfix(1), `check`; master(5), main.cf and master.cf are read by processes of root.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.location import whole_line
from mailcheck.model.machine import HostFile

_MAIN = "/etc/postfix/main.cf"
_WRITABLE = 0o022


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    folder = facts.postfix.folder
    if not facts.machine.live:
        yield Skip("not checked: owners and modes of a copied tree cannot be trusted")
        return
    for path, file in facts.machine.files.items():
        if path == folder or path.startswith(f"{folder}/"):
            yield from _check(file)


def _check(file: HostFile) -> Iterator[Problem | Skip]:
    if file.state == "denied":
        yield Skip(f"needs root: {file.path} {file.why}")
    if file.stat is None:
        return
    mode = file.stat.mode
    if file.stat.owner != "root":
        fault = f"belongs to `{file.stat.owner}`"
    elif mode & _WRITABLE:
        fault = f"has mode {mode:04o}: its group or everybody may write it"
    else:
        return
    right = 0o755 if file.state == "folder" else mode & ~_WRITABLE
    yield Problem(
        f"{file.path} {fault}, and so may change what Postfix does as root",
        whole_line(file.path),
        f"chown root {file.path} && chmod {right:o} {file.path}",
        token=file.path,
    )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postfix(1) check",
    over=each_postfix,
    needs=("live-host",),
    good=(
        changed(),
        changed(stats={_MAIN: (0o600, "root", "postfix")}),
        changed(stats={_MAIN: (0o666, "nobody", "nogroup")}, live=False, unix_listeners=None, tcp_listeners=None),
    ),
    bad=(
        changed(stats={_MAIN: (0o664, "root", "root")}),
        changed(stats={"/etc/postfix/master.cf": (0o644, "deploy", "root")}),
        changed(stats={"/etc/postfix/virtual": (0o646, "root", "root")}),
        changed(stats={"/etc/postfix": (0o775, "root", "staff")}),
    ),
)
