"""Mail is rewritten on its way out, after it was signed.

## What it checks
Signatures are promised, and what sends mail (smtp in master.cf) rewrites it: `smtp_generic_maps` is set, or
a table of `smtp_header_checks`, `smtp_mime_header_checks`, `smtp_nested_header_checks` or
`smtp_body_checks` replaces or removes lines. Header lines that OpenDKIM does not sign, such as Received and
User-Agent, may go.

## Why it matters
The signature is over what was there before. It fails everywhere, on mail that this host itself has
broken, and nothing is logged.

## Example
    smtp_generic_maps = hash:/etc/postfix/generic

## How to fix
Rewrite before milters see the mail: `sender_canonical_maps` in place of `smtp_generic_maps`, `header_checks`
in place of `smtp_header_checks`.

## References
postconf(5) smtp_generic_maps, smtp_header_checks; header_checks(5); RFC 6376 section 5.4.1
"""

import re
from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.host_paths import text_of
from mailcheck.analysis.milters import signing_promise
from mailcheck.analysis.postfix_settings import Item
from mailcheck.grammar.postfix_values import parse_table
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed

_CHECKS = ("smtp_header_checks", "smtp_mime_header_checks", "smtp_nested_header_checks", "smtp_body_checks")
_HELP = {"smtp_generic_maps": "sender_canonical_maps", "smtp_header_checks": "header_checks"}
_RULE = re.compile(r"(?m)^(/.*)/[imsxADEUX]*[ \t]+(REPLACE|IGNORE|STRIP)\b", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z][A-Za-z-]*")
_UNSIGNED = ("received", "user-agent", "x-")

_MAIN, _MASTER, _OUT = "/etc/postfix/main.cf", "/etc/postfix/master.cf", "/etc/postfix/out"
_LINE = "relayhost =\n"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    postfix, promise = facts.postfix, signing_promise(facts, ctx.host)
    told = set()
    for service in postfix.services_running("smtp") if promise else ():
        for name in ("smtp_generic_maps", *_CHECKS):
            for item in postfix.items(name, service):
                if (name, item.at) in told:
                    continue
                told.add((name, item.at))
                rewrites = _rewrites(name, item, facts)
                if rewrites is None:
                    yield Skip(f"the table `{item.text}` is not readable")
                elif rewrites and promise:
                    yield Problem(
                        f"`{name}` changes mail that is signed already",
                        item.at,
                        help=f"{_HELP.get(name, name.removeprefix('smtp_'))} = {item.text}",
                        related=(promise,),
                        token=name,
                    )


def _rewrites(name: str, item: Item, facts: HostFacts) -> bool | None:
    """Whether the table changes what is signed; None where its content is not known."""
    if name == "smtp_generic_maps":
        return True
    table = parse_table(item.text)
    text = text_of(facts.machine.files, table.name) if table.type in ("pcre", "regexp") else None
    if text is None:
        return None
    patterns = [found[1] for found in _RULE.finditer(text)]
    return any(name == "smtp_body_checks" or not _is_unsigned(pattern) for pattern in patterns)


def _is_unsigned(pattern: str) -> bool:
    """Whether a pattern names header fields, and none that OpenDKIM signs."""
    names = _NAME.findall(pattern.replace("(?:", "(").partition(":")[0])
    return pattern.startswith("/^") and bool(names) and all(name.lower().startswith(_UNSIGNED) for name in names)


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "RFC 6376",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, _LINE, "relayhost =\nsender_canonical_maps_of_old = hash:/etc/postfix/generic\n")),
        changed(
            (_MAIN, _LINE, f"{_LINE}smtp_header_checks = pcre:{_OUT}\n"),
            files={_OUT: "/^Received: .*SA/ IGNORE\n/^(?:User-Agent|X-Mailer):/ IGNORE\n/^Subject:/ INFO\n"},
        ),
    ),
    bad=(
        changed(
            (_MAIN, _LINE, f"{_LINE}smtp_generic_maps = inline:{{ ann@example.com=bob@example.com }}\n"),
            caret="inline:{ ann@example.com=bob@example.com }",
        ),
        changed(
            (_MAIN, _LINE, f"{_LINE}smtp_header_checks = regexp:{_OUT}\n"),
            files={_OUT: "/^Subject: (.*)/ REPLACE Subject: [out] $1\n"},
            caret=f"regexp:{_OUT}",
        ),
        changed((_MAIN, _LINE, f"{_LINE}smtp_body_checks = pcre:{_OUT}\n"), files={_OUT: "/^secret/ IGNORE\n"}),
        changed((_MASTER, "-o syslog_name=postfix/$service_name", "-o smtp_generic_maps=static:a@example.com")),
    ),
)
