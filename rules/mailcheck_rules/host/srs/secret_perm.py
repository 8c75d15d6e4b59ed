"""The secret of PostSRSd can be read by others, or guessed.

## What it checks
The file of secrets is readable for root alone and holds 16 bytes or more.

## Why it matters
Whoever knows the secret makes addresses of the SRS domain that the host accepts and turns into any address of
the world: an open relay for whoever sends with an empty envelope sender, and for spam that poses as a bounce.

## Example
    $ ls -l /etc/postsrsd.secret
    -rw-r--r-- 1 root root 25 Nov  1 12:00 /etc/postsrsd.secret

## How to fix
    chown root:root /etc/postsrsd.secret && chmod 600 /etc/postsrsd.secret

A secret that others could read is made anew: `openssl rand -base64 18 > /etc/postsrsd.secret`.

## References
postsrsd(8), `-s`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.srs import Srs
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.location import whole_line
from mailcheck.model.machine import HostFile

_SHORTEST = 16
_FOR_OTHERS = 0o077
_SECRET = "/etc/postsrsd.secret"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    if facts.srs is None:
        return
    file = facts.srs.secrets
    if file is None:
        yield Skip(f"the file of secrets is not known: {facts.srs.secrets_file.why or 'it was not read'}")
    elif file.state in ("denied", "refused"):
        yield Skip(f"needs root: {file.path} could not be read")
    elif file.state == "missing":
        yield Skip(f"there is no file {file.path}: a copied tree may leave it out")
    else:
        yield from _of_file(file, facts.srs)


def _of_file(file: HostFile, srs: Srs) -> Iterator[Problem | Skip]:
    at = srs.secrets_file.at if srs.secrets_file.is_set else whole_line(file.path)
    if file.octets < _SHORTEST:
        size = f"holds {file.octets} bytes" if file.octets else "is empty"
        help_text = f"openssl rand -base64 18 > {file.path}"
        yield Problem(
            f"the secret of PostSRSd `{file.path}` {size}: it can be guessed", at, help_text, token="size"
        )
    if file.stat is None:
        yield Skip("not checked: owners and modes of a copied tree cannot be trusted")
    elif file.stat.mode & _FOR_OTHERS:
        message = (
            f"the secret of PostSRSd `{file.path}` has mode {file.stat.mode:04o}: others than its owner may use it"
        )
        yield Problem(message, at, f"chown root:root {file.path} && chmod 600 {file.path}", token="mode")


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postsrsd(8) -s",
    needs=("root",),
    good=(
        changed(),
        changed(stats={_SECRET: (0o400, "root", "root")}),
        changed(stats={_SECRET: (0o644, "root", "root")}, live=False),
        changed(removed=(_SECRET,)),
        changed(("/etc/default/postsrsd", _SECRET, "$(cat /etc/path)")),
    ),
    bad=(
        changed(stats={_SECRET: (0o644, "root", "root")}, caret=_SECRET),
        changed(stats={_SECRET: (0o640, "root", "mail")}),
        changed((_SECRET, "not a secret: the example has none\n", "short\n")),
        changed((_SECRET, "not a secret: the example has none\n", ""), live=False),
        changed(
            ("/etc/default/postsrsd", f"SRS_SECRET={_SECRET}\n", ""), stats={_SECRET: (0o604, "root", "root")}
        ),
    ),
)
