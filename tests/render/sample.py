"""A report with something of everything, made by hand."""

from __future__ import annotations

from mailcheck.model.finding import (
    Edit,
    Finding,
    Fix,
    Label,
    Refused,
    Report,
    RuleInfo,
    Severity,
    Since,
    Skipped,
    Subject,
)
from mailcheck.model.location import HostPath, Location, whole_line
from mailcheck.model.record import Record

PAGE = """\
`?all` leaves every unknown sender neutral.

## What it checks
The SPF record's `all` mechanism carries
the qualifier `?`.

## Example
    example.com. TXT "v=spf1 exists:%{i}.example.net ?all"

## References
RFC 7208 section 5.1"""

ZONE = "zones/example.com.zone"
YAML = "zones/example.net.yaml"
SNIPPETS = {
    (ZONE, 1): "$ORIGIN example.com.",
    (ZONE, 7): '@ TXT "v=spf1 ip4:192.0.2.1 ?all"',
    (ZONE, 12): '@\tTXT\t"v=spf1 mx -all" ; 日本語 メール e\u0301',
    (YAML, 104): "    - value: v=DKIM1; k=rsa; p=" + "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A" * 12 + "==",
    (YAML, 9): "  www: [",
}

RULES = {
    "spf-all-neutral": RuleInfo(
        "spf-all-neutral",
        "`?all` leaves every unknown sender neutral",
        PAGE,
        Severity.WARNING,
        "RFC 7208 section 5.1",
        "0.1.0",
        "stable",
    ),
    "spf-single-record": RuleInfo(
        "spf-single-record",
        "Two SPF records at one name",
        "Two SPF records at one name.",
        Severity.ERROR,
        "RFC 7208 section 4.5",
        "0.1.0",
        "preview",
        frozenset({"dns"}),
    ),
}


def at(path: str, line: int, column: int, end_column: int) -> Location:
    return Location(path, line, column, line, end_column)


NEUTRAL = Finding(
    rule="spf-all-neutral",
    severity=Severity.WARNING,
    message="`?all` makes unknown senders neutral, as if there were no SPF record",
    labels=(Label(at(ZONE, 7, 29, 33)),),
    subject=Subject("example.com.", "example.com.", "TXT"),
    help="end the record in `~all` or `-all`",
    standard="RFC 7208 section 5.1",
)
MERGED = Record("example.com.", "TXT", 3600, "v=spf1 mx -all", at(ZONE, 12, 7, 23), at(ZONE, 12, 1, 2))
TWICE = Finding(
    rule="spf-single-record",
    severity=Severity.ERROR,
    message="2 SPF records at example.com: receivers answer permerror",
    labels=(
        Label(at(ZONE, 12, 7, 23), "the second one"),
        Label(at(ZONE, 7, 7, 34), "the first one"),
        Label(at("zones/lost.zone", 3, 1, 4), "included here"),
    ),
    subject=Subject("example.com.", "example.com.", "TXT"),
    help="merge them:\n  v=spf1 mx ip4:192.0.2.1 -all",
    fix=Fix("merge", (Edit(MERGED, 0, 16, ""),), safe=False),
    standard="RFC 7208 section 4.5",
)
LONG = Finding(
    rule="dkim-key-padding",
    severity=Severity.INFO,
    message="the key is not padded as others are",
    labels=(Label(at(YAML, 104, 414, 416), "here"),),
    subject=Subject("example.net.", "a._domainkey.example.net.", "TXT"),
)
WHOLE = Finding(
    rule="zone-empty",
    severity=Severity.ERROR,
    message="the zone declares nothing",
    labels=(Label(whole_line(ZONE)),),
    subject=Subject("example.com.", "", ""),
    token="zone",
)
OF_HOST = Finding(
    rule="host-milter-default-accept",
    severity=Severity.WARNING,
    message="mail goes out unsigned while the milter is down",
    labels=(
        Label(Location(HostPath("/etc/postfix/main.cf"), 41, 25, 41, 31)),
        Label(at(ZONE, 7, 7, 34), "signatures are promised here"),
    ),
    subject=Subject("", "mail.example.com.", ""),
    help="milter_default_action = tempfail",
    token="milter_default_action",
    standard="postconf(5) milter_default_action",
    host="mail.example.com.",
)

REPORT = Report(
    findings=(WHOLE, NEUTRAL, TWICE, LONG),
    refused=(
        Refused("yaml-syntax", at(YAML, 9, 8, 9), "a list that begins here has no end", "close it with `]`"),
        Refused("yaml-duplicate-key", at("zones/other.yaml", 3, 1, 4), "`www` stands on line 1 already"),
    ),
    skipped=(
        Skipped("spf-lookup-limit", "example.com.", "not asked: _spf.example.net TXT"),
        Skipped("spf-void-lookups", "example.com.", "not asked: _spf.example.net TXT"),
        Skipped("mx-target", "example.com.", "timeout: mail.example.net A", asked=True),
    ),
    zones=405,
    records=6549,
    suppressed=1,
    baseline=7,
    unchanged=1_234,
    ran=frozenset({"spf-all-neutral"}),
    fixed=4,
    derived=True,
    rules=RULES,
    snippets=SNIPPETS,
)

WITH_HOST = REPORT._replace(
    findings=(OF_HOST, *REPORT.findings),
    snippets={**SNIPPETS, ("/etc/postfix/main.cf", 41): "milter_default_action = accept"},
    host="mail.example.com.",
    files=31,
    since=Since(2, ("host-tls-expired: the certificate has expired",)),
)


def on_lines(finding: Finding, count: int) -> tuple[Finding, ...]:
    """The same finding on several lines of its file."""
    at = finding.at
    return tuple(
        finding._replace(labels=(Label(at._replace(line=line, end_line=line)),)) for line in range(1, count + 1)
    )
