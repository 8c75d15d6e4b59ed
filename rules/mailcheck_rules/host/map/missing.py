"""A lookup table is not there.

## What it checks
Each table of a compiled type (`hash:`, `btree:`, `lmdb:`, `cdb:`, `dbm:`) that main.cf or master.cf names has its
compiled file beside the source, and the file of each other one (`texthash:`, `cidr:`, `regexp:`, `pcre:`, `ldap:`,
`mysql:`, `/path` in a list) is there. Caches that Postfix fills by itself are left out.

## Why it matters
Postfix opens a table when it needs it. Without the file the lookup is an error, not "no entry": with a
table that every message is looked up in, all mail in and out gets 451 and waits in queues. `postfix check` says
nothing.

## Example
    virtual_alias_maps = hash:/etc/postfix/virtual
    # /etc/postfix/virtual is there, /etc/postfix/virtual.db is not

## How to fix
    postmap /etc/postfix/virtual     # newaliases for /etc/aliases

## References
postmap(1); postalias(1); DATABASE_README.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_maps import DATABASES, PLAIN, MapUse
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed

_FILES = PLAIN | DATABASES | {""}


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    for use in facts.postfix.maps:
        path = use.compiled or (use.path if use.type in _FILES else "")
        if not path.startswith("/") or use.is_cache or "$" in path or not _is_looked_up(facts.postfix, use):
            continue
        file = facts.machine.file(path)
        if file is None or file.state in ("denied", "refused") or (file.why and file.state != "file"):
            yield Skip(f"{path}: {file.why or file.state if file else 'not read'}")
        elif file.state == "missing":
            table = f"{use.type}:{use.path}".removeprefix(":")
            build = "postalias" if use.setting.startswith("alias_") else "postmap"
            yield Problem(
                f"`{path}` is missing: every lookup in `{table}` fails",
                use.at,
                f"{build} {table}" if use.compiled else f"write {path}, or take it out of `{use.setting}`",
                token=use.path,
            )


def _is_looked_up(postfix: Postfix, use: MapUse) -> bool:
    """`alias_database` is for newaliases alone; the aliases of a host without local domains are for nobody."""
    if use.setting == "alias_database":
        return False
    if use.setting == "alias_maps" and not postfix.of("alias_maps").is_set:
        domains = postfix.of("mydestination")
        return bool(domains.value) or not domains.is_determined
    return True


_MAIN = "/etc/postfix/main.cf"
_LOCAL = "mydestination = $myhostname, localhost.$mydomain, localhost, srs.example.com"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "DATABASE_README",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, "hash:/etc/postfix/senders", "texthash:/etc/postfix/senders")),
        changed((_MAIN, "hash:/etc/postfix/senders", "cidr:{{192.0.2.1 all}}, ldap:senders")),
        changed((_MAIN, "hash:/etc/postfix/senders", "static:all")),
        changed((_MAIN, "\nalias_maps = hash:", "\nalias_maps = texthash:"), removed=("/etc/aliases.db",)),
        changed(
            (_MAIN, _LOCAL, "mydestination ="),
            (_MAIN, "\nalias_maps = hash:/etc/aliases\n", "\n"),
            removed=("/etc/aliases.db",),
        ),
        changed(
            (_MAIN, "biff = no", "biff = no\nindexed = ${default_database_type}:${config_directory}/"),
            (_MAIN, "= hash:/etc/postfix/virtual", "= ${indexed}virtual"),
        ),
        changed((_MAIN, "biff = no", "proxy_read_maps = $virtual_alias_maps, proxy:hash:/etc/postfix/old")),
    ),
    bad=(
        *[
            changed((_MAIN, "= hash:/etc/postfix/virtual", f"= {table}, hash:/etc/postfix/virtual"), caret=table)
            for table in ("regexp:/etc/postfix/gone", "texthash:/etc/postfix/gone")
        ],
        changed(
            (_MAIN, "virtual_alias_domains = example.net", "virtual_alias_domains = example.net /etc/gone"),
            caret="/etc/gone",
        ),
        changed(removed=("/etc/postfix/virtual.db",), caret="hash:/etc/postfix/virtual"),
        changed(
            (_MAIN, "biff = no", "biff = no\nindexed = hash:$config_directory/"),
            (_MAIN, "= hash:/etc/postfix/virtual", "= ${indexed}virtual"),
            removed=("/etc/postfix/virtual.db",),
            caret="${indexed}virtual",
        ),
        changed(
            (_MAIN, "biff = no", "smtpd_restriction_classes = mine\nmine = check_client_access hash:/etc/mine"),
            caret="hash:/etc/mine",
        ),
        changed(
            (_MAIN, "virtual_alias_maps = hash:", "virtual_alias_maps = lmdb:"),
            caret="lmdb:/etc/postfix/virtual",
            also=("host-map-type-unsupported",),
        ),
    ),
)
