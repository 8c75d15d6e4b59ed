"""Mail that this host writes itself comes from a sub-domain that is not signed.

## What it checks
`myorigin` of `main.cf`, the domain that Postfix gives to local users and programs, is one that OpenDKIM signs
for, where it lies below a domain that OpenDKIM signs for.

## Why it matters
Debian's `myorigin`, and Postfix's default `$myhostname`, make cron and web programs write as
`root@mail.example.com`. Without `SubDomains yes`, or a row of the SigningTable for it, that mail leaves unsigned,
and the DMARC policy of `example.com` (its `sp`) holds for it.

## Example
    # main.cf
    myorigin = $myhostname
    # opendkim.conf
    Domain example.com

## How to fix
Write `SubDomains yes` beside `Domain`, or a row `*@mail.example.com KEYNAME`, or `myorigin = example.com`.

## References
opendkim.conf(5) SubDomains; postconf(5) myorigin
"""

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.host_paths import text_of
from mailcheck.analysis.opendkim import OpenDkim
from mailcheck.analysis.opendkim_in_use import can_sign, daemon_of, plain_wildcards, signing
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed
from mailcheck.model.names import absolute
from mailcheck.model.text import shorten


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    if facts.postfix is None or can_sign(daemon) is False or plain_wildcards(daemon):
        return
    setting = facts.postfix.of("myorigin")
    origin = setting.value if setting.is_determined else None
    if origin is not None and origin.startswith("/"):
        lines = (text_of(facts.machine.files, origin) or "").split()
        origin = lines[0] if lines else None
    if origin is None:
        yield Skip("myorigin of main.cf is not known")
        return
    origin = origin.lower().removesuffix(".")
    promised = ctx.spec.domains.get(absolute(origin))
    if promised and ctx.host in ctx.spec.sending_hosts(promised):
        return  # what the spec promises is host-dkim-domain-mismatch
    signer = daemon.signs_for(origin)
    if isinstance(signer, NotDetermined):
        yield Skip(signer.why)
    elif signer is None and (above := _signed_above(daemon, origin)):
        name = "SigningTable" if daemon.option("SigningTable").value else "Domain"
        fact = daemon.option(name)
        advice = f"`*@{origin} KEYNAME` in the SigningTable" if name == "SigningTable" else "`SubDomains yes`"
        yield Problem(
            f"mail of local users and programs comes from `{shorten(origin)}` and leaves unsigned: "
            f"OpenDKIM signs for `{above}` alone",
            setting.at if setting.is_set else fact.at,
            help=f"write `myorigin = {above}` in main.cf, or {advice}",
            related=(Label(fact.at, "this does not cover it"),) if setting.is_set else (),
            token="myorigin" if setting.is_set else "myhostname",
        )


def _signed_above(daemon: OpenDkim, origin: str) -> str:
    above = origin.partition(".")[2]
    while "." in above:
        if not isinstance(signer := daemon.signs_for(above), NotDetermined) and signer:
            return above
        above = above.partition(".")[2]
    return ""


_MAIN, _CONF, _ROWS = "/etc/postfix/main.cf", "/etc/opendkim.conf", "/etc/opendkim/SigningTable"
_ROW = (_ROWS, "*@mail.example.com s202611._domainkey.example.com\n", "")
_ORIGIN = "myorigin = /etc/mailname"
_HOSTNAME = (_MAIN, _ORIGIN, "myorigin = $myhostname")
_TABLES = (
    (_CONF, "KeyTable                refile:/etc/opendkim/KeyTable\n", ""),
    ("mailcheck.yaml", "hosts: [mail.example.com]\n    selectors: [s202611]\n\n", "hosts: []\n\n"),
)
_SIGNING = "SigningTable            refile:/etc/opendkim/SigningTable\n"
_SINGLE = "Domain example.com\nSelector s202611\nKeyFile /etc/dkimkeys/s202611.example.com.private\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "opendkim.conf(5) SubDomains",
    over=signing,
    good=(
        changed(),
        changed(_HOSTNAME),
        changed(_ROW),
        changed(_HOSTNAME, *_TABLES, (_CONF, _SIGNING, f"SubDomains yes\n{_SINGLE}")),
        changed((_MAIN, _ORIGIN, "myorigin = localhost.localdomain")),
    ),
    bad=(
        changed(
            _HOSTNAME,
            *_TABLES,
            (_CONF, _SIGNING, _SINGLE),
            caret="$myhostname",
        ),
        changed(_HOSTNAME, _ROW, caret="$myhostname"),
        changed(
            (_MAIN, f"{_ORIGIN}\n", ""),
            _ROW,
            caret="refile:/etc/opendkim/SigningTable",
        ),
        changed(
            _ROW,
            files={"/etc/mailname": "mail.example.com\n"},
            caret="/etc/mailname",
        ),
    ),
)
