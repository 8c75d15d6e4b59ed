"""`mailcheck diff` from the command line, over real repositories: what it names, and what it leaves unsaid."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailcheck.model.dns import Answers, Question, Unknown
from tests.diffing import BEFORE, LOCK, Repository, repository, rsa, zone

__all__ = ["repository"]

PATH = "zones/example.com.yaml"
AFTER = (
    BEFORE.replace(" include:spf.vendor.example", "")
    .replace("p=none", "p=reject\\; sp=quarantine")
    .replace("KEY1", "KEY2")
)


def change(repository: Repository, *replacements: tuple[str, str], lock: str = LOCK) -> None:
    """Commit the zone, and change it in the working tree."""
    text = zone()
    repository.commit({PATH: text, "mailcheck.lock": lock})
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    repository.write(PATH, text)


def parts(domain: dict[str, object]) -> set[str]:
    """The kinds of things that change."""
    return {key for key in ("spf", "dmarc", "dkim", "mx", "ptr", "other", "not_determined") if domain[key]}


def test_a_change_of_three_things_is_these_three(repository: Repository) -> None:
    repository.commit({PATH: zone(), "mailcheck.lock": LOCK})
    repository.write(PATH, zone(AFTER))
    domain = repository.domain("HEAD")
    assert parts(domain) == {"spf", "dmarc", "dkim"}
    spf = domain["spf"]
    assert spf["lost"] == ["198.51.100.0/24", "2001:db8:1::/48"]
    assert (spf["gained"], spf["changes"]) == ([], [])
    assert spf["terms"] == {"gained": [], "lost": ["include:spf.vendor.example"]}
    assert spf["lookups"] == {"before": 1, "after": 0}
    assert {key: domain["dmarc"][key]["after"] for key in ("domain", "subdomain", "missing")} == {
        "domain": "reject",
        "subdomain": "quarantine",
        "missing": "quarantine",
    }
    assert domain["dkim"] == [
        {
            "severity": "info",
            "change": "replaced",
            "selector": "a",
            "before": "RSA 1024 bits",
            "after": "RSA 2048 bits",
        }
    ]


def test_the_verdict_is_the_last_line(repository: Repository) -> None:
    repository.commit({PATH: zone(), "mailcheck.lock": LOCK})
    assert repository.run("HEAD") == 0
    assert repository.out == "verdict: no change to mail in 1 zone\n"
    repository.write(PATH, zone(AFTER))
    assert repository.run("HEAD") == 0
    last = repository.out.splitlines()[-1]
    assert last == "verdict: mail changes for 1 domain: SPF, DMARC, DKIM; the gravest is a warning"


def test_the_guide_shows_what_it_says(repository: Repository) -> None:
    page = (Path(__file__).parents[2] / "docs" / "guide" / "diff.md").read_text(encoding="utf-8")
    shown = page.split("```\n")[1]
    repository.commit({PATH: zone(), "mailcheck.lock": LOCK.replace(" ip6:2001:db8:1::/48", "")})
    repository.write(PATH, zone(AFTER).replace("\\; sp=quarantine", ""))
    assert repository.run("HEAD") == 0
    assert repository.out == shown


@pytest.mark.parametrize(("least", "code"), [("error", 0), ("warning", 1), ("info", 1), ("never", 0)], ids=str)
def test_only_fail_on_makes_changes_fail(repository: Repository, least: str, code: int) -> None:
    change(repository, (" include:spf.vendor.example", ""))
    assert repository.run("HEAD", "--fail-on", least) == code


def test_networks_are_exact_and_the_fewest(repository: Repository) -> None:
    change(
        repository,
        ("ip4:192.0.2.0/25", "ip4:192.0.2.0/24 -ip4:192.0.2.255"),
        ("ip6:2001:db8::/64", "ip6:2001:db8::/63"),
    )
    spf = repository.domain("HEAD")["spf"]
    assert spf["gained"] == ["192.0.2.128/25", "2001:db8:0:1::/64"]


@pytest.mark.parametrize(
    ("new", "severity", "said"),
    [
        ("-all", "info", "fail"),
        ("?all", "warning", "neutral"),
        ("+all", "error", "pass"),
    ],
)
def test_what_everyone_else_gets(repository: Repository, new: str, severity: str, said: str) -> None:
    change(repository, ("~all", new))
    spf = repository.domain("HEAD")["spf"]
    assert spf["severity"] == severity
    assert spf["changes"] == [{"what": "everyone else", "before": "softfail", "after": said}]


def test_terms_that_cannot_be_enumerated_are_named(repository: Repository) -> None:
    change(repository, ("~all", "exists:%{i}.x.example.com ptr ~all"))
    spf = repository.domain("HEAD")["spf"]
    assert spf["unbounded"]["gained"] == ["example.com: exists:%{i}.x.example.com", "example.com: ptr"]
    assert (spf["gained"], spf["severity"]) == ([], "warning")


def test_a_record_that_breaks_is_an_error(repository: Repository) -> None:
    change(repository, ("~all", "ip4:1.2.3 ~all"))
    spf = repository.domain("HEAD")["spf"]
    assert (spf["severity"], len(spf["broken"]["gained"])) == ("error", 1)


def test_an_include_that_nobody_knows_is_named_and_not_guessed(repository: Repository) -> None:
    change(repository, (" include:spf.vendor.example", " include:spf.other.example"))
    domain = repository.domain("HEAD")
    assert domain["spf"]["gained"] == []
    assert domain["spf"]["terms"]["gained"] == ["include:spf.other.example"]
    assert domain["not_determined"] == [
        {"name": "spf.other.example.", "type": "TXT", "side": "after", "why": "not asked"}
    ]
    assert repository.run("HEAD") == 0
    assert "what is not determined may let some of these send all the same" in repository.out


def test_a_lock_that_forgets_takes_nobody_the_right_to_send(repository: Repository) -> None:
    repository.commit({PATH: zone(), "mailcheck.lock": LOCK})
    (repository.root / "mailcheck.lock").unlink()
    domain = repository.domain("HEAD")
    assert parts(domain) == {"not_determined"}
    assert repository.run("HEAD") == 0
    assert "not determined after: spf.vendor.example TXT (not asked), for 1 domain" in repository.out
    assert repository.out.splitlines()[-1] == (
        "verdict: it is not determined whether mail changes in 1 zone; 1 question not determined"
    )


def test_what_stayed_open_on_both_sides_is_named_beside_a_change(repository: Repository) -> None:
    repository.commit({PATH: zone()})
    repository.write(PATH, zone().replace("192.0.2.0/25", "192.0.2.0/26"))
    domain = repository.domain("HEAD")
    assert [entry["side"] for entry in domain["not_determined"]] == ["both"]
    assert domain["spf"]["lost"] == ["192.0.2.64/26"]


def test_each_side_has_its_own_lock(repository: Repository) -> None:
    repository.commit({PATH: zone(), "mailcheck.lock": LOCK})
    repository.write("mailcheck.lock", LOCK.replace("198.51.100.0/24", "198.51.100.0/25"))
    assert repository.domain("HEAD")["spf"]["lost"] == ["198.51.100.128/25"]


@pytest.mark.parametrize(
    ("old", "new", "domain", "missing", "severity"),
    [
        ("p=none", "p=reject\\; np=none", ("none", "reject"), ("none", "none"), "info"),
        ("p=none", "p=quarantine\\; t=y\\; np=reject", ("none", "none"), ("none", "quarantine"), "info"),
        ("v=DMARC1\\; p=none", "v=DMARC2\\; p=none", ("none", "no policy"), ("none", "no policy"), "error"),
    ],
)
def test_policies_are_those_in_effect(
    repository: Repository, old: str, new: str, domain: tuple[str, str], missing: tuple[str, str], severity: str
) -> None:
    change(repository, (old, new))
    dmarc = repository.domain("HEAD")["dmarc"]
    assert (dmarc["domain"]["before"], dmarc["domain"]["after"]) == domain
    assert (dmarc["missing"]["before"], dmarc["missing"]["after"]) == missing
    assert dmarc["severity"] == severity


def test_a_policy_that_subdomains_inherit_is_told_once(repository: Repository) -> None:
    below = "sub: {type: MX, value: {preference: 10, exchange: mail.example.com.}}\n"
    repository.commit({PATH: zone() + below})
    repository.write(PATH, zone().replace("p=none", "p=reject") + below)
    assert repository.domain("HEAD")["dmarc"]["subdomain"] == {"before": "none", "after": "reject"}


def test_settings_of_dmarc(repository: Repository) -> None:
    change(repository, ("rua=mailto:d@example.com", "rua=mailto:e@example.com\\; adkim=s"))
    assert repository.domain("HEAD")["dmarc"]["settings"] == [
        {"what": "adkim", "before": "relaxed", "after": "strict"},
        {"what": "rua", "before": "mailto:d@example.com", "after": "mailto:e@example.com"},
    ]


KEY = f"a._domainkey: {{type: TXT, value: v=DKIM1\\; p={rsa(1024)}}}\n"


@pytest.mark.parametrize(
    ("new", "kind", "after", "severity"),
    [
        ("", "removed", None, "warning"),
        ("a._domainkey: {type: TXT, value: v=DKIM1\\; p=}\n", "removed", "revoked", "warning"),
        (KEY.replace("p=", "h=sha1\\; p="), "changed", "RSA 1024 bits, h=sha1", "error"),
        (KEY.replace("p=", "h=sha512\\; p="), "removed", "a record that verifiers refuse", "error"),
        (KEY.replace("p=", "s=tlsrpt\\; p="), "changed", "RSA 1024 bits, s=tlsrpt", "error"),
        (KEY.replace("p=", "s=email\\; p="), "changed", "RSA 1024 bits, s=email", "info"),
        (KEY.replace("p=", "t=y\\; p="), "changed", "RSA 1024 bits, t=y", "info"),
        ("a._domainkey: {type: TXT, value: v=DKIM1\\; p=AAAA}\n", "removed", "an RSA key that does not begin like a DER key", "error"),
        ("a._domainkey: {type: TXT, value: v=DKIM1\\; p=AAAA\\; p=AAAA}\n", "removed", "a record that verifiers refuse", "error"),
        ("a._domainkey: {type: CNAME, value: a.vendor.example.}\n", "replaced", "not determined, at a.vendor.example", "warning"),
        ("a._domainkey: {type: CNAME, value: no.example.com.}\n", "removed", "an alias to no.example.com, which has no key", "error"),
        ("a._domainkey: {type: TXT, values: [v=DKIM1\\; p=, v=DKIM1]}\n", "removed", "2 records, of which verifiers may take any", "error"),
        ("a._domainkey: {type: TXT, value: v=DKIM1\\; k=ed25519\\; p=" + "A" * 43 + "=}\n", "replaced", "Ed25519", "info"),
    ],
)  # fmt: skip
def test_keys(repository: Repository, new: str, kind: str, after: str | None, severity: str) -> None:
    change(repository, (KEY, new))
    (key,) = repository.domain("HEAD")["dkim"]
    assert (key["change"], key["before"], key["after"]) == (kind, "RSA 1024 bits", after)
    assert key["severity"] == severity


def test_a_revoked_key_that_goes_takes_nothing_away(repository: Repository) -> None:
    change(repository, (rsa(1024), ""))
    repository.commit()
    repository.write(PATH, zone().replace(KEY, ""))
    (key,) = repository.domain("HEAD")["dkim"]
    assert (key["change"], key["before"], key["severity"]) == ("removed", "revoked", "info")


def test_a_wildcard_answers_for_every_subdomain(repository: Repository) -> None:
    wildcard = "'*': {type: TXT, value: v=DMARC1\\; p=reject}\n"
    repository.commit({PATH: zone()})
    repository.write(PATH, zone() + wildcard)
    dmarc = repository.domain("HEAD")["dmarc"]
    assert [dmarc[whose]["after"] for whose in ("domain", "subdomain", "missing")] == ["none", "reject", "reject"]


def test_redirects_in_a_circle(repository: Repository) -> None:
    change(repository, ("~all", "redirect=example.com"))
    spf = repository.domain("HEAD")["spf"]
    assert spf["severity"] == "error"
    assert spf["broken"]["gained"] == ["example.com: redirect=example.com leads back to itself"]


def test_a_record_that_leads_out_of_the_zones_is_held_against_nothing(repository: Repository) -> None:
    record = "  value: v=spf1"
    repository.commit(
        {PATH: zone(), "zones/other.example.yaml": f"w:\n- type: TXT\n{record} ip4:192.0.2.1 -all\n"}
    )
    repository.write("zones/other.example.yaml", "w: {type: CNAME, value: spf.vendor.example.}\n")
    domain = repository.domain("HEAD", name="w.other.example.")
    assert (domain["spf"]["lost"], domain["spf"]["changes"]) == (
        [],
        [{"what": "record", "before": "one record", "after": "not determined"}],
    )


def test_a_weak_key_that_comes_is_a_warning(repository: Repository) -> None:
    change(repository, (KEY, KEY + KEY.replace("a._d", "b._d")))
    assert repository.domain("HEAD")["dkim"] == [
        {"severity": "warning", "change": "added", "selector": "b", "before": None, "after": "RSA 1024 bits"}
    ]


def test_exchanges(repository: Repository) -> None:
    change(
        repository,
        ("{preference: 10, exchange: mail.example.com.}", "{preference: 5, exchange: mail.example.com.}"),
        ("{preference: 20, exchange: old.example.com.}", "{preference: 20, exchange: new.example.com.}"),
    )
    mx = repository.domain("HEAD")["mx"]
    assert (mx["added"], mx["removed"]) == (["20 new.example.com"], ["20 old.example.com"])
    assert mx["moved"] == [{"what": "mail.example.com", "before": "10", "after": "5"}]
    assert (mx["severity"], mx["accepts"]) == ("warning", True)


def test_the_null_mx_ends_mail(repository: Repository) -> None:
    change(repository, ("{preference: 10, exchange: mail.example.com.}, {preference: 20, exchange: old.example.com.}", "{preference: 0, exchange: .}"))  # fmt: skip
    mx = repository.domain("HEAD")["mx"]
    assert (mx["added"], mx["severity"], mx["accepts"]) == (["null MX"], "error", False)


REVERSE = "zones/2.0.192.in-addr.arpa.zone"
PTR = "$ORIGIN 2.0.192.in-addr.arpa.\n$TTL 3600\n@ SOA ns hm 1 2 3 4 5\n@ NS ns.example.com.\n25 PTR mail.example.com.\n"


def test_ptr_matches_are_gained_and_lost(repository: Repository) -> None:
    repository.commit({PATH: zone(), REVERSE: PTR})
    repository.write(REVERSE, PTR.replace("25 PTR mail", "26 PTR old"))
    domain = repository.domain("HEAD")
    assert parts(domain) == {"ptr"}
    assert [(match["change"], match["address"], match["names"]) for match in domain["ptr"]] == [
        ("lost", "192.0.2.25", ["mail.example.com"]),
        ("gained", "192.0.2.26", ["old.example.com"]),
    ]


def test_a_ptr_that_is_not_determined_any_more_is_named(repository: Repository) -> None:
    repository.commit({PATH: zone(), REVERSE: PTR})
    repository.write(REVERSE, PTR.replace("mail.example.com.", "mail.outside.example."))
    domain = repository.domain("HEAD")
    assert parts(domain) == {"not_determined"}
    assert [(entry["name"], entry["side"]) for entry in domain["not_determined"]] == [
        ("mail.outside.example.", "after")
    ]


def test_transport_and_mail_hosts_are_told_too(repository: Repository) -> None:
    sts = "_mta-sts: {type: TXT, value: v=STSv1\\; id=1}\n"
    policy = "version: STSv1\nmode: testing\nmx: mail.example.com\nmax_age: 86400\n"
    repository.commit({PATH: zone() + sts, "zones/mta-sts.example.com.txt": policy})
    repository.write(PATH, zone().replace("192.0.2.25", "192.0.2.27"))
    repository.write("zones/mta-sts.example.com.txt", policy.replace("testing", "enforce"))
    assert repository.domain("HEAD")["other"] == [
        {"severity": "warning", "message": "removes the MTA-STS record of example.com"},
        {"severity": "info", "message": "the mail host mail.example.com is at 192.0.2.27"},
        {"severity": "info", "message": "the MTA-STS policy of example.com: changed"},
    ]


def test_a_shared_record_is_told_under_who_includes_it(repository: Repository) -> None:
    shared = "_spf: {type: TXT, value: v=spf1 ip4:203.0.113.1 -all}\n"
    text = zone().replace("include:spf.vendor.example", "include:_spf.example.com")
    repository.commit({PATH: text + shared})
    repository.write(PATH, text + shared.replace("113.1", "113.2"))
    spf = repository.domain("HEAD")["spf"]
    assert (spf["gained"], spf["lost"]) == (["203.0.113.2/32"], ["203.0.113.1/32"])
    assert spf["terms"]["gained"] == ["_spf.example.com: ip4:203.0.113.2"]


def test_a_record_for_others_is_told_by_itself(repository: Repository) -> None:
    shared = "_spf: {type: TXT, value: v=spf1 ip4:203.0.113.1 -all}\n"
    repository.commit({PATH: zone() + shared})
    repository.write(PATH, zone() + shared.replace("113.1", "113.2"))
    assert repository.domain("HEAD", name="_spf.example.com.")["spf"]["gained"] == ["203.0.113.2/32"]


def test_what_a_redirect_leads_to_decides_about_everyone_else(repository: Repository) -> None:
    text = zone().replace("include:spf.vendor.example ~all", "redirect=_spf.example.com")
    shared = "_spf: {type: TXT, value: v=spf1 ~all}\n"
    repository.commit({PATH: text + shared})
    repository.write(PATH, text + shared.replace("~all", "-all"))
    assert repository.domain("HEAD")["spf"]["changes"][0]["after"] == "fail"
    repository.write(PATH, text.replace("_spf.ex", "%{l}._spf.ex") + shared)
    assert repository.domain("HEAD")["spf"]["changes"][0]["after"] == "not determined"


def test_comments_order_cuts_ttls_names_and_another_format_are_no_change(repository: Repository) -> None:
    repository.commit({PATH: zone(), "mailcheck.lock": LOCK})
    (repository.root / PATH).unlink()
    text = f"""; the same zone, otherwise
