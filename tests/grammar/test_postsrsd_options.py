"""PostSRSd's options, held against what its getopt string says (`4 6 A D h e v` take no value, `X` an optional one)."""

import pytest

from mailcheck.grammar.postsrsd_options import postsrsd_flags


@pytest.mark.parametrize(
    ("options", "always"),
    [
        ("-A", True),
        ("-4A", True),
        ("-t 20 -A", True),
        ("-t20 -A", True),
        ("-X -A", True),
        ("-XACME.org", False),
        ("-X ACME.org", False),
        ("-dA.example", False),
        ("-d -A", False),
        ("-4tA", False),
        ("-- -A", False),
        ("A", False),
        ("-d", False),
        ("", False),
    ],
)
def test_whether_all_is_rewritten(options: str, always: bool) -> None:
    assert ("A" in postsrsd_flags(options)) is always
