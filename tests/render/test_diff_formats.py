"""A diff in every format: as it is, and with what others wrote to do harm."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest
from syrupy.assertion import SnapshotAssertion

from mailcheck.model.diff import (
    DmarcDiff,
    DomainDiff,
    KeyDiff,
    MailDiff,
    MxDiff,
    OpenQuestion,
    OtherChange,
    PtrDiff,
    SpfDiff,
    ValueChange,
)
from mailcheck.model.dns import Question
from mailcheck.model.finding import Refused, Severity
from mailcheck.model.location import whole_line
from mailcheck.render import diff_json, diff_markdown, diff_text
from mailcheck.render.schema import diff_schema
from mailcheck.render.style import Style

OPEN = OpenQuestion(Question("spf.vendor.example.", "TXT"), "after", "not asked")
SPF = SpfDiff(
    Severity.ERROR,
    ("192.0.2.0/25", "2001:db8::/64"),
    ("198.51.100.0/24",),
    (ValueChange("everyone else", "softfail", "fail"),),
    ("include:spf.vendor.example",),
    ("_spf.example.com: ip4:198.51.100.0/24",),
    ("example.com: exists:%{i}.example.com",),
    ("example.com: ptr",),
    ("example.com: include:no.example.com leads to no SPF record",),
    ("example.com: a term that receivers refuse",),
    ("spf.vendor.example TXT",),
    (9, 12),
    (0, 3),
)
POLICIES = (
    ValueChange("domain", "none", "reject"),
    ValueChange("subdomain", "none", "quarantine"),
    ValueChange("missing", "none", "none"),
)
DOMAIN = DomainDiff(
    "example.com.",
    spf=SPF,
    dmarc=DmarcDiff(Severity.INFO, POLICIES, (ValueChange("adkim", "relaxed", "strict"),)),
    dkim=(
        KeyDiff(Severity.INFO, "replaced", "a", "RSA 1024 bits", "RSA 2048 bits"),
        KeyDiff(Severity.WARNING, "removed", "b", "Ed25519", ""),
    ),
    mx=MxDiff(
        Severity.WARNING,
        ("20 new.example.com",),
        ("20 old.example.com",),
        (ValueChange("mail.example.com", "10", "5"),),
        True,
    ),
    ptr=(PtrDiff(Severity.WARNING, "lost", "192.0.2.25", ("mail.example.com",)),),
    other=(OtherChange(Severity.INFO, "the mail host mail.example.com is at 192.0.2.27"),),
    open=(OPEN, OPEN._replace(side="both", why="timeout")),
)
SETTINGS = DmarcDiff(
    Severity.INFO,
    tuple(ValueChange(what, "none", "none") for what in ("domain", "subdomain", "missing")),
    (ValueChange("rua", "nobody", "mailto:d@example.com"),),
)
DIFF = MailDiff(
    "origin/main",
    "the working tree",
    (2, 3),
    (
        DOMAIN,
        DomainDiff("example.net.", "added", dmarc=SETTINGS, mx=MxDiff(Severity.INFO, ("null MX",), (), (), False)),
        DomainDiff("example.org.", "removed", mx=MxDiff(Severity.ERROR, (), ("10 mx.example.org",), (), False)),
        DomainDiff("example.edu.", open=(OPEN,)),
        DomainDiff("example.gov.", open=(OPEN,)),
    ),
    (Refused("yaml-syntax", whole_line("origin/main:zones/example.info.yaml", 3), "not YAML"),),
)
RENDERERS = {"text": diff_text.render, "json": diff_json.render, "markdown": diff_markdown.render}


@pytest.mark.parametrize("name", RENDERERS)
def test_every_format(name: str, snapshot: SnapshotAssertion) -> None:
    assert RENDERERS[name](DIFF, Style()) == snapshot


def test_colours(snapshot: SnapshotAssertion) -> None:
    assert diff_text.render(DIFF, Style(color=True)) == snapshot


def test_json_follows_the_published_schema() -> None:
    schema = diff_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(diff_json.render(DIFF, Style()))
    jsonschema.validate(document, schema)
    jsonschema.validate(json.loads(diff_json.render(MailDiff("a", "b", (1, 1), ()), Style())), schema)
    document["domains"][0]["spf"]["gained"] = ["everything"]
    assert not jsonschema.Draft202012Validator(schema).is_valid(document)


HOSTILE = "\x1b[2J\n::error::x ##[error] </details><script>@team `x` | [a](b) \u202e\x00"


def hostile() -> MailDiff:
    change = ValueChange(HOSTILE, HOSTILE, HOSTILE + "!")
    words = (HOSTILE,)
    spf = SpfDiff(Severity.INFO, (), (), (change,), *[words] * 7, (0, 0), (0, 0))
    mx = MxDiff(Severity.INFO, words, words, (change,), True)
    domain = DomainDiff(
        HOSTILE,
        spf=spf,
        dkim=(KeyDiff(Severity.INFO, "added", HOSTILE, HOSTILE, HOSTILE),),
        mx=mx,
        ptr=(PtrDiff(Severity.INFO, "gained", "192.0.2.1", words),),
        other=(OtherChange(Severity.INFO, HOSTILE),),
        open=(OpenQuestion(Question(HOSTILE, HOSTILE), "after", HOSTILE),),
    )
    refused = Refused(HOSTILE, whole_line(HOSTILE), HOSTILE)
    return MailDiff(HOSTILE, HOSTILE, (1, 1), (domain, DomainDiff(HOSTILE, open=domain.open)), (refused,))


@pytest.mark.parametrize("name", RENDERERS)
def test_nothing_that_others_wrote_gets_through(name: str) -> None:
    text = RENDERERS[name](hostile(), Style())
    assert "\x1b" not in text
    assert "\x00" not in text
    assert "\u202e" not in text
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]
    if name == "json":
        jsonschema.validate(json.loads(text), diff_schema())


def test_markdown_holds_no_markup_of_others() -> None:
    """Outside code spans and fenced blocks, that is."""
    text = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", diff_markdown.render(hostile(), Style()), flags=re.DOTALL)
    assert not re.search(r"<|@team|\]\(|`x`", text)


def test_long_lists_are_cut_in_text_and_whole_in_json() -> None:
    networks = tuple(f"10.{at // 256}.{at % 256}.0/32" for at in range(500))
    diff = DIFF._replace(domains=(DomainDiff("example.com.", spf=SPF._replace(gained=networks)),))
    assert "400 more, which --format json lists" in diff_text.render(diff, Style())
    assert json.loads(diff_json.render(diff, Style()))["domains"][0]["spf"]["gained"] == list(networks)


def test_markdown_fits_a_comment() -> None:
    domains = tuple(DOMAIN._replace(name=f"{at}.example.com.") for at in range(2_000))
    opened = tuple(
        DomainDiff(f"{at}.example.net.", open=(OPEN._replace(question=Question(f"{at}.vendor.example.", "TXT")),))
        for at in range(200)
    )
    text = diff_markdown.render(DIFF._replace(domains=domains + opened, refused=DIFF.refused * 500), Style())
    assert len(text) < 65_536
    assert "more domains not shown here" in text
    assert "100 more are not determined" in diff_text.render(DIFF._replace(domains=opened), Style())


def test_text_keeps_to_its_limit() -> None:
    text = diff_text.render(DIFF, Style(findings=1))
    assert "1 of 3 domains are shown; `--limit findings=3` shows all" in text
