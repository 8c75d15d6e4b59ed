"""Mail that passes a content filter is rewritten twice.

## What it checks
Where `content_filter` sends mail out of Postfix and back, the canonical maps hold on one of the two passes
alone: one of the services has `receive_override_options=no_address_mappings`.

## Why it matters
On both passes cleanup asks PostSRSd and expands virtual aliases: recipients with several targets multiply, and
since the filter is a client of loopback, headers are rewritten on the second pass that were left alone on the
first.

## Example
    content_filter = smtp-amavis:[127.0.0.1]:10024

in main.cf, and in master.cf

    127.0.0.1:10025 inet n - n - - smtpd
        -o content_filter=

## How to fix
On the service that takes mail from outside, so that the filter sees the addresses as they came:

    -o receive_override_options=no_address_mappings

## References
postconf(5), `receive_override_options`; Postfix's FILTER_README.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix, Service
from mailcheck.analysis.srs_maps import srs_maps
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, changed

_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_OFF = "no_address_mappings"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem]:
    postfix = facts.postfix
    assert postfix is not None
    rewriting = {service.name for use in srs_maps(postfix) for service in use.services}
    into = [
        service
        for service in _entrances(postfix)
        if _filter(postfix, service) and _maps(postfix, service, rewriting)
    ]
    back = [service for service in postfix.smtpd_services if _comes_back(postfix, service, rewriting)]
    if not into or not back:
        return
    first = postfix.of("content_filter", into[0])
    yield Problem(
        f"mail that passes the filter `{first.value}` is rewritten on its way in and again at `{back[0].name}`",
        first.at,
        f"-o receive_override_options={_OFF} on the service `{into[0].name}`",
        (Label(back[0].at, "what comes back is rewritten again"),),
        token="content_filter",
    )


def _entrances(postfix: Postfix) -> tuple[Service, ...]:
    return tuple([service for service in postfix.smtpd_services if not service.host.startswith(("127.", "::1"))])


def _filter(postfix: Postfix, service: Service) -> str:
    return postfix.of("content_filter", service).value


def _comes_back(postfix: Postfix, service: Service, rewriting: set[str]) -> bool:
    """Whether it is set to take mail from the filter, which it must not send there again, and rewrites it."""
    override = service.overrides.get("content_filter")
    return override is not None and not override.value and _maps(postfix, service, rewriting)


def _maps(postfix: Postfix, service: Service, rewriting: set[str]) -> bool:
    options = [item.text.lower() for item in postfix.items("receive_override_options", service)]
    return _OFF not in options and postfix.of("cleanup_service_name", service).value in rewriting


_FILTER = (_MAIN, "relayhost =\n", "relayhost =\ncontent_filter = scan:[127.0.0.1]:10024\n")
_SMTP = "smtp      inet  n       -       y       -       -       smtpd\n"
_SUBMISSION = "submission inet n       -       y       -       -       smtpd\n"
_SUBMISSIONS = "submissions inet n      -       y       -       -       smtpd\n"
_BACK = "127.0.0.1:10025 inet n  -       y       -       -       smtpd\n  -o content_filter=\n"
_RIGHT = f"  -o receive_override_options={_OFF}\n"
_LAST = "postlog   unix-dgram n  -       n       -       1       postlogd\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postconf(5) receive_override_options",
    over=each_postfix,
    good=(
        changed(),
        changed(_FILTER, (_MASTER, _LAST, f"{_LAST}{_BACK}{_RIGHT}")),
        changed(
            _FILTER, (_MASTER, _SMTP, _SMTP + _RIGHT), (_MASTER, _SUBMISSION, _SUBMISSION + _RIGHT),
            (_MASTER, _SUBMISSIONS, _SUBMISSIONS + _RIGHT), (_MASTER, _LAST, _LAST + _BACK),
        ),
        changed(
            (_MASTER, _SMTP, f"{_SMTP}  -o smtpd_proxy_filter=127.0.0.1:10024\n"), (_MASTER, _LAST, _LAST + _BACK)
        ),
    ),
    bad=(
        changed(
            _FILTER,
            (_MASTER, _LAST, _LAST + _BACK),
            caret="scan:[127.0.0.1]:10024",
            also=("host-milter-double-sign",),
        ),
        changed(
            (_MASTER, _SMTP, f"{_SMTP}  -o content_filter=scan:[127.0.0.1]:10024\n"),
            (_MASTER, _LAST, _LAST + _BACK),
            caret="scan:[127.0.0.1]:10024",also=("host-milter-double-sign",)
        ),
    ),
)  # fmt: skip
