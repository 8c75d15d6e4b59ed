"""A character that is not ASCII in an octoDNS file is told once, whatever else it spoils."""

from pathlib import Path

import pytest

from tests.lint.healthy import change, lint


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("v=spf1 a -all", "v=spf1 a:é.example.com -all"),
        ("v=spf1 include:_spf", "\u200bv=spf1 include:_spf"),
        ("v=spf1 include:_spf", "v=spf1\u00a0include:_spf"),
        ("v=DMARC1\\; p=reject", "v=DMARC1\\; p=reject\u200b"),
        ("v=DMARC1\\; p=reject", "\u200bv=DMARC1\\; p=reject"),
        ("rua=mailto:dmarc@", "rua=mailto:é@"),
        ("p=FQSV", "p=éFQSV"),
        ("p=FQSV", "n=é\\; p=FQSV"),
        ("id=2026", "id=é2026"),
        ("v=TLSRPTv1\\; rua=mailto:", "v=TLSRPTv1\\; rua=mailto:é"),
    ],
)
def test_one_fault(zones: Path, before: str, after: str) -> None:
    change(zones / "example.com.yaml", before, after)
    assert [finding.rule for finding in lint(zones)] == ["zone-non-ascii"]


def test_another_fault_in_the_record_stays(zones: Path) -> None:
    change(zones / "example.com.yaml", "v=spf1 a:mail.", "v=spf1 inclde:x.example.com a:é.example.com a:mail.")
    assert [finding.rule for finding in lint(zones)] == ["spf-syntax", "zone-non-ascii"]
