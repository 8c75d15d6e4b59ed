"""Which declared records no server gives, and what hides them."""

from mailcheck.analysis.mail_role import mail_domains
from mailcheck.analysis.occlusion import occluded_names, occlusions
from tests.build import zone


def test_the_topmost_cut_or_dname_hides_what_is_below_and_beside_it() -> None:
    declared = zone(
        "example.com",
        "@ NS ns1.example.com.",
        "sub NS ns1.sub.example.com.",
        "sub MX 10 mail.example.com.",
        "ns1.sub A 192.0.2.1",
        "ns2.sub A 192.0.2.2",
        "a.b.sub NS ns1.example.net.",
        "*.x.sub TXT v=spf1 -all",
        "old TXT v=spf1 -all",
        "deep.old MX 10 mail.example.com.",
        "old DNAME new.example.com.",
        "deep.old NS ns1.example.net.",
        "*.wild NS ns1.example.net.",
        "a.wild MX 10 mail.example.com.",
    )
    found = [
        (hidden.name, hidden.by, [record.name for record in hidden.records]) for hidden in occlusions(declared)
    ]
    assert found == [
        (
            "sub.example.com.",
            "NS",
            ["sub.example.com.", "ns2.sub.example.com.", "a.b.sub.example.com.", "*.x.sub.example.com."],
        ),
        ("old.example.com.", "DNAME", ["deep.old.example.com.", "deep.old.example.com."]),
    ]
    assert [domain.name for domain in mail_domains(declared)] == [
        "example.com.",
        "sub.example.com.",
        "old.example.com.",
        "a.wild.example.com.",
    ]


def test_a_dname_at_the_apex_hides_all_but_the_apex() -> None:
    declared = zone("example.com", "@ DNAME example.net.", "@ TXT v=spf1 -all", "_dmarc TXT v=DMARC1; p=none")
    assert occluded_names(declared) == {"_dmarc.example.com."}


def test_what_is_a_conflict_at_the_cut_is_left_to_its_rule() -> None:
    declared = zone("example.com", "sub NS ns1.example.net.", "sub CNAME www.example.com.", "sub DS 1 8 2 00")
    assert occlusions(declared) == ()
