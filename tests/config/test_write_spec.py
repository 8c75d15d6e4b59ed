"""A spec that is written is read back the same, whatever its names, and fits the published schema."""

from __future__ import annotations

import json
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import jsonschema
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.config.document import read_document
from mailcheck.config.known_senders import known_senders
from mailcheck.config.schema import json_schema
from mailcheck.config.settings import configuration
from mailcheck.config.write_spec import spec_text
from mailcheck.model.draft import SpecDraft
from mailcheck.model.location import NOWHERE
from mailcheck.model.spec import DomainSpec, HostSpec, MailSpec

LABELS = st.one_of(
    st.from_regex(r"[a-z0-9_]([a-z0-9_-]{0,8}[a-z0-9_])?", fullmatch=True),
    st.sampled_from(["null", "yes", "no", "on", "true", "1e3", "0x1f", "2026", "12", "_", "0", "1_000"]),
)
NAMES = st.lists(LABELS, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "example."]))
LOCALS = st.text(st.characters(codec="latin-1"), min_size=1, max_size=12).filter(
    lambda text: not any(char.isspace() for char in text) and text.isprintable() and "@" not in text
).filter(lambda text: not text.startswith("mailto:"))  # fmt: skip
ADDRESSES = st.one_of(st.integers(0, 2**32 - 1).map(IPv4Address), st.integers(0, 2**128 - 1).map(IPv6Address))
NOTES = st.text(max_size=40)


@st.composite
def drafts(draw: st.DrawFn) -> SpecDraft:
    host = HostSpec(
        draw(NAMES),
        NOWHERE,
        tuple(sorted(draw(st.sets(ADDRESSES, max_size=3)), key=lambda one: (one.version, int(one)))),
        draw(NAMES),
        frozenset(draw(st.sets(st.sampled_from(["mx", "submission", "relay", "forwarder"])))),
        tuple(draw(st.lists(LABELS, unique=True, max_size=2))),
        draw(st.one_of(st.just(""), NAMES)),
    )
    mailbox = st.builds("{}@{}".format, LOCALS, NAMES.map(lambda name: name.removesuffix(".")))
    domain = DomainSpec(
        draw(NAMES),
        NOWHERE,
        draw(st.sampled_from(["full", "send"])),
        draw(st.sampled_from([None, "none", "quarantine", "reject"])),
        draw(st.one_of(st.just(""), mailbox)),
        draw(st.sampled_from([(), (host.name,)])),
        draw(st.sampled_from([(), ("zendesk",), ("zendesk", "microsoft-365")])),
        selectors=tuple(draw(st.lists(LABELS, unique=True, max_size=2))),
    )
    spec = MailSpec({domain.name: domain}, {host.name: host})
    notes = tuple(draw(st.lists(NOTES, max_size=2)))
    return SpecDraft(spec, notes, notes, draw(st.sampled_from([{}, {"mx-single": "a\nb: c"}])))


@given(drafts())
def test_what_is_written_is_read_back(draft: SpecDraft) -> None:
    text = spec_text(draft)
    read = configuration(read_document(text, "mailcheck.yaml"))
    ((name, domain),) = read.spec.domains.items()
    ((host_name, host),) = read.spec.hosts.items()
    (wanted,) = draft.spec.domains.values()
    (wanted_host,) = draft.spec.hosts.values()
    assert (name, domain._replace(at=NOWHERE, places={})) == (wanted.name, wanted._replace(places={}))
    assert (host_name, host._replace(at=NOWHERE, places={})) == (wanted_host.name, wanted_host._replace(places={}))
    assert [setting.rule for setting in read.rules] == list(draft.ignored)
    jsonschema.validate(yaml.safe_load(text), json_schema())


def test_the_catalogue_is_what_senders_are_written_from() -> None:
    published = json.loads(Path("mailcheck/config/mailcheck.schema.json").read_text("utf-8"))
    assert published == json_schema()
    assert {"zendesk", "microsoft-365"} <= known_senders().keys()
