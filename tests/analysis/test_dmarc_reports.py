"""Where reports go: inside, to hosts that agree, to hosts that do not, and what stays open."""

import pytest

from mailcheck.analysis.dmarc_reports import Destination, mail_receivers, report_destinations
from mailcheck.model.dns import Absent, Answer, Present, Unknown
from mailcheck.model.zone import Zone
from mailcheck.view.overlay import Overlay
from tests.analysis.evaluation import Scripted, run
from tests.build import record, zone

POLICY = "_dmarc TXT v=DMARC1; p=none; rua=mailto:a@example.com"
CONSENT = "example.com._report._dmarc.example.net."


def destination(domain: str, host: str, *zones: Zone) -> Destination:
    return run(report_destinations(domain, (host,)), Overlay(zones))[host]


@pytest.mark.parametrize("host", ["example.com.", "reports.example.com.", "a.b.reports.example.com."])
def test_the_organization_needs_no_consent(host: str) -> None:
    assert destination("example.com.", host, zone("example.com", POLICY)).kind == "inside"


def test_the_organization_above_needs_no_consent() -> None:
    below = zone("example.com", POLICY, POLICY.replace("_dmarc", "_dmarc.news"))
    assert destination("news.example.com.", "example.com.", below).kind == "inside"
    assert destination("news.example.com.", "other.example.com.", below).kind == "inside"


def test_an_organization_of_its_own_below_needs_consent() -> None:
    both = zone("example.com", POLICY, "_dmarc.own TXT v=DMARC1; p=none; psd=n")
    asked = destination("example.com.", "own.example.com.", both)
    assert (asked.kind, asked.consent_name) == ("refuses", "example.com._report._dmarc.own.example.com.")


def test_without_a_record_above_siblings_are_strangers() -> None:
    alone = zone("example.com", POLICY.replace("_dmarc", "_dmarc.news"))
    assert destination("news.example.com.", "other.example.com.", alone).kind == "refuses"


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["example.com._report._dmarc TXT v=DMARC1"], "consents"),
        (["*._report._dmarc TXT v=DMARC1;"], "consents"),
        (["*._report._dmarc TXT v=DMARC1", "example.com._report._dmarc TXT note"], "refuses"),
        (["*._report._dmarc TXT v=DMARC1", "other.com._report._dmarc TXT v=DMARC1"], "refuses"),
        (["example.com._report._dmarc TXT v=dmarc1"], "misspelt"),
        (
            ["example.com._report._dmarc TXT v=DMARC1", "example.com._report._dmarc TXT v=DMARC1; p=none"],
            "consents",
        ),
        (["example.com._report._dmarc CNAME yes.example.net.", "yes TXT v=DMARC1"], "consents"),
        (["example.com._report._dmarc CNAME yes.example.org."], "open"),
        (["_report._dmarc NS ns.example.org."], "open"),
        ([], "refuses"),
    ],
)
def test_a_stranger_agrees_by_a_record(lines: list[str], kind: str) -> None:
    asked = destination("example.com.", "example.net.", zone("example.com", POLICY), zone("example.net", *lines))
    assert asked.kind == kind
    assert asked.consent_name == CONSENT
    assert asked.declared == (kind == "consents")


def test_an_outside_host_stays_open() -> None:
    asked = destination("example.com.", "example.net.", zone("example.com", POLICY))
    assert asked.unanswered is not None
    assert asked.unanswered[0] == (CONSENT, "TXT")


def test_a_consent_name_too_long_for_dns_is_not_asked_for() -> None:
    host = ".".join(["a" * 60] * 4) + "."
    assert destination("example.com.", host, zone("example.com", POLICY)).kind == "too-long"


ABSENT = Absent("nxdomain")
COM = ("_dmarc.com.", "TXT")
OWN = ("_dmarc.news.example.com.", "TXT")


def txt(text: str) -> Present:
    return Present((record(".", "", 1, f"x TXT {text}"),), source="live")


def test_an_open_name_above_both_leaves_it_open() -> None:
    view = Scripted(
        {OWN: txt("v=DMARC1; p=none"), ("_dmarc.example.com.", "TXT"): Unknown("timeout"), COM: ABSENT}
    )
    asked = run(report_destinations("news.example.com.", ("example.com.", "example.net.")), view)
    assert asked["example.com."].unanswered == (("_dmarc.example.com.", "TXT"), Unknown("timeout"))
    assert asked["example.net."].unanswered is not None
    assert asked["example.net."].unanswered[0] == ("news.example.com._report._dmarc.example.net.", "TXT")


def test_an_open_name_between_them_leaves_it_open() -> None:
    answers: dict[tuple[str, str], Answer] = {
        ("_dmarc.example.com.", "TXT"): txt("v=DMARC1; p=none"),
        ("_dmarc.cut.example.com.", "TXT"): Unknown("servfail"),
        ("_dmarc.reports.cut.example.com.", "TXT"): ABSENT,
        COM: ABSENT,
    }
    asked = run(report_destinations("example.com.", ("reports.cut.example.com.",)), Scripted(answers))
    assert asked["reports.cut.example.com."].unanswered == (
        ("_dmarc.cut.example.com.", "TXT"),
        Unknown("servfail"),
    )


def test_what_another_organization_misspelt_is_a_refusal() -> None:
    answers: dict[tuple[str, str], Answer] = {("_dmarc.example.com.", "TXT"): txt("v=DMARC1; p=none"), COM: ABSENT}
    answers[CONSENT, "TXT"] = txt("v=dmarc1")
    assert run(report_destinations("example.com.", ("example.net.",)), Scripted(answers))["example.net."].kind == (
        "refuses"
    )


NODATA = Absent("nodata")
TIMEOUT = Unknown("timeout")


def mx(exchange: str) -> Present:
    return Present((record(".", "", 1, f"example.net. MX {exchange}"),))


@pytest.mark.parametrize(
    ("exchanges", "ipv4", "ipv6", "expected"),
    [
        (mx("10 mail.example.net."), ABSENT, ABSENT, "mail"),
        (mx("0 ."), ABSENT, ABSENT, "null"),
        (NODATA, txt("192.0.2.1"), TIMEOUT, "mail"),
        (NODATA, NODATA, txt("2001:db8::1"), "mail"),
        (NODATA, NODATA, NODATA, "nothing"),
        (ABSENT, ABSENT, ABSENT, "nothing"),
        (TIMEOUT, NODATA, NODATA, (("example.net.", "MX"), TIMEOUT)),
        (NODATA, NODATA, TIMEOUT, (("example.net.", "AAAA"), TIMEOUT)),
    ],
)
def test_whether_mail_can_arrive(exchanges: Answer, ipv4: Answer, ipv6: Answer, expected: object) -> None:
    host = "example.net."
    view = Scripted({(host, "MX"): exchanges, (host, "A"): ipv4, (host, "AAAA"): ipv6})
    assert run(mail_receivers((host,)), view) == {host: expected}
