"""A line that ends in a bare newline can end a message: SMTP smuggling.

## What it checks
`smtpd_forbid_bare_newline` of every smtpd service that strangers reach is `normalize`, `reject` or `yes`. Its
default is `no` before Postfix 3.9; it came with 3.8.4, 3.7.9, 3.6.13 and 3.5.23, and distributions put it into
others.

## Why it matters
Some hosts pass `<LF>.<CR><LF>` on inside a message. Where it ends the message here, what follows is taken for SMTP
commands: a second message, with a forged sender of the host that relayed it, and SPF and DMARC of it pass.

## Example
    one message is sent at example.net:
      ...text<LF>.<CR><LF>MAIL FROM:<admin@example.net><CR><LF>...
    two messages arrive here

## How to fix
    smtpd_forbid_bare_newline = normalize

(`yes` before 3.8.5, 3.7.10, 3.6.14 and 3.5.24)

## References
postconf(5), `smtpd_forbid_bare_newline`; CVE-2023-51764; RFC 5321 section 2.3.8.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_egress import listens_on_loopback
from mailcheck.analysis.postfix_relay import listeners
from mailcheck.analysis.postfix_settings import Setting
from mailcheck.grammar.postfix_parameters import defaults
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.text import shorten

_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_NAME = "smtpd_forbid_bare_newline"
_LINE = f"{_NAME} = normalize\n"
_SAFE = ("normalize", "reject", "yes")


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    done = set()
    for service in listeners(postfix):
        setting = postfix.of(_NAME, service)
        if setting.at not in done and not listens_on_loopback(postfix, service):
            done.add(setting.at)
            yield from _check(postfix, setting)


def _check(postfix: Postfix, setting: Setting) -> Iterator[Problem | Skip]:
    has = _NAME in defaults(postfix.release)
    if not setting.is_set:
        if not postfix.version_known:
            yield Skip(f"{_NAME} is not set, and its default depends on a release that is not known")
        elif setting.value.lower() not in _SAFE:
            message = (
                f"{_NAME} is not set and so `no`: a bare newline can end a message, and forged ones follow it"
            )
            yield Problem(message, setting.at, f"{_NAME} = normalize", token=_NAME)
    elif setting.value.lower() in ("no", "note"):
        message = f"{_NAME} `{setting.value}` lets a bare newline end a message, and forged ones follow it"
        yield Problem(message, setting.at, f"{_NAME} = normalize", token=_NAME)
    elif not setting.is_determined or setting.value.lower() not in _SAFE:
        yield Skip(f"{_NAME} `{shorten(setting.value)}` is no value that can be told")
    elif postfix.version_known and not has:
        number = ".".join([str(part) for part in postfix.release])
        yield Skip(f"Postfix {number} has {_NAME} only where its distribution put it in")


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    f"postconf(5) {_NAME}; CVE-2023-51764",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, _LINE, f"{_NAME} = yes\n"), postfix_version="3.6.4-1ubuntu1.3"),
        changed((_MAIN, _LINE, ""), postfix_version="3.9.1"),
        changed((_MAIN, _LINE, ""), postfix_version=""),
        changed((_MASTER, "pickup ", f"127.0.0.1:10025 inet n - y - - smtpd -o {_NAME}=no\npickup ")),
    ),
    bad=(
        changed((_MAIN, _LINE, "")),
        changed((_MAIN, _LINE, ""), postfix_version="3.8.1"),
        changed((_MAIN, _LINE, f"{_NAME} = no\n"), caret="no", postfix_version=""),
        changed((_MASTER, "syslog_name=postfix/submissions\n", f"{_NAME}=no\n"), caret="no"),
    ),
)
