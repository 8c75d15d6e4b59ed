"""Mail leaves unsigned while OpenDKIM is down.

## What it checks
Signatures are promised, and `milter_default_action` is `accept`, for all milters, for one service or for
one milter (`{ unix:..., default_action=accept }`).

## Why it matters
While the milter does not answer, because it was not started, lost its socket or found a fault in its
settings, all mail leaves without a signature and nobody gets a bounce. With `tempfail`, clients are told
to come back later, and the mail waits for its signature.

## Example
    milter_default_action = accept

## How to fix
Remove the line, or write what is the default:

    milter_default_action = tempfail

## References
postconf(5) milter_default_action; MILTER_README
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.milters import Milter, is_opendkim, milters, signing_daemon, signing_promise
from mailcheck.analysis.postfix import Postfix
from mailcheck.grammar.postfix_expand import references
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, changed
from mailcheck.model.location import Location

_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_TEMPFAIL = "milter_default_action = tempfail"
_MILTER = "smtpd_milters = unix:opendkim/opendkim.sock\nnon_smtpd_milters"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem]:
    assert facts.postfix is not None
    postfix, promise = facts.postfix, signing_promise(facts, ctx.host)
    if promise is None:
        return
    told: set[Location | str] = set()
    for service in (*postfix.smtpd_services, *postfix.services_running("cleanup")):
        for milter in _signing(milters(postfix, service), facts):
            at = _place(milter, postfix)
            if (
                milter.action != "accept"
                or at in told
                or (milter.item.text in told and _is_by_name(milter, postfix))
            ):
                continue
            told |= {at, milter.item.text} if at == milter.item.at else {at}
            yield Problem(
                f"mail leaves unsigned while `{milter.shown}` is down: its default action is `accept`",
                at,
                help=_TEMPFAIL,
                related=(promise,),
                token=milter.shown,
            )


def _signing(asked: tuple[Milter, ...], facts: HostFacts) -> tuple[Milter, ...]:
    """OpenDKIM among them; where it is not there, any may be the one that signs."""
    daemon = signing_daemon(facts)
    found = [milter for milter in asked if daemon and is_opendkim(milter, daemon) is True]
    return tuple(found) or asked


def _is_by_name(milter: Milter, postfix: Postfix) -> bool:
    """Whether it comes from another setting that this one refers to."""
    name = "non_smtpd_milters" if milter.service.command == "cleanup" else "smtpd_milters"
    return bool(references(postfix.of(name, milter.service).raw))


def _place(milter: Milter, postfix: Postfix) -> Location:
    """The item that names its own action, else the setting."""
    if "default_action" in milter.item.text:
        return milter.item.at
    return postfix.of("milter_default_action", milter.service).at


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postconf(5) milter_default_action",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, _TEMPFAIL, "# the default")),
        changed(
            (
                _MAIN,
                "smtpd_milters = unix:opendkim",
                "smtpd_milters = { inet:127.0.0.1:11332, default_action=accept }, unix:opendkim",
            ),
            tcp_listeners=frozenset({"127.0.0.1:11332"}),
        ),
        changed(
            (_MAIN, "unix:opendkim/opendkim.sock", "inet:127.0.0.1:11332"),
            (_MAIN, _TEMPFAIL, "milter_default_action = accept"),
            ("mailcheck.yaml", "    selectors: [s202611]\n    srs-domain", "    srs-domain"),
            removed=("/etc/opendkim.conf", "/etc/default/opendkim"),
        ),
    ),
    bad=(
        changed((_MAIN, _TEMPFAIL, "milter_default_action = accept"), caret="accept"),
        changed(
            (
                _MAIN,
                _MILTER,
                "smtpd_milters = { unix:opendkim/opendkim.sock, default_action = accept }\nnon_smtpd_milters",
            ),
            caret="{ unix:opendkim/opendkim.sock, default_action = accept }",
        ),
        changed(
            (_MASTER, "-o syslog_name=postfix/submissions\n", "-o milter_default_action=accept\n"), caret="accept"
        ),
    ),
)
