"""A file of cases: strict keys, and every error at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailcheck.config.cases import read_cases
from mailcheck.errors import ConfigError, UsageError
from mailcheck.model.trace import Expectation, Given

GOOD = """\
cases:
- name: the billing host must pass
  ip: 192.0.2.40
  helo: app.example.com
  mail-from: '<>'
  from: billing@example.com
  dkim: d=example.com,s=2026a
  via-ip: 2001:db8::1
  srs-domain: fwd.example
  expect: pass
- name: the old provider must fail
  ip: 198.51.100.7
  message: mails/old.eml
  dkim: ['d=a.example,s=a', 'd=b.example,s=b']
  expect: {spf: softfail, dmarc: fail,
    policy: reject}
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "cases.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_cases_and_the_places_of_what_they_expect(tmp_path: Path) -> None:
    first, second = read_cases(write(tmp_path, GOOD), "cases.yaml").cases
    assert first.given == Given(
        "192.0.2.40",
        "app.example.com",
        "<>",
        "billing@example.com",
        ("d=example.com,s=2026a",),
        None,
        "2001:db8::1",
        "fwd.example",
    )
    (verdict,) = first.expectations
    assert (verdict.part, verdict.wanted, verdict.at.line, verdict.at.column) == ("verdict", "pass", 10, 3)
    assert (first.at.path, first.at.line, first.at.column) == ("cases.yaml", 2, 3)
    assert second.given.message == "mails/old.eml"
    assert second.given.dkim == ("d=a.example,s=a", "d=b.example,s=b")
    assert [each[:2] for each in second.expectations] == [
        ("spf", "softfail"),
        ("dmarc", "fail"),
        ("policy", "reject"),
    ]
    assert [each.at.line for each in second.expectations] == [15, 15, 16]
    assert isinstance(verdict, Expectation)


CASE = "cases:\n- name: a\n  ip: 192.0.2.1\n"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", (1, 1), "`cases` must be a list of cases"),
        ("cases: []", (1, 1), "`cases` must be a list of cases"),
        ("cases: {}", (1, 1), "`cases` must be a list of cases"),
        ("cases: [", (2, 1), "not YAML"),
        ("case:\n- name: a", (1, 1), "the document has no key 'case'"),
        ("cases:\n- a", (2, 3), "`cases.0` must be a mapping"),
        ("cases:\n- ip: 192.0.2.1\n", (2, 3), "a case needs a `name`"),
        (CASE, (2, 3), "a case needs `expect`"),
        (CASE + "  expect: passes\n", (4, 3), "`cases.0.expect` is one of pass, fail, not 'passes'"),
        (CASE + "  expect: yes\n", (4, 3), "`cases.0.expect` must be a mapping"),
        (CASE + "  expect: {}\n", (4, 3), "`cases.0.expect` expects nothing"),
        (CASE + "  expect:\n    spff: pass\n", (5, 5), "`cases.0.expect` has no key 'spff'"),
        (CASE + "  expect:\n    spf: [pass]\n", (5, 5), "`cases.0.expect.spf` is one of pass, fail, softfail"),
        (
            CASE + "  expect:\n    policy: pass\n",
            (5, 5),
            "`cases.0.expect.policy` is one of none, quarantine, reject",
        ),
        (CASE + "  mailfrom: a\n  expect: pass\n", (4, 3), "`cases.0` has no key 'mailfrom'"),
        (CASE + "  helo: 1\n  expect: pass\n", (4, 3), "`cases.0.helo` must be a string, not 1"),
        (CASE + "  mail-from:\n  expect: pass\n", (4, 3), "`mail-from` has no value"),
        (
            CASE + "  message: /etc/passwd\n  expect: pass\n",
            (4, 3),
            "a message lies below the folder of its cases",
        ),
        (CASE + "  message: a/../../b\n  expect: pass\n", (4, 3), "a message lies below the folder of its cases"),
        (CASE + "  expect: pass\n- name: a\n  expect: pass\n", (5, 3), "two cases have the name 'a'"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(
    tmp_path: Path, text: str, place: tuple[int, int], message: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read_cases(write(tmp_path, text), "cases.yaml")
    assert caught.value.message.startswith(message)
    assert (caught.value.path, (caught.value.line, caught.value.column)) == ("cases.yaml", place)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.yaml: No such file"):
        read_cases(tmp_path / "none.yaml", "none.yaml")
