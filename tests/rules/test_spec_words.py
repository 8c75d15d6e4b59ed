"""Messages of rules about the spec that speak of one host or of several."""

from __future__ import annotations

import pytest

from mailcheck.lint.cases import run_case
from mailcheck.lint.rule import master

HOSTS = "mx1 A 192.0.2.25\nmx2 A 192.0.2.26\n"
SPEC = "domains:\n  example.com: {hosts: [%s]}\nhosts:\n  mx1.example.com: {roles: mx}\n  mx2.example.com: {roles: mx}\n"


@pytest.mark.parametrize(
    ("hosts", "records", "said"),
    [
        (
            "mx1.example.com",
            "",
            "`mx1.example.com` takes mail for `example.com` by the spec, which has no MX record",
        ),
        (
            "mx1.example.com, mx2.example.com",
            "",
            "`mx1.example.com`, `mx2.example.com` take mail for `example.com` by the spec, which has no MX record",
        ),
        (
            "mx1.example.com, mx2.example.com",
            "@ MX 10 mx.example.net.\n",
            "`mx.example.net` is in MX and, by the spec, takes no mail for `example.com`; "
            "missing: `mx1.example.com`, `mx2.example.com`",
        ),
    ],
)
def test_hosts_that_take_mail(hosts: str, records: str, said: str) -> None:
    report, _ = run_case(master(HOSTS + records, **{"mailcheck.yaml": SPEC % hosts}))
    assert said in [finding.message for finding in report.findings if finding.rule == "spec-host-mx"]
