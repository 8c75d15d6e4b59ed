"""The passwords for the relay can be read by others.

## What it checks
On the running host: the tables of `smtp_sasl_password_maps`, source and compiled file, give nothing to
everybody, and to a group only where that is `root` or `postfix`. What stands in them is never read.

## Why it matters
The table holds the password of the relay in plain text, and so does the compiled file. Every account of the
host, a web application among them, can then send through the relay in your name. Postfix opens both as root.

## Example
    -rw-r--r-- 1 root root 61 Nov  1 10:00 /etc/postfix/sasl_passwd

## How to fix
    chown root:root /etc/postfix/sasl_passwd*
    chmod 600 /etc/postfix/sasl_passwd*

and change the password, which others may have read.

## References
SASL_README; postconf(5), `smtp_sasl_password_maps`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_maps import MapUse
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.machine import Stat

_GROUPS = ("root", "postfix")


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    uses = [use for use in facts.postfix.maps if use.setting.endswith("_sasl_password_maps")]
    files = {path: use for use in uses for path in _files(use)}
    if files and not facts.machine.live:
        yield Skip("not checked: owners and modes of a copied tree cannot be trusted")
        return
    for path, use in files.items():
        file = facts.machine.file(path)
        if file is not None and file.state == "missing":
            continue
        if file is None or file.stat is None:
            yield Skip(f"owner and mode are not known: {path}")
        elif who := _others(file.stat):
            yield Problem(
                f"the passwords in `{path}` can be read by {who} (mode {file.stat.mode:03o})",
                use.at,
                f"chown root:root {path} && chmod 600 {path}",
                token=path,
            )


def _files(use: MapUse) -> tuple[str, ...]:
    return tuple([path for path in (use.path, use.compiled) if path.startswith("/")])


def _others(stat: Stat) -> str:
    """Who else than Postfix gets at it, empty for nobody."""
    if stat.mode & 0o006:
        return "everybody"
    return f"the group `{stat.group}`" if stat.mode & 0o060 and stat.group not in _GROUPS else ""


_MAIN = "/etc/postfix/main.cf"
_TABLE = "hash:/etc/postfix/sasl_passwd"
_RELAY = (_MAIN, "relayhost =\n", f"relayhost =\nsmtp_sasl_password_maps = {_TABLE}\n")
_SOURCE, _BUILT = "/etc/postfix/sasl_passwd", "/etc/postfix/sasl_passwd.db"
_FILES = {_SOURCE: "secret\n", _BUILT: "secret\n"}
_CLOSED = {_SOURCE: (0o600, "root", "root"), _BUILT: (0o640, "root", "postfix")}

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "SASL_README; postconf(5) smtp_sasl_password_maps",
    over=each_postfix,
    needs=("live-host",),
    good=(
        changed(),
        changed(_RELAY, files=_FILES, stats=_CLOSED),
        changed(_RELAY, files={_BUILT: "secret\n"}, stats=_CLOSED),
        changed(_RELAY, files=_FILES, live=False),
        changed((_MAIN, "relayhost =\n", "relayhost =\nsmtp_sasl_password_maps = static:user:word\n")),
    ),
    bad=(
        changed(_RELAY, files=_FILES, stats={**_CLOSED, _SOURCE: (0o644, "root", "root")}, caret=_TABLE),
        changed(_RELAY, files=_FILES, stats={**_CLOSED, _BUILT: (0o644, "root", "root")}, caret=_TABLE),
        changed(_RELAY, files=_FILES, stats={**_CLOSED, _SOURCE: (0o640, "root", "www-data")}, caret=_TABLE),
    ),
)
