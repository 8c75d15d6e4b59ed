"""A single fault in a healthy key record gives a single finding: the right rule, the caret under the very fault."""

from pathlib import Path

import pytest

from tests.lint.healthy import change, lint, under

KEY = "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAtSQa4mGVGiLCnVzft2M155"
ED25519 = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
TAIL = KEY[-30:]


@pytest.mark.parametrize(
    ("before", "after", "rule", "caret"),
    [
        (TAIL, TAIL[:20] + ";" + TAIL[20:], "dkim-syntax", ";"),
        (TAIL, TAIL[:20] + "; " + TAIL[20:], "dkim-syntax", ";"),
        (TAIL, TAIL[:20] + "*" + TAIL[20:], "dkim-syntax", "*"),
        ("p=MII", "MII", "dkim-syntax", None),
        ("k=rsa; p=", "k=rsa p=", "dkim-syntax", "p"),
        ("p=MII", "p=IIM", "dkim-key-invalid", None),
    ],
)
def test_one_fault(zones: Path, before: str, after: str, rule: str, caret: str | None) -> None:
    change(zones / "example.org.zone", before, after)
    found = lint(zones)
    assert [finding.rule for finding in found] == [rule], [finding.message for finding in found]
    if caret is not None:
        assert under(found[0]) == caret


@pytest.mark.parametrize(
    ("text", "rule", "caret"),
    [
        ("v=DKIM1; k=rsa;", "dkim-syntax", "v=DKIM1; k=rsa;"),
        ("v=DKIM1; k=rsa", "dkim-syntax", "v=DKIM1; k=rsa"),
        ("k=rsa", "dkim-syntax", "k=rsa"),
        ("v=DKIM1; p=AAA;BBB", "dkim-syntax", ";"),
        ("v=DKIM1; p=AAA;BBB=", "dkim-key-invalid", "AAA"),
        ("v=DKIM1; p=AAA;B+B==", "dkim-syntax", ";"),
        ("v=DKIM1; p=AAAA", "dkim-key-invalid", "AAAA"),
        (f"v=DKIM1 k=ed25519; p={ED25519}", "dkim-syntax", "k"),
        (f"v=DKIM1; k:ed25519; p={ED25519}", "dkim-syntax", "k:ed25519"),
        (f"v=DKIM1; k=rsa; p={ED25519}", "dkim-key-invalid", ED25519),
        (f'\\"v=DKIM1; k=ed25519; p={ED25519}\\"', "dkim-syntax", '\\"'),
        ("v=DKIM1; k=rsa; p=", "dkim-present", None),
    ],
)
def test_one_fault_in_the_only_key(zones: Path, text: str, rule: str, caret: str | None) -> None:
    path = zones / "example.org.zone"
    whole = path.read_text(encoding="utf-8")
    start, end = whole.index("TXT     (\n"), whole.index('AB" )')
    path.write_text(whole[:start] + f'TXT     "{text}"' + whole[end + len('AB" )') :], encoding="utf-8")
    found = [finding for finding in lint(zones) if finding.rule != "dkim-revoked"]
    assert [finding.rule for finding in found] == [rule], [finding.message for finding in found]
    if caret is not None:
        assert under(found[0]) == caret
