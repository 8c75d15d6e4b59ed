"""What `mailcheck diff` tells of DMARC: every tag that receivers of either standard act on, in every format."""

from __future__ import annotations

import json

import pytest

from tests.diffing import Repository, repository

__all__ = ["repository"]

PATH = "zones/example.com.zone"
ZONE = """$ORIGIN example.com.
$TTL 3600
@ SOA ns1 h 1 7200 900 1209600 3600
@ NS ns1
ns1 A 192.0.2.1
@ MX 10 mail
mail A 192.0.2.25
"""


def compare(repository: Repository, old: str, new: str) -> None:
    repository.commit({PATH: ZONE + old})
    repository.write(PATH, ZONE + new)


def record(*tags: str) -> str:
    return f'_dmarc TXT "{"; ".join(("v=DMARC1", *tags))}"\n'


TAGS = [
    (("p=reject",), ("p=reject", "pct=0"), "pct", "100", "0", "warning"),
    (("p=reject", "pct=10"), ("p=reject",), "pct", "10", "100", "info"),
    (("p=none",), ("p=none", "pct=0"), "pct", "100", "0", "info"),
    (("p=none", "sp=reject"), ("p=none", "sp=reject", "pct=50"), "pct", "100", "50", "warning"),
    (("p=reject", "fo=1"), ("p=reject",), "fo", "1", "0", "info"),
    (("p=reject", "fo=d:s"), ("p=reject", "fo=1:d:s"), "fo", "d:s", "1:d:s", "info"),
    (("p=none",), ("p=none", "psd=n"), "psd", "u", "n", "info"),
    (("p=none",), ("p=none", "psd=y"), "psd", "u", "y", "warning"),
    (("p=none",), ("p=none", "t=y"), "t", "n", "y", "info"),
    (("p=none",), ("p=none", "ri=3600"), "ri", "86400", "3600", "info"),
    (("p=none",), ("p=none", "rf=iodef"), "rf", "afrf", "iodef", "info"),
    (("p=none", "aspf=s"), ("p=none",), "aspf", "strict", "relaxed", "warning"),
    (("p=none", "adkim=s"), ("p=none", "adkim=r"), "adkim", "strict", "relaxed", "warning"),
    (("p=none",), ("p=none", "aspf=s"), "aspf", "relaxed", "strict", "info"),
    (("p=reject",), ("p=reject", "aspf=s"), "aspf", "relaxed", "strict", "warning"),
    (("p=quarantine",), ("p=quarantine", "adkim=s"), "adkim", "relaxed", "strict", "warning"),
    (("p=none", "rua=mailto:a@x.example"), ("p=none",), "rua", "mailto:a@x.example", "nobody", "warning"),
    (("p=none", "ruf=mailto:a@x.example"), ("p=none",), "ruf", "mailto:a@x.example", "nobody", "warning"),
    (("p=none",), ("p=none", "rua=mailto:a@x.example"), "rua", "nobody", "mailto:a@x.example", "info"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "tag", "was", "now", "severity"), TAGS)
def test_every_tag_that_changes_anything(
    repository: Repository, old: tuple[str, ...], new: tuple[str, ...], tag: str, was: str, now: str, severity: str
) -> None:
    compare(repository, record(*old), record(*new))
    dmarc = repository.domain("HEAD")["dmarc"]
    assert dmarc["settings"] == [{"what": tag, "before": was, "after": now}]
    assert dmarc["severity"] == severity
    for form in ("text", "markdown"):
        assert repository.run("HEAD", "--format", form) == 0
        assert f"{was} -> {now}" in repository.out


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("p=reject",), ("p=REJECT", "sp=reject", "np=reject", "adkim=r", "fo=0", "pct=100", "psd=u", "t=n")),
        (("p=none", "fo=d:s"), ("p=none", "fo=S:D")),
        (("p=none", "pct=7"), ("p=none", "pct=007")),
        (("p=none",), ("p=none", "pct=101", "ri=x", "aspf=q", "unknown=1")),
        (
            ("p=none", "rua=mailto:a@x.example,mailto:b@y.example"),
            ("p=none", "rua=MAILTO:b@Y.example , mailto:a@x.EXAMPLE"),
        ),
    ],
)
def test_other_words_for_the_same_are_no_change(
    repository: Repository, old: tuple[str, ...], new: tuple[str, ...]
) -> None:
    compare(repository, record(*old), record(*new))
    assert repository.diff("HEAD")["domains"] == []


