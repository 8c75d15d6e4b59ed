"""Inline suppressions: what they say, and on which lines they hold."""

from __future__ import annotations

import time
from datetime import date
from typing import Literal

import pytest

from mailcheck.model.zone import Suppression
from mailcheck.zonefile.comments import suppressions
from mailcheck.zonefile.source import Source

Kind = Literal["octodns", "master"]


def found(text: str, kind: Kind) -> tuple[Suppression, ...]:
    return suppressions([Source("zone", text)], kind)


def held(text: str, kind: Kind) -> list[tuple[int, int]]:
    return [(one.first, one.last) for one in found(text, kind)]


class TestWords:
    @pytest.mark.parametrize(
        ("comment", "rules", "reason", "until"),
        [
            ("ignore[spf-ptr] old host", ("spf-ptr",), "old host", None),
            ("ignore[spf-*, dmarc-ri] two of them ", ("spf-*", "dmarc-ri"), "two of them", None),
            ("ignore [a] moving until 2027-03-01", ("a",), "moving", date(2027, 3, 1)),
            ("ignore[a] not until the vendor answers", ("a",), "not until the vendor answers", None),
            ("ignore[a] until 2027-03-01", ("a",), "", date(2027, 3, 1)),
            ("ignore[a]", ("a",), "", None),
            ("ignore[a] moving until 2027-13-01", ("a",), "moving", None),
            ("ignore[a] moving until 2027", ("a",), "moving", None),
            ("ignore[ , ] nothing", (), "nothing", None),
            ("ignore a reason", (), "", None),
            ("ignore[a reason", (), "", None),
            ("disable[a] reason", (), "", None),
            ("", (), "", None),
        ],
    )
    @pytest.mark.parametrize("kind", ["octodns", "master"])
    def test_read(self, kind: Kind, comment: str, rules: tuple[str, ...], reason: str, until: date | None) -> None:
        marker = "#" if kind == "octodns" else ";"
        [one] = found(f"{marker} mailcheck: {comment}\n", kind)
        assert (one.rules, one.reason, one.until) == (rules, reason, until)
        assert one.at.span == (1, 1, 1, len(f"{marker} mailcheck: {comment}".rstrip()) + 1)
        assert one.at.path == "zone"

    def test_what_is_no_date_is_kept_as_it_stands(self) -> None:
        [one] = found("; mailcheck: ignore[a] moving until 2026-13-45\n", "master")
        assert (one.reason, one.until, one.bad_date) == ("moving", None, "2026-13-45")

    def test_other_comments_are_none(self) -> None:
        assert not found("; see mailcheck: it knows\n; mailcheck\na A 192.0.2.1 ; ignore[a] b\n", "master")

    def test_several_files(self) -> None:
        sources = [Source(path, "; mailcheck: ignore[a] b\n") for path in "xy"] + [Source("z", "a A 192.0.2.1\n")]
        assert [one.at.path for one in suppressions(sources, "master")] == ["x", "y"]


class TestMaster:
    def test_behind_or_above_a_record(self) -> None:
        text = (
            "a A 192.0.2.1 ; mailcheck: ignore[x] why\n"
            "; mailcheck: ignore[x] why\n"
            "; and more to say\n"
            "\n"
            "b A 192.0.2.2\n"
            "c A 192.0.2.3\n"
        )
        assert held(text, "master") == [(1, 1), (2, 5)]

    def test_a_record_of_several_lines(self) -> None:
        text = (
            "; mailcheck: ignore[x] why\n"
            'a TXT ( "v=spf1"\n'
            "  ; mailcheck: ignore[x] why\n"
            '  " -all" ; mailcheck: ignore[x] why\n'
            ") ; mailcheck: ignore[x] why\n"
            "b A 192.0.2.2\n"
        )
        assert held(text, "master") == [(1, 5), (2, 5), (2, 5), (2, 5)]

    def test_at_the_end_it_holds_for_itself(self) -> None:
        assert held("a A 192.0.2.1\n; mailcheck: ignore[x] why", "master") == [(2, 2)]

    def test_quotes_and_escapes_hold_no_comments(self) -> None:
        text = (
            'a TXT "; mailcheck: ignore[x] why"\n'
            "b TXT x\\; mailcheck: ignore[x] why\n"
            'c TXT "\\"; mailcheck: ignore[x] why"\n'
            'd TXT "x" ; said ; mailcheck: ignore[x] why\n'
            'e TXT "x"; mailcheck: ignore[x] why\n'
            'f TXT "never closed ; mailcheck: ignore[x] why\n'
        )
        assert held(text, "master") == [(4, 4), (5, 5)]

    def test_columns(self) -> None:
        [one] = found('é TXT "é" ; mailcheck: ignore[x] why  \n', "master")
        assert one.at.span == (1, 11, 1, 37)


