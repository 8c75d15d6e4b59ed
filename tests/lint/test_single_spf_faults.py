"""A single fault in a healthy SPF record gives a single finding: the right rule, the caret under the very fault."""

from pathlib import Path

import pytest

from mailcheck.model.finding import Finding
from tests.lint.healthy import change, lint, under

HEALTHY = '"v=spf1 include:_spf.example.com ~all"'


def found_in(zones: Path, record: str) -> Finding:
    """The only finding of the zones with this SPF record at example.org."""
    change(zones / "example.org.zone", HEALTHY, f'"{record}"')
    found = lint(zones)
    assert len(found) == 1, [(finding.rule, finding.message) for finding in found]
    return found[0]


@pytest.mark.parametrize(
    ("record", "caret", "words"),
    [
        ("v=spf1 ip4: 192.0.2.25 ~all", " ", "a space stands after `ip4:`"),
        ("v=spf1 ip4:  192.0.2.25 ~all", "  ", "a space stands after `ip4:`"),
        ("v=spf1 ip6: 2001:db8::25 ~all", " ", "a space stands after `ip6:`"),
        ("v=spf1 include: _spf.example.com ~all", " ", "a space stands after `include:`"),
        ("v=spf1 a: x ~all", " ", "a space stands after `a:`"),
        ("v=spf1 +mx: mail.example.com ~all", " ", "a space stands after `+mx:`"),
        ("v=spf1 redirect= _spf.example.com", " ", "a space stands after `redirect=`"),
        ("v=spf1 redirect =_spf.example.com", " ", "a space stands before `=_spf.example.com`"),
        ("v=spf1 include :_spf.example.com ~all", " ", "a space stands before `:_spf.example.com`"),
        ("v=spf1 include : _spf.example.com ~all", " ", "a space stands before `:`"),
        ("v=spf1 ip4:192.0.2.0 /24 ~all", " ", "a space stands before `/24`"),
        ("v=spf1 a:mail.example.com / 32 ~all", " ", "a space stands before `/`"),
        ("v=spf1 include:_spf. example.com ~all", " ", "a space stands between"),
        ("v=spf1 ip4:192.0.2. 25 ~all", " ", "a space stands between"),
        ("v=spf1 a:mail.example.com ~ all", " ", "a space stands after `~`"),
    ],
)
def test_a_stray_space(zones: Path, record: str, caret: str, words: str) -> None:
    finding = found_in(zones, record)
    assert finding.rule == "spf-syntax"
    assert under(finding) == caret
    assert words in finding.message


@pytest.mark.parametrize(
    ("record", "rule", "caret"),
    [
        ("v=spf1 include:https://_spf.example.com ~all", "spf-target-name", "https://_spf.example.com"),
        ("v=spf1 include:https://_spf.example.net ~all", "spf-target-name", "https://_spf.example.net"),
        ("v=spf1 include:user@example.com ~all", "spf-target-name", "user@example.com"),
        ("v=spf1 a:http://mail.example.com ~all", "spf-target-name", "http://mail.example.com"),
        ("v=spf1 include:nothing.example.com ~all", "spf-include-no-record", "include:nothing.example.com"),
        ("v=spf1 ip4:192.0.2.25,192.0.2.26 ~all", "spf-syntax", "192.0.2.25,192.0.2.26"),
        ("v=spf1, include:_spf.example.com ~all", "spf-misspelt-version", "v=spf1,"),
        ("v=spf1 include=_spf.example.com ~all", "spf-unknown-modifier", "include="),
        ("v=spf1 include:_spf.example.com ~all ~all", "spf-after-all", "~all"),
    ],
)
def test_one_fault(zones: Path, record: str, rule: str, caret: str) -> None:
    finding = found_in(zones, record)
    assert (finding.rule, under(finding)) == (rule, caret)


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1  include:_spf.example.com  ~all ",
        "v=spf1 redirect=_spf.example.com",
        "v=spf1 include:_SPF.example.com. -all",
        'v=spf1 include:_spf.exam" "ple.com ~all',
        "v=spf1 a:mail.example.com/24//64 a:mail2.example.com a:app.example.com ~all",
        "v=spf1 mx a:app.example.com -all exp=%{d}.why.provider.test",
    ],
)
def test_unusual_and_valid(zones: Path, record: str) -> None:
    change(zones / "example.org.zone", HEALTHY, f'"{record}"')
    assert lint(zones) == ()