def test_a_policy_that_is_delegated_away_is_not_determined(repository: Repository) -> None:
    compare(repository, record("p=reject"), "_dmarc NS ns.elsewhere.example.\n")
    domain = repository.domain("HEAD")
    assert domain["dmarc"]["domain"] == {"before": "reject", "after": "not determined"}
    assert domain["dmarc"]["severity"] == "warning"
    assert [entry["name"] for entry in domain["not_determined"]] == ["_dmarc.example.com."]
    for form in ("text", "markdown", "json"):
        assert repository.run("HEAD", "--format", form) == 0
        assert "no change" not in repository.out
        assert "_mailcheck" not in repository.out
    assert repository.diff("HEAD", ".")["summary"]["severity"] == "warning"
    repository.commit()
    repository.write(PATH, ZONE + record("p=reject"))
    assert repository.domain("HEAD")["dmarc"]["domain"] == {"before": "not determined", "after": "reject"}


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_a_head_that_cannot_be_read_is_not_determined(repository: Repository, form: str) -> None:
    compare(repository, record("p=reject"), "(\n")
    assert repository.run("HEAD", "--format", form) == 3
    assert "no change" not in repository.out
    assert "_mailcheck" not in repository.out
    assert "not determined" in repository.out


def test_a_wildcard_that_leads_elsewhere_is_named_by_where_it_leads(repository: Repository) -> None:
    compare(repository, record("p=reject"), record("p=reject") + "* CNAME mail.elsewhere.example.\n")
    domain = repository.domain("HEAD")
    names = {entry["name"] for entry in domain["not_determined"]}
    assert names == {"mail.elsewhere.example.", "_mta-sts.example.com.", "_smtp._tls.example.com."}
    assert domain["dmarc"]["subdomain"]["after"] == "not determined"
    repository.commit()
    repository.write(PATH, ZONE + record("p=reject"))
    before = {entry["name"] for entry in repository.domain("HEAD")["not_determined"]}
    assert before == names
    assert repository.run("HEAD", "--format", "json") == 0
    assert "_mailcheck" not in json.dumps(repository.out)


REPORTS = "zones/reports.example.zone"
TAKES = "$ORIGIN reports.example.\n$TTL 60\n@ SOA ns hm 1 2 3 4 5\n@ NS ns.example.com.\n"
CONSENT = 'example.com._report._dmarc TXT "v=DMARC1"\n'


@pytest.mark.parametrize(
    "instead", ["", CONSENT.replace("DMARC1", "none"), CONSENT.replace("example.com.", "x.example.com.")]
)
def test_a_host_that_takes_no_more_reports(repository: Repository, instead: str) -> None:
    policy = ZONE + record("p=none", "rua=mailto:a@reports.example")
    repository.commit({PATH: policy, REPORTS: TAKES + CONSENT})
    repository.write(REPORTS, TAKES + instead)
    dmarc = repository.domain("HEAD")["dmarc"]
    assert dmarc["settings"] == [{"what": "reports to reports.example", "before": "accepted", "after": "refused"}]
    assert dmarc["severity"] == "warning"
    for form in ("text", "markdown"):
        assert repository.run("HEAD", "--format", form) == 0
        assert "reports to reports.example: accepted -> refused" in repository.out
    repository.write(REPORTS, TAKES + CONSENT.replace("example.com.", "*."))
    domain = repository.domain("HEAD", name="reports.example.")
    assert [each["message"] for each in domain["other"]] == ["reports.example takes DMARC reports on any domain"]


