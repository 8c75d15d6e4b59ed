"""Near misses of the SPF version: told from records that only mention SPF, and narrowed to what is wrong."""

import pytest

from mailcheck.analysis.spf_versions import discarded_spf, version_problem
from tests.build import zone


@pytest.mark.parametrize(
    ("text", "fault", "wrong"),
    [
        (" v=spf1 -all", "junk", " "),
        ("\tv=spf1 -all", "junk", "\t"),
        ('"v=spf1 -all"', "junk", '"'),
        ("'v=SPF1 mx", "junk", "'"),
        ("\xef\xbb\xbfv=spf1 -all", "junk", "\xef\xbb\xbf"),
        ("\xe2\x80\x9cv=spf1 -all\xe2\x80\x9d", "junk", "\xe2\x80\x9c"),
        (" " * 300 + "v=spf1 -all", "junk", " " * 300),
        ("site-verification=1  v=spf1 -all", "junk", "site-verification=1  "),
        ("TXT v=spf1 -all", "junk", "TXT "),
        ("v=spf1include:_spf.example.net -all", "no-space", "v=spf1include:_spf.example.net"),
        ("v=spf1-all", "no-space", "v=spf1-all"),
        ("V=SPF1;", "no-space", "V=SPF1;"),
        ("v=spf1\tmx -all", "no-space", "v=spf1\tmx"),
        ("v=spf10 -all", "no-space", "v=spf10"),
        ("v=spf", "misspelt", "v=spf"),
        ("v=spf2 mx", "misspelt", "v=spf2"),
        ("v=spfl -all", "misspelt", "v=spfl"),
        ("v=sfp1 -all", "misspelt", "v=sfp1"),
        ("v=psf1", "misspelt", "v=psf1"),
        ("v=sp1", "misspelt", "v=sp1"),
        ("V=SSPF1 mx", "misspelt", "V=SSPF1"),
        ("c=spf1 a", "misspelt", "c=spf1"),
        ("v=fp1 mx -all", "misspelt", "v=fp1"),
        ("v = spf1", "misspelt", "v = spf1"),
        ("v: spf1 mx -all", "misspelt", "v: spf1"),
        ("vspf1 mx", "misspelt", "vspf1"),
        ("version=spf1 include:_spf.example.net", "misspelt", "version=spf1"),
        ("spf1 include:_spf.example.net -all", "misspelt", "spf1"),
        ("=spf1 ip4:192.0.2.1 -all", "misspelt", "spf1"),
        ("spf: redirect=_spf.example.net", "misspelt", "spf:"),
        ("include:_spf.example.net ~all", "missing", "include:_spf.example.net"),
        ("-all", "missing", "-all"),
        ("ip4:192.0.2.1 exp=why.example.com ?ALL ", "missing", "ip4:192.0.2.1"),
    ],
)
def test_texts_that_were_meant_as_spf(text: str, fault: str, wrong: str) -> None:
    problem = version_problem(text)
    assert problem is not None
    assert (problem.fault, text[problem.start : problem.end]) == (fault, wrong)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "spf",
        "SPF1",
        "spf-verification=abc",
        "spf=verified",
        "site-verification=spf1",
        "v=DMARC1; p=none",
        "v=DKIM1; k=rsa; p=",
        "v=STSv1; id=1",
        "v=TLSRPTv1; rua=mailto:a@example.com",
        "v=BIMI1; l=",
        "v=1",
        "k=rsa; p=MIIB",
        "p=spf",
        "spf2.0/pra mx -all",
        "SPF2.0/mfrom include:_spf.example.net",
        "This domain publishes v=spf1 at its apex",
        "see v=spf1 -all",
        "SPF record: include:_spf.example.net ~all",
        "spf is checked at the gateway -all",
        "v=fp1",
        "everything, all of it -all",
        "# v=spf1 mx -all",
        ";v=spf1 mx -all",
        "mx",
        "include:_spf.example.net",
    ],
)
def test_texts_that_are_something_else(text: str) -> None:
    assert version_problem(text) is None


def test_hostile_texts_are_read_in_linear_time() -> None:
    for text in ("=" * 65_000, "v " * 32_000, "v=spf" * 13_000, " " * 65_000, "mx " * 20_000 + "-all"):
        version_problem(text)


def test_spf_records_are_left_out_and_others_keep_their_record() -> None:
    declared = zone("example.com", "@ TXT v=spf1 -all", "@ TXT v=spf1", "mail TXT v=spf1;", "www TXT hello")
    (found,) = discarded_spf(declared)
    assert (found.name, found.type, found.at) == ("mail.example.com.", "TXT", declared.records[2].at)