class TestYaml:
    def test_on_or_above_a_name_it_holds_for_all_of_it(self) -> None:
        text = (
            "www: # mailcheck: ignore[x] why\n"
            "  - type: A\n"
            "    value: 192.0.2.1\n"
            "  - type: TXT\n"
            "    values:\n"
            "      - a\n"
            "\n"
            "# mailcheck: ignore[x] why\n"
            "# more\n"
            "mail:\n"
            "  type: A\n"
            "  value: 192.0.2.2\n"
            "# the end\n"
        )
        assert held(text, "octodns") == [(1, 6), (8, 12)]

    def test_on_or_above_one_record_of_a_name(self) -> None:
        text = (
            "www:\n"
            "  # mailcheck: ignore[x] why\n"
            "  - type: A\n"
            "    value: 192.0.2.1\n"
            "  - type: MX # mailcheck: ignore[x] why\n"
            "    values:\n"
            "      - exchange: mail.example.com.\n"
            "        preference: 10\n"
        )
        assert held(text, "octodns") == [(2, 4), (5, 8)]

    def test_on_a_field_it_holds_for_the_record(self) -> None:
        text = (
            "www:\n"
            "  - type: A\n"
            "    ttl: 5 # mailcheck: ignore[x] why\n"
            "    # mailcheck: ignore[x] why\n"
            "    value: 192.0.2.1\n"
            "mail:\n"
            "  type: A\n"
            "  value: 192.0.2.1 # mailcheck: ignore[x] why\n"
        )
        assert held(text, "octodns") == [(2, 5), (2, 5), (6, 8)]

    def test_on_or_above_one_value(self) -> None:
        text = (
            "www:\n"
            "  type: TXT\n"
            "  values:\n"
            "    - one # mailcheck: ignore[x] why\n"
            "    # mailcheck: ignore[x] why\n"
            "    - two\n"
            "    - >-\n"
            "      three\n"
            "      four\n"
            "    # mailcheck: ignore[x] why\n"
            "    - 'five\n"
            "      six'\n"
        )
        assert held(text, "octodns") == [(4, 4), (5, 6), (10, 12)]

    def test_flow_style(self) -> None:
        text = (
            "www: {type: A, value: 192.0.2.1} # mailcheck: ignore[x] why\n"
            "mail:\n"
            "  [\n"
            "    {type: A, value: 192.0.2.1}, # mailcheck: ignore[x] why\n"
            "    {type: TXT,\n"
            "     value: x},\n"
            "    # mailcheck: ignore[x] why\n"
            "  ]\n"
        )
        assert held(text, "octodns") == [(1, 1), (4, 4), (2, 8)]

    def test_scalars_hold_no_comments(self) -> None:
        text = (
            "a:\n"
            "  type: TXT\n"
            "  values:\n"
            "    - '# mailcheck: ignore[x] why'\n"
            '    - "# mailcheck: ignore[x] why"\n'
            "    - 'said\n"
            "      # mailcheck: ignore[x] why'\n"
            "    - x# mailcheck: ignore[x] why\n"
            "    - |\n"
            "      # mailcheck: ignore[x] why\n"
            "    - | # mailcheck: ignore[x] why\n"
            "      text\n"
            "b: *alias # mailcheck: ignore[x] why\n"
        )
        assert held(text, "octodns") == [(11, 12), (13, 13)]

    def test_bad_yaml_ends_it_without_an_error(self) -> None:
        text = "a: x # mailcheck: ignore[x] why\nb: [\n# mailcheck: ignore[x] why\n}\n"
        assert held(text, "octodns")[0] == (1, 1)

    def test_columns_beside_wide_characters(self) -> None:
        [one] = found("'é': 'é' # mailcheck: ignore[x] why\n", "octodns")
        assert one.at.span == (1, 10, 1, 36)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("; mailcheck: ignore[x] why\n" * 10_000, "master"),
        ("a A 192.0.2.1 ; mailcheck: ignore[x] why\n" * 10_000, "master"),
        ("; mailcheck: " * 50_000, "master"),
        ('"' * 100_000 + "; mailcheck: x", "master"),
        ("# mailcheck: ignore[x] why\n" * 10_000, "octodns"),
        ("- a # mailcheck: ignore[x] why\n" * 10_000, "octodns"),
        ("[" * 50_000 + "# mailcheck: ignore[x] why", "octodns"),
        ("; mailcheck: ignore[" + "a," * 100_000 + "] why until" + " " * 100_000 + "x1y z", "master"),
    ],
)
def test_many_of_them_take_linear_time(text: str, kind: Kind) -> None:
    start = time.process_time()
    suppressions([Source("zone", text)], kind)
    assert time.process_time() - start < 3
