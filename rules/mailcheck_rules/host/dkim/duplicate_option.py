"""An option stands twice in opendkim.conf, and the last one holds.

## What it checks
No option of `opendkim.conf`, with the files it includes, is set twice; upper and lower case are the same.

## Why it matters
OpenDKIM takes the last one without a word. Whoever corrects the first one sees no effect, and a file from a
package that is included later can undo a setting.

## Example
    # /etc/opendkim.conf
    Canonicalization relaxed/simple
    ...
    Canonicalization simple

## How to fix
Keep the one that is meant.

## References
opendkim.conf(5)
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import daemon_of, with_opendkim
from mailcheck.grammar.opendkim_conf import Option
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    if daemon.why:
        yield Skip(daemon.why)
    repeated = {found.at for found in daemon.problems if found.kind == "duplicate-option"}
    before: dict[str, Option] = {}
    for option in daemon.options:
        earlier = before.get(option.known)
        # a file that is included twice sets everything twice in one place, to the same
        if earlier and earlier.name_at != option.name_at in repeated:
            yield Problem(
                f"`{option.known}` is set a second time, and OpenDKIM takes the last one",
                option.name_at,
                help="keep the one that is meant",
                related=(Label(earlier.name_at, "and here before"),),
                token=option.known,
            )
        before[option.known] = option


_CONF = "/etc/opendkim.conf"
_OLD = "SyslogSuccess           yes"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "opendkim.conf(5)",
    over=with_opendkim,
    good=(
        changed(),
        changed(
            (_CONF, _OLD, "#Mode v\nInclude /etc/opendkim/more.conf"), files={"/etc/opendkim/more.conf": "\n"}
        ),
        changed(
            (_CONF, _OLD, "Include /etc/opendkim/more.conf\nInclude /etc/opendkim/more.conf"),
            files={"/etc/opendkim/more.conf": "SyslogSuccess yes\n"},
        ),
    ),
    bad=(
        changed((_CONF, _OLD, "mode sv"), caret="Mode"),
        changed((_CONF, "PidFile", "userid opendkim:postfix\nPidFile"), caret="userid"),
    ),
)
