"""The path of a milter's socket is not there in the chroot of the service.

## What it checks
A service runs in a chroot, and a milter of it has an absolute path that begins with the queue directory.
That directory is the root of the chroot, so that Postfix looks for the path below it once more.

## Why it matters
The socket is not found. With `milter_default_action = accept` mail leaves unsigned and unfiltered, with
`tempfail` no mail is taken (451).

## Example
    smtpd_milters = unix:/var/spool/postfix/opendkim/opendkim.sock

## How to fix
Write the path relative to the queue directory; it then holds with and without a chroot:

    smtpd_milters = unix:opendkim/opendkim.sock

## References
postconf(5) smtpd_milters; master(5); MILTER_README
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.milters import all_milters
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, changed

_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_ABSOLUTE = (_MAIN, "unix:opendkim/", "unix:/var/spool/postfix/opendkim/")


def check(facts: HostFacts, _: Context) -> Iterator[Problem]:
    assert facts.postfix is not None
    queue = facts.postfix.of("queue_directory").value.rstrip("/") + "/"
    for milter in all_milters(facts.postfix):
        if not milter.service.chroot or milter.endpoint is None or not milter.endpoint.path.startswith(queue):
            continue
        found = facts.machine.file(milter.path or "")
        if found is not None and found.state == "socket":
            continue
        yield Problem(
            f"in its chroot, `{milter.service.name}` does not find the socket `{milter.shown}`",
            milter.item.at,
            help=f"unix:{milter.endpoint.path.removeprefix(queue)}",
            related=(Label(milter.service.chroot_at, f"the root of this service is {queue}"),),
            token=milter.shown,
        )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) smtpd_milters",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, "unix:opendkim/", "unix:/opendkim/")),
        changed(
            _ABSOLUTE,
            (_MASTER, "smtp      inet  n       -       y", "smtp      inet  n       -       n"),
            (_MASTER, "submission inet n       -       y", "submission inet n       -       n"),
            (_MASTER, "submissions inet n      -       y", "submissions inet n      -       n"),
            (_MASTER, "cleanup   unix  n       -       y", "cleanup   unix  n       -       n"),
        ),
    ),
    bad=(
        changed(_ABSOLUTE, caret="unix:/var/spool/postfix/opendkim/opendkim.sock"),
        changed(
            _ABSOLUTE,
            (_MASTER, "smtp      inet  n       -       y", "smtp      inet  n       -       n"),
            (_MASTER, "submission inet n       -       y", "submission inet n       -       n"),
        ),
    ),
)
