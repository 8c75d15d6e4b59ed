"""The catalogue of senders: whole, of one form, and of use to whoever writes a spec."""

from fnmatch import fnmatchcase

import pytest

from mailcheck.config.document import read_document
from mailcheck.config.known_senders import known_senders
from mailcheck.config.settings import configuration
from mailcheck.grammar.mail_domain import mail_domain
from mailcheck.model.spec import SenderSpec

SENDERS = known_senders()
each = pytest.mark.parametrize("sender", SENDERS.values(), ids=lambda sender: sender.name)


def test_the_services_that_most_people_use_are_there() -> None:
    titles = " ".join(sender.title for sender in SENDERS.values())
    for name in (
        "Google Workspace", "Microsoft 365", "Amazon SES", "SendGrid", "Mailgun", "Postmark", "Mailchimp",
        "Mandrill", "Zoho", "Fastmail", "Proton", "Brevo", "HubSpot", "Salesforce", "Zendesk", "iCloud",
    ):  # fmt: skip
        assert name in titles


@each
def test_names_are_names(sender: SenderSpec) -> None:
    for name in (*sender.includes, *sender.alternatives, *sender.selectors_to.values()):
        assert mail_domain(name.replace("*", "x")) is not None
        assert name.endswith((".", "*"))
    for selector in sender.selectors:
        assert mail_domain(selector.replace("*", "x")) is not None
    assert sender.spf_aligns or sender.dkim_aligns
    assert sender.includes or sender.alternatives
    assert sender.selectors


def test_no_include_is_of_two_services() -> None:
    includes = [include for sender in SENDERS.values() for include in sender.includes]
    assert len(includes) == len(set(includes))
    for sender in SENDERS.values():
        others = [glob for other in SENDERS.values() if other is not sender for glob in other.alternatives]
        assert not [name for name in sender.includes for glob in others if fnmatchcase(name, glob)]


@each
def test_a_domain_may_name_it_and_nothing_else(sender: SenderSpec) -> None:
    spec = configuration(
        read_document(f"domains: {{a.example: {{senders: {sender.name}}}}}", "mailcheck.yaml")
    ).spec
    assert spec.senders_of(spec.domains["a.example."]) == (sender,)