$ORIGIN EXAMPLE.com.
$TTL 60
@ SOA ns hm 1 2 3 4 5
_DMARC TXT "v=DMARC1; p=none;" " rua=mailto:d@example.com"
mail A 192.0.2.25
old 600 A 192.0.2.26
a._domainkey TXT ( "v=DKIM1;" "p={rsa(1024)[:50]}" "{rsa(1024)[50:]}" )
@ MX 20 old
@ MX 10 mail.example.com.
@ TXT "v=spf1 ip6:2001:DB8:0::/64 +ip4:192.0.2.0/26 ip4:192.0.2.64/2" "6 include:spf.vendor.example ~all"
"""
    repository.write("zones/other/db.example.com", text)
    assert repository.diff("HEAD")["domains"] == []


def test_a_zone_that_comes_and_one_that_goes(repository: Repository) -> None:
    repository.commit({PATH: zone()})
    (repository.root / PATH).unlink()
    repository.write("zones/example.net.yaml", zone().replace("example.com", "example.net"))
    found = {domain["domain"]: domain for domain in repository.diff("HEAD")["domains"]}
    assert {name: domain["zone"] for name, domain in found.items()} == {
        "example.com.": "removed",
        "example.net.": "added",
    }
    assert (found["example.com."]["severity"], found["example.net."]["severity"]) == ("error", "warning")
    assert "192.0.2.0/25" in found["example.net."]["spf"]["gained"]
    assert repository.run("HEAD") == 0
    assert "example.com (the zone is declared no more)" in repository.out


def test_a_zone_folded_into_its_parent_is_no_change(repository: Repository) -> None:
    child = "'': {type: MX, value: {preference: 10, exchange: mail.example.com.}}\n"
    repository.commit({PATH: zone(), "zones/sub.example.com.yaml": child})
    (repository.root / "zones/sub.example.com.yaml").unlink()
    repository.write(PATH, zone() + child.replace("''", "sub"))
    assert repository.diff("HEAD")["domains"] == []


def test_an_input_that_is_refused_is_exit_3_and_named_by_its_revision(repository: Repository) -> None:
    repository.commit({PATH: zone(), "zones/example.net.yaml": "'': [}"})
    (repository.root / "zones/example.net.yaml").unlink()
    assert repository.run("HEAD") == 3
    assert "HEAD:zones/example.net.yaml:1:" in repository.out
    assert "/tmp" not in repository.out


class Silent:
    """A resolver that does not answer."""

    def answer(self, questions: frozenset[Question]) -> Answers:
        return {question: Unknown("timeout", "no answer") for question in questions}


def test_a_question_that_was_asked_in_vain_is_exit_4(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mailcheck.commands.outside import LiveDns

    monkeypatch.setattr("mailcheck.commands.outside.live_dns", lambda *_: LiveDns(Silent(), ()))
    repository.commit({PATH: zone()})
    assert repository.run("HEAD", "--live") == 4
    repository.write("mailcheck.lock", LOCK)
    assert repository.run("HEAD", "--live", "--format", "json") == 4
    assert '"why": "timeout"' in repository.out


@pytest.mark.parametrize(
    "arguments", [["--live", "--offline"], ["--resolver", "192.0.2.53"], ["--include-root", "nowhere"]]
)
def test_options_that_do_not_go_together(repository: Repository, arguments: list[str]) -> None:
    repository.commit({PATH: zone()})
    assert repository.run("HEAD", *arguments) == 2
    assert repository.err.startswith("error: ")


def test_it_is_written_to_a_file(repository: Repository) -> None:
    repository.commit({PATH: zone()})
    assert repository.run("HEAD", "--format", "markdown", "--output", "out.md") == 0
    assert repository.out == ""
    assert "no change to mail" in (repository.root / "out.md").read_text(encoding="utf-8")
