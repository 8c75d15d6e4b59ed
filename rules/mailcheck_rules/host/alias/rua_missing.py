"""Reports are promised a mailbox that this host does not have.

## What it checks
Each mailbox of the zones that this host takes mail for (a domain of `mydestination`, of the virtual classes or of
`relay_domains`) is in its alias or mailbox tables: the `rua` and `ruf` of DMARC, the `rua` of TLS reports, the
mailbox of the SOA record. Aliases are followed to a mailbox, an account or an address elsewhere, and an extension
is cut where `recipient_delimiter` says so.

## Why it matters
The record looks complete, and every report bounces: nobody notices, since senders of reports tell nobody about
bounces. With `p=reject` nobody learns then that good mail is refused.

## Example
    _dmarc.example.com. TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
    # and no dmarc@example.com in /etc/postfix/virtual

## How to fix
Create the mailbox or an alias, and build the table anew:

    echo 'dmarc@example.com  you@example.com' >> /etc/postfix/virtual && postmap /etc/postfix/virtual

## References
RFC 9989 section 4.7; RFC 8460 section 3; RFC 1035 section 3.3.13.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_classes import ClassMember, class_members
from mailcheck.analysis.postfix_recipients import has_recipient
from mailcheck.analysis.promised_mailboxes import promised_mailboxes
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.finding import Label


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    members, why = class_members(postfix, facts.machine.files)
    by_domain: dict[str, ClassMember] = {member.domain: member for member in reversed(members)}
    told = set()
    for box in (box for zone in ctx.zones for box in promised_mailboxes(zone)):
        address = f"{box.local}@{box.domain}"
        member = by_domain.get(box.domain)
        if member is None or address in told:
            continue
        told.add(address)
        found = has_recipient(facts, postfix, box.local, box.domain)
        if isinstance(found, NotDetermined):
            yield Skip(f"whether {address} exists: {found.why}")
        elif not found:
            yield Problem(
                f"`{address}` is to take {box.what}, and on this host that reaches nobody",
                member.at,
                f"create the mailbox or an alias for {address}, and run postmap or newaliases",
                (Label(box.at, "promised here"),),
                token=address,
            )
    if why and not members:
        yield Skip(f"which domains this host takes mail for: {why}")


_VIRTUAL, _MAIN, _ZONE = "/etc/postfix/virtual", "/etc/postfix/main.cf", "zones/example.com.zone"
_NO_DELIMITER = (_MAIN, "recipient_delimiter = +\n", "")
_SRS = '_dmarc.srs      TXT     "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"'
_PLUS = (_ZONE, _SRS, _SRS.replace("dmarc@", "dmarc+r@"))
_LOCAL = (_ZONE, _SRS, _SRS.replace("dmarc@", "hostmaster-x+r@srs."))

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "RFC 9989 section 4.7",
    over=each_postfix,
    needs=("dns",),
    good=(
        changed(),
        changed(
            (_VIRTUAL, "dmarc@example.com           reports@example.com\n", "@example.com  ann@example.com\n")
        ),
        changed(_PLUS),
        changed(_PLUS, _NO_DELIMITER, (_VIRTUAL, "dmarc@", "dmarc+r@example.com ann@example.com\ndmarc@")),
        changed(_LOCAL, (_MAIN, "recipient_delimiter = +", "recipient_delimiter = +-")),
    ),
    bad=(
        changed(_PLUS, _NO_DELIMITER, caret="example.com"),
        changed((_VIRTUAL, "dmarc@example.com           reports@example.com\n", ""), caret="example.com"),
        changed((_VIRTUAL, "tls-reports@example.com     reports@example.com\n", ""), caret="example.com"),
        changed((_VIRTUAL, "hostmaster@example.net      ann@example.com\n", ""), caret="example.net"),
    ),
)
