"""A domain that receives mail has no MTA-STS.

## What it checks
Nothing, unless the option `required` is set, as the profile `strict` does. Then each MX set, but for a null MX and
wildcards, has a record at `_mta-sts`, and the policy beside the zone, if it is there, does not say `mode: none`.

## Why it matters
Without it, or DANE, whoever sits between two mail servers can strip the encryption off: senders then fall back to
plain text, and to any certificate.

## Example
    example.com.  MX  10 mail.example.com.
    ; and nothing at _mta-sts.example.com

## How to fix
Serve a policy at `https://mta-sts.example.com/.well-known/mta-sts.txt`, in `mode: testing` at first, and add
`_mta-sts.example.com. TXT "v=STSv1; id=20260131"`.

## References
RFC 8461 sections 2 and 3.1
"""

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.analysis.mx_records import MxSet, mx_sets
from mailcheck.analysis.transport import announces_sts, sts_policies
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, master


class StsOptions(NamedTuple):
    """`required`: whether a domain that receives has to have MTA-STS."""

    required: bool = False


def check(mx: MxSet, ask: Context) -> Iterator[Problem]:
    if not ask.options(StsOptions).required or mx.name.startswith("*.") or not mx.hosts:
        return
    name = mx.name.removesuffix(".")
    if not announces_sts(ask.zone, mx.name):
        yield Problem(
            f"`{name}` receives mail, and nothing at `_mta-sts.{name}` announces a policy",
            mx.hosts[0].at,
            help="publish an MTA-STS policy and its record",
        )
    for beside in sts_policies(ask.zone):
        line = beside.policy.field("mode")
        if beside.name == mx.name and line is not None and line.value == "none":
            yield Problem(
                f"`{name}` receives mail, and its policy says that there is none",
                beside.at.within(line.value_start, line.end),
                help="write `mode: testing`, then `mode: enforce`",
            )


def _required(records: str, caret: str | None = None, **files: str) -> Case:
    configuration = "rules: {options: {mta-sts-present: {required: true}}}\n"
    return master(records, caret, **{"mailcheck.yaml": configuration}, **files)


def _policy(mode: str) -> dict[str, str]:
    return {"mta-sts.example.com.txt": f"version: STSv1\nmode: {mode}\nmx: mail.example.com\nmax_age: 604800\n"}


_MX = "@ MX 10 mail\nmail A 192.0.2.25\n"
_STS = """\
_mta-sts TXT "v=STSv1; id=20260131"
mta-sts A 192.0.2.80
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"
"""

RULE = Rule(
    __name__,
    __doc__,
    over=mx_sets,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 8461 section 3.1",
    options=StsOptions,
    good=(
        master(_MX),
        _required(_MX + _STS),
        _required(_MX + _STS, **_policy("testing")),
        _required("@ MX 0 ."),
    ),
    bad=(_required(_MX, caret="mail"), _required(_MX + _STS, caret="none", **_policy("none"))),
)
