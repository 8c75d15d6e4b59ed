"""Findings about suppressions, the baseline and the lock, declared with the same page as a rule."""

from __future__ import annotations

from mailcheck.model.finding import RuleInfo, Severity

_STALE = """\
The lock is older than allowed

## What it checks
Under `mailcheck lint --max-age DAYS`: the day on which `mailcheck.lock` was last verified, and that of
every entry which was kept from an older lock because its question failed.

## Why it matters
The lock stands for the DNS of others: vendors' SPF records, addresses of mail hosts, reverse names. They
change without a word. A verdict over an old lock is a verdict about the past.

## Example
    # verified 2025-01-31 from 192.0.2.53

## How to fix
Run `mailcheck lock` where there is network, look at what it reports as changed, and commit the file. A
scheduled `mailcheck lock --check` tells of changes when they happen.

## References
mailcheck's guide, "The lock"
"""

_BASELINE = """\
The baseline holds a finding that is gone

## What it checks
Under `mailcheck lint --baseline FILE`: entries of the file whose finding this run did not come to, although
the rule ran and the zone was read.

## Why it matters
What was accepted has been repaired. As long as the entry stands there it would hide the same fault if it
came back.

## Example
    {"name": "example.com.", "rule": "spf-all-neutral", ...}    # and the record now ends in ~all

## How to fix
Run `mailcheck lint --baseline FILE --prune-baseline`, which takes such entries out, and commit the file.

## References
mailcheck's guide, "Starting on a repository that has faults", docs/guide/faults-that-are-there.md
"""

_EXPIRED = """\
A suppression is past its date

## What it checks
`# mailcheck: ignore[...] reason until DATE` where DATE has passed.

## Why it matters
Somebody accepted a fault for a time. The time is over, so the fault is shown again, together with
this finding, which names the line to change.

## Example
    # mailcheck: ignore[spf-lookup-budget] vendor leaves in spring until 2020-03-01

## How to fix
Repair what was suppressed and remove the comment, or give it a new date and say why.

## References
mailcheck's guide, "Suppressions"
"""

_UNUSED = """\
A suppression hides nothing

## What it checks
An inline suppression that names a rule which has no finding on its lines.

## Why it matters
A comment that hides nothing today hides tomorrow's fault without anybody having decided so.

## Example
    # mailcheck: ignore[spf-all-neutral] kept although the record now ends in ~all

## How to fix
Remove the comment, or the rule from its list.

## References
mailcheck's guide, "Suppressions"
"""

_REASON = """\
A suppression gives no reason

## What it checks
An inline suppression without a reason, without a rule, or with a date that is none. It does not hold.

## Why it matters
Whoever reads the file next must be able to tell whether the fault is still acceptable.

## Example
    # mailcheck: ignore[dkim-key-short]

## How to fix
Write `# mailcheck: ignore[rule-id] reason`, with `until 2027-03-01` at the end where it should lapse.

## References
mailcheck's guide, "Suppressions"
"""


def _info(rule_id: str, page: str, severity: Severity) -> RuleInfo:
    page = page.strip()
    return RuleInfo(rule_id, page.partition("\n")[0], page, severity, "mailcheck", "0.1.0", "stable")


ASKED_FOR = frozenset({"baseline-outdated", "lock-stale"})
"""Those that come only where `--baseline` or `--max-age` is given."""

OWN_RULES = {
    info.id: info
    for info in (
        _info("baseline-outdated", _BASELINE, Severity.INFO),
        _info("lock-stale", _STALE, Severity.WARNING),
        _info("suppression-expired", _EXPIRED, Severity.WARNING),
        _info("suppression-reason", _REASON, Severity.WARNING),
        _info("suppression-unused", _UNUSED, Severity.WARNING),
    )
}