def test_reports_to_a_host_that_nobody_knows_are_one_change(repository: Repository) -> None:
    compare(repository, record("p=none"), record("p=none", "rua=mailto:a@vendor.example"))
    domain = repository.domain("HEAD")
    assert domain["not_determined"] == []
    assert [setting["what"] for setting in domain["dmarc"]["settings"]] == ["rua"]


def test_settings_of_a_policy_that_is_not_determined_are_not_told(repository: Repository) -> None:
    sub = 'sub MX 10 mail\n_dmarc.sub TXT "v=DMARC1; p=none; rua=mailto:a@example.com"\n'
    compare(repository, sub, "sub MX 10 mail\n_dmarc.sub NS ns.elsewhere.example.\n")
    assert repository.domain("HEAD", name="sub.example.com.")["dmarc"]["settings"] == []


def test_a_limit_to_the_size_of_reports_is_no_change(repository: Repository) -> None:
    compare(repository, record("p=none", "rua=mailto:a@x.example!10m"), record("p=none", "rua=mailto:a@x.example"))
    assert repository.diff("HEAD")["domains"] == []


@pytest.mark.parametrize("owner", ["example.com", "*"])
def test_a_host_that_takes_reports_at_another_address(repository: Repository, owner: str) -> None:
    policy = ZONE + record("p=none", "rua=mailto:a@reports.example")
    consent = f'{owner}._report._dmarc TXT "v=DMARC1{{}}"\n'
    repository.commit({PATH: policy, REPORTS: TAKES + consent.format("")})
    repository.write(REPORTS, TAKES + consent.format("; rua=mailto:o@reports.example"))
    domains = {domain["domain"]: domain for domain in repository.diff("HEAD")["domains"]}
    assert domains["example.com."]["dmarc"]["settings"] == [
        {
            "what": "reports to reports.example",
            "before": "accepted",
            "after": "accepted at mailto:o@reports.example",
        }
    ]
    assert domains["example.com."]["dmarc"]["severity"] == "warning"


CONSENTS = [
    ("v=DMARC1", "v=DMARC1; rua=mailto:o@example.com", [("info", "takes otherwise than before")]),
    ("v=DMARC1", "none", [("warning", "no longer takes")]),
    ("none", "v=DMARC1", [("info", "takes")]),
    ("none", "any", []),
    ("v=DMARC1", "v=DMARC1;", []),
]


@pytest.mark.parametrize(("old", "new", "told"), CONSENTS)
def test_reports_taken_for_a_domain_of_others(
    repository: Repository, old: str, new: str, told: list[tuple[str, str]]
) -> None:
    owner = "example.org._report._dmarc TXT"
    compare(repository, f'{owner} "{old}"\n', f'{owner} "{new}"\n')
    found = [
        (each["severity"], each["message"])
        for domain in repository.diff("HEAD")["domains"]
        for each in domain["other"]
    ]
    assert found == [(severity, f"example.com {verb} DMARC reports on example.org") for severity, verb in told]


@pytest.mark.parametrize("wildcard", ["* A 192.0.2.80\n", "* TXT x\n"])
def test_with_a_wildcard_there_is_no_name_that_does_not_exist(repository: Repository, wildcard: str) -> None:
    policy = record("p=none", "np=reject")
    compare(repository, policy, policy + wildcard)
    (domain,) = repository.diff("HEAD")["domains"]
    assert domain["dmarc"]["severity"] == "error"
    assert domain["dmarc"]["missing"] == {"before": "reject", "after": "none"}
    repository.commit({PATH: ZONE + policy + wildcard})
    repository.write(PATH, ZONE + policy)
    (domain,) = repository.diff("HEAD")["domains"]
    assert domain["dmarc"]["severity"] == "info"
    assert domain["dmarc"]["missing"] == {"before": "none", "after": "reject"}


def test_who_exists_below_a_zone_that_cannot_be_read_is_not_determined(repository: Repository) -> None:
    policy = record("p=none", "np=reject")
    compare(repository, policy, policy + "* A not-an-address\n")
    assert repository.run("HEAD", "--format", "json") == 3
    assert "not determined" in repository.out
