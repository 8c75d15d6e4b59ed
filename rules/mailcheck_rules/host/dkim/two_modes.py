"""Domain, Selector or KeyFile are set beside a KeyTable, which silently wins.

## What it checks
Where `KeyTable` is set, `KeyFile`, `Selector` and `Domain` are not.

## Why it matters
OpenDKIM ignores the three of them then. Whoever changes the selector there, to rotate the key, sees mail signed
with the old one.

## Example
    # /etc/opendkim.conf
    Selector s202611
    KeyFile  /etc/dkimkeys/s202611.private
    KeyTable refile:/etc/opendkim/KeyTable

## How to fix
Remove `Domain`, `Selector` and `KeyFile`; the tables say it all.

## References
opendkim.conf(5) Mode, KeyFile, KeyTable
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import daemon_of, signing
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    table = daemon.option("KeyTable")
    if table.value is None:
        yield Skip(table.why)
        return
    ignored = [fact for name in ("KeyFile", "Selector", "Domain") if (fact := daemon.option(name)).value]
    if table.value and ignored:
        names = ", ".join(f"`{fact.name}`" for fact in ignored)
        yield Problem(
            f"{names} {'is' if len(ignored) == 1 else 'are'} ignored, since a KeyTable is set",
            ignored[0].at,
            help=f"remove {names} from opendkim.conf",
            related=(Label(table.at, "this wins"),),
        )


_CONF = "/etc/opendkim.conf"
_TABLE = "KeyTable                refile:/etc/opendkim/KeyTable\n"
_SIGNING = "SigningTable            refile:/etc/opendkim/SigningTable\n"
_THREE = (
    "Domain csl:example.com,example.net,mail.example.com\nSelector s202611\nKeyFile /etc/dkimkeys/%s.private\n"
)
_KEY = "s202611.example.com"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "opendkim.conf(5) KeyTable",
    over=signing,
    good=(
        changed(),
        changed((_CONF, _TABLE, _THREE % _KEY), (_CONF, _SIGNING, "")),
    ),
    bad=(
        changed((_CONF, _TABLE, _TABLE + _THREE % _KEY), caret="/etc/dkimkeys/s202611.example.com.private"),
        changed((_CONF, _TABLE, _TABLE + "Selector s202512\n"), caret="s202512"),
    ),
)
