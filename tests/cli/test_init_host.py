"""`mailcheck init --from-host` on copied trees: what it writes, and that lint and audit have nothing to say of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from mailcheck.cli.main import main
from tests.lab.mail_host.identity import dkim_key, host_pair
from tests.lab.mail_host.tree import Change, healthy_tree, seed_tree

Captured = pytest.CaptureFixture[str]
KNOWN = ("--reports", "dmarc@example.com", "--policy", "reject")
MAIN, DKIM, SRS = "/etc/postfix/main.cf", "/etc/opendkim.conf", "/etc/default/postsrsd"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that is written to; the host lies beside it."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def healthy(here: Path, *changes: Change) -> str:
    return str(healthy_tree(here.parent / "host", changes).root)


def seed(here: Path, changes: Iterable[Change] = ()) -> str:
    return str(seed_tree(here.parent / "host", changes).root)


def init(root: str, *options: str) -> int:
    return main(["init", "--from-host", "--root", root, *options])


def key_of(owner: str) -> str:
    """The key record of a domain in one piece."""
    return "".join(re.findall(r'"([^"]*)"', dkim_key(owner).record)).partition("p=")[2]


def everything(folder: Path) -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.mark.parametrize("kind", ["octodns", "master"])
def test_lint_and_audit_have_nothing_to_say_of_a_healthy_host(here: Path, capsys: Captured, kind: str) -> None:
    root = healthy(here)
    assert init(root, *KNOWN, "--zone-format", kind) == 0
    capsys.readouterr()
    assert main(["lint"]) == 0
    assert (
        "4 zones, 16 records: 0 errors, 0 warnings, 0 infos, 0 suppressed, 0 refused, 0 not"
        in capsys.readouterr().out
    )
    assert main(["audit", "host", "--root", root]) == 0
    assert "4 zones, 16 records: 0 errors, 0 warnings, 0 infos" in capsys.readouterr().out


def test_the_spec_of_a_healthy_host(here: Path, capsys: Captured) -> None:
    assert init(healthy(here), *KNOWN) == 0
    spec = Path("mailcheck.yaml").read_text("utf-8")
    assert "  example.com:\n    mail: full\n    policy: reject\n    reports: dmarc@example.com\n" in spec
    assert "    addresses: [192.0.2.25, '2001:db8::25']\n    helo: mail.example.com\n" in spec
    assert (
        "    roles: [mx, submission, forwarder]\n    selectors: [s202611]\n    srs-domain: srs.example.com\n"
        in spec
    )
    told = capsys.readouterr()
    assert "wrote mailcheck.yaml\nwrote zones/example.com.yaml\n" in told.out
    assert (
        told.err == "left to you:\n- Whether anything else sends for example.com, example.net (--sender NAME).\n"
    )


def test_keys_are_published_and_no_private_byte_is(here: Path, capsys: Captured) -> None:
    root = healthy(here)
    assert init(root, *KNOWN) == 0
    told = capsys.readouterr()
    written = everything(here) + told.out + told.err
    for domain in ("example.com", "example.net"):
        assert key_of(domain) in Path(f"zones/{domain}.yaml").read_text("utf-8")
        pem = dkim_key(domain).pem.decode("ascii").splitlines()
        assert not [line for line in pem[1:-1] if line in written]
    assert "PRIVATE" not in written
    secret = Path(root, "etc/postsrsd.secret").read_text("ascii").strip()
    assert secret not in written


def test_the_seed_is_asked_for_the_address_it_does_not_tell(here: Path, capsys: Captured) -> None:
    assert init(seed(here)) == 2
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("error: Postfix does not say which public addresses mail leaves from")
    assert told[1:] == ["hint: give them: --address 192.0.2.25 --address 2001:db8::25"]
    assert everything(here) == ""


def test_the_seed_gets_what_its_guide_does_by_hand(here: Path, capsys: Captured) -> None:
    options = ("--address", "192.0.2.25", "--reports", "postmaster@example.com", "--zone-format", "master")
    assert init(seed(here), *options) == 0
    zone = Path("zones/example.com.zone").read_text("utf-8")
    joined = zone.replace('" "', "")
    for line in (
        "@ 3600 IN MX 10 example.com.",
        "@ 3600 IN A 192.0.2.25",
        '@ 3600 IN TXT "v=spf1 a ~all"',
        '_dmarc 3600 IN TXT "v=DMARC1; p=none; rua=mailto:postmaster@example.com"',
        f'mail._domainkey 3600 IN TXT "v=DKIM1; k=rsa; p={key_of("example.com")}"',
    ):
        assert line in joined.splitlines()
    assert "25 3600 IN PTR example.com." in Path("zones/2.0.192.in-addr.arpa.zone").read_text("utf-8")
    err = capsys.readouterr().err
    assert "PostSRSd rewrites senders to `com`, which is no domain of yours: set SRS_DOMAIN" in err
    assert "srs-domain:" not in Path("mailcheck.yaml").read_text("utf-8").replace("as srs-domain", "")
    assert main(["lint", "--fail-on", "warning"]) == 0


def test_the_mailbox_for_reports_is_left_as_a_comment(here: Path, capsys: Captured) -> None:
    assert init(seed(here), "--address", "192.0.2.25") == 0
    zone = Path("zones/example.com.yaml").read_text("utf-8")
    assert "# Add `; rua=mailto:MAILBOX` with the mailbox that reads the reports (--reports).\n_dmarc:\n" in zone
    assert "value: v=DMARC1\\; p=none\n" in zone
    assert "- Add `; rua=mailto:MAILBOX`" in capsys.readouterr().err


def test_what_is_there_already_stays(here: Path, capsys: Captured) -> None:
    root = healthy(here)
    Path("mailcheck.yaml").write_text("mine\n")
    assert init(root, *KNOWN) == 2
    assert "mailcheck.yaml is there already, and nothing was written" in capsys.readouterr().err
    assert everything(here) == "mine\n"
    assert init(root, *KNOWN, "--force") == 0
    assert "mine" not in Path("mailcheck.yaml").read_text("utf-8")
    assert init(root, *KNOWN, "--force", "--zone-format", "master") == 2
    assert "zones/example.com.yaml holds this zone already" in capsys.readouterr().err


def test_a_dry_run_shows_and_writes_nothing(here: Path, capsys: Captured) -> None:
    assert init(healthy(here), *KNOWN, "--dry-run", "--output", "new") == 0
    out = capsys.readouterr().out
    assert out.startswith("# ==> new/mailcheck.yaml <==\n")
    assert "\n\n# ==> new/zones/example.com.yaml <==\n---\n" in out
    assert not list(here.iterdir())


def test_a_bundle_tells_the_same_as_the_tree(here: Path) -> None:
    root = healthy(here)
    assert main(["audit", "collect", "--root", root, "--output", "host.json"]) == 0
    assert init(root, *KNOWN, "--output", "one") == 0
    assert main(["init", "--from-host", "--bundle", "host.json", *KNOWN, "--output", "two"]) == 0
    assert everything(here / "one") == everything(here / "two")


def test_domains_that_are_named_are_the_ones(here: Path, capsys: Captured) -> None:
    root = healthy(here)
    assert init(root, "example.net", "example.org", *KNOWN) == 0
    spec = Path("mailcheck.yaml").read_text("utf-8")
    assert "  example.net:\n    mail: full\n" in spec
    assert "  example.org:\n    mail: send\n" in spec
    assert "  example.com:\n" not in spec
    zone = Path("zones/example.org.yaml").read_text("utf-8")
    assert "# DKIM: nothing signs the mail of example.org on this host.\n" in zone
    assert "type: MX" not in zone
    # Reports go to a domain that is none of ours, and yet its zone is written, for the host's own name.
    assert "Reports go to" not in zone
    assert "example.org._report._dmarc:\n" in Path("zones/example.com.yaml").read_text("utf-8")


def test_reports_across_domains_are_agreed_to(here: Path) -> None:
    assert init(healthy(here), *KNOWN) == 0
    assert "\nexample.net._report._dmarc:\n  ttl: 3600\n  type: TXT\n" in Path("zones/example.com.yaml").read_text(
        "utf-8"
    )


def test_services_besides_the_host(here: Path, capsys: Captured) -> None:
    assert init(healthy(here), *KNOWN, "--sender", "google-workspace", "--sender", "mailchimp") == 0
    zone = Path("zones/example.com.yaml").read_text("utf-8")
    assert "v=spf1 a:mail.example.com include:_spf.google.com ~all" in zone
    assert "k2._domainkey:\n  ttl: 3600\n  type: CNAME\n  value: dkim2.mcsv.net.\n" in zone
    assert "# Paste what Google Workspace shows for it: google._domainkey.example.com TXT v=DKIM1; p=...\n" in zone
    assert "senders: [google-workspace, mailchimp]" in Path("mailcheck.yaml").read_text("utf-8")
    assert "Whether anything else" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([Change(MAIN, "smtp_bind_address6 = 2001:db8::25\n", "")], "may also send over IPv6"),
        (
            [Change(MAIN, "relayhost =\n", "relayhost = [smtp.provider.example]\n")],
            "- Add what [smtp.provider.example] sends from",
        ),
        (
            [Change(MAIN, "relay_domains =\n", "relay_domains = branch.example\n")],
            "relays mail for branch.example",
        ),
        (
            [Change(MAIN, "virtual_alias_domains = example.net", "virtual_alias_domains = pcre:/etc/postfix/d")],
            "There may be more domains",
        ),
        ([Change(SRS, "SRS_DOMAIN=srs.example.com\n", "SRS_DOMAIN=$(cat x)\n")], "SRS domain is not determined"),
        ([Change(MAIN, "sender_canonical_maps = tcp:127.0.0.1:10001\n", "")], "Whether anything else"),
    ],
)
def test_what_the_host_leaves_open_is_said(here: Path, capsys: Captured, changes: list[Change], said: str) -> None:
    assert init(healthy(here, *changes), *KNOWN) == 0
    assert said in capsys.readouterr().err
    assert main(["lint", "--select", "spec-*"]) == 0


def test_a_host_that_hands_all_to_a_relay_is_not_in_spf(here: Path) -> None:
    assert init(healthy(here, Change(MAIN, "relayhost =\n", "relayhost = [smtp.provider.example]\n")), *KNOWN) == 0
    zone = Path("zones/example.com.yaml").read_text("utf-8")
    assert "# Add what [smtp.provider.example] sends from: mail of this host leaves through it." in zone
    assert "  value: v=spf1 ~all\n" in zone
    spec = Path("mailcheck.yaml").read_text("utf-8")
    assert "mail: full" in spec
    assert "roles: [mx, forwarder]" in spec


def test_a_host_with_neither_exchange_nor_delivery_needs_nothing(here: Path, capsys: Captured) -> None:
    changes = [
        Change(MAIN, "relayhost =\n", "relayhost = [smtp.provider.example]\n"),
        Change(MAIN, "inet_interfaces = all", "inet_interfaces = loopback-only"),
        Change(MAIN, "sender_canonical_maps = tcp:127.0.0.1:10001\n", ""),
    ]
    assert init(healthy(here, *changes), *KNOWN) == 2
    assert "takes no mail from outside and sends through [smtp.provider.example]" in capsys.readouterr().err


def test_a_host_behind_loopback_takes_no_mail(here: Path) -> None:
    changes = [Change(MAIN, "inet_interfaces = all", "inet_interfaces = loopback-only")]
    assert init(healthy(here, *changes), *KNOWN) == 0
    spec = Path("mailcheck.yaml").read_text("utf-8")
    assert "roles: [relay, forwarder]" in spec
    assert "mail: send" in spec
    assert "type: MX" not in Path("zones/example.net.yaml").read_text("utf-8")


def test_an_interface_that_is_named_is_an_address(here: Path) -> None:
    changes = [
        Change(MAIN, "smtp_bind_address = 192.0.2.25\nsmtp_bind_address6 = 2001:db8::25\n", ""),
        Change(MAIN, "inet_interfaces = all", "inet_interfaces = 127.0.0.1, 192.0.2.7"),
    ]
    assert init(healthy(here, *changes), *KNOWN) == 0
    assert "addresses: [192.0.2.7]" in Path("mailcheck.yaml").read_text("utf-8")


def test_a_private_address_is_none(here: Path, capsys: Captured) -> None:
    changes = [
        Change(MAIN, "smtp_bind_address = 192.0.2.25\n", "smtp_bind_address = 10.0.0.25\n"),
        Change(MAIN, "smtp_bind_address6 = 2001:db8::25\n", ""),
    ]
    assert init(healthy(here, *changes), *KNOWN) == 2
    assert "--address" in capsys.readouterr().err


def test_a_greeting_of_its_own_has_its_records(here: Path, capsys: Captured) -> None:
    changes = [Change(MAIN, "inet_protocols = all\n", "inet_protocols = all\nsmtp_helo_name = out.example.com\n")]
    assert init(healthy(here, *changes), *KNOWN) == 0
    assert "helo: out.example.com" in Path("mailcheck.yaml").read_text("utf-8")
    assert "value: out.example.com." in Path("zones/2.0.192.in-addr.arpa.yaml").read_text("utf-8")
    capsys.readouterr()
    assert main(["lint"]) == 0
    assert "0 errors, 0 warnings, 0 infos" in capsys.readouterr().out


def test_a_key_that_cannot_be_read_is_left_to_paste(here: Path, capsys: Captured) -> None:
    root = healthy(here)
    Path(root, "etc/dkimkeys/s202611.example.net.private").unlink()
    assert init(root, *KNOWN) == 0
    zone = Path("zones/example.net.yaml").read_text("utf-8")
    assert (
        "# DKIM: add the key s202611._domainkey.example.net here (/etc/dkimkeys/s202611.example.net.private:"
        in zone
    )
    assert "s202611._domainkey.example.net here" in capsys.readouterr().err


def test_an_ed25519_key_is_published_as_its_32_octets(here: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    key = Ed25519PrivateKey.generate()
    root = healthy(here)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    Path(root, "etc/dkimkeys/s202611.example.net.private").write_bytes(pem)
    assert init(root, *KNOWN) == 0
    from base64 import b64encode

    public = b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode("ascii")
    assert f"v=DKIM1\\; k=ed25519\\; p={public}" in Path("zones/example.net.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            [Change("/etc/mailname", "example.com", "mail.example.com")],
            "DKIM: the mail of mail.example.com is signed as",
        ),
        (
            [Change(DKIM, "refile:/etc/opendkim/KeyTable", "ldap://db/x")],
            "whether example.com is signed is not determined",
        ),
        (
            [Change("/etc/opendkim/KeyTable", "example.net:s202611:", "example.net:%:")],
            "the selector of example.net is not",
        ),
    ],
)
def test_what_signs_is_told_as_far_as_it_is_known(
    here: Path, capsys: Captured, changes: list[Change], said: str
) -> None:
    assert init(healthy(here, *changes), *KNOWN) == 0
    assert said in capsys.readouterr().err
    assert "\n    selectors: [s202611]\n    srs-domain" not in Path("mailcheck.yaml").read_text("utf-8")
    assert main(["lint", "--select", "spec-*"]) == 0


def test_a_kind_of_key_that_dkim_does_not_have(here: Path, capsys: Captured) -> None:
    root = healthy(here)
    path = "etc/dkimkeys/s202611.example.net.private"
    Path(root, path).write_bytes(host_pair().key)
    assert init(root, *KNOWN) == 0
    assert "DKIM has no ec keys" in capsys.readouterr().err


def test_a_host_without_opendkim(here: Path) -> None:
    root = healthy(here)
    for name in ("etc/opendkim.conf", "etc/default/opendkim"):
        Path(root, name).unlink()
    assert init(root, *KNOWN) == 0
    assert "# DKIM: OpenDKIM is not set up here" in Path("zones/example.com.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--host", "mail"], "`mail` is no full domain name"),
        (["--address", "mail"], "`mail` is no IP address"),
        (["--reports", "nobody"], "`nobody` is no mail address"),
        (["--sender", "sendgird"], "did you mean sendgrid?"),
        (["--bundle", "x"], "exclude each other"),
        (["--from-dns"], "exclude each other"),
        (["--resolver", "192.0.2.53"], "need `--from-dns`"),
        (["--limit", "dns-packets=1"], "need `--from-dns`"),
    ],
)
def test_wrong_options_are_one_line(here: Path, capsys: Captured, options: list[str], said: str) -> None:
    assert init(healthy(here), *options) == 2
    err = capsys.readouterr().err
    assert said in err
    assert len(err.splitlines()) <= 2


def test_a_host_without_a_full_name_is_asked_for_it(here: Path, capsys: Captured) -> None:
    changes = [Change(MAIN, "myhostname = mail.example.com\nmydomain = example.com\n", "myhostname = mail\n")]
    root = healthy(here, *changes)
    assert init(root, *KNOWN) == 2
    assert "hint: name it: --host mail.example.com" in capsys.readouterr().err
    assert init(root, *KNOWN, "--host", "mail.example.com") == 0


def test_a_host_that_names_no_domain_is_asked_for_them(here: Path, capsys: Captured) -> None:
    changes = [
        Change(MAIN, "virtual_mailbox_domains = example.com\nvirtual_alias_domains = example.net\n", ""),
        Change("/etc/mailname", "example.com", "localhost"),
        Change(DKIM, "SigningTable", "#SigningTable"),
    ]
    assert init(healthy(here, *changes), *KNOWN) == 2
    assert "hint: name your domains" in capsys.readouterr().err


def test_hostile_names_of_a_host_break_no_file(here: Path, capsys: Captured) -> None:
    changes = [
        Change(MAIN, "relayhost =\n", "relayhost = x\x1b]0;t\x07 # mailcheck: ignore[*] no until 2030-01-01\n"),
        Change(MAIN, "virtual_alias_domains = example.net", "virtual_alias_domains = example.net {#x:} 'a' *.b"),
    ]
    assert init(healthy(here, *changes), *KNOWN) == 0
    told = capsys.readouterr()
    assert "\x1b" not in everything(here) + told.out + told.err
    assert main(["lint"]) == 0
    assert "0 suppressed, 0 refused" in capsys.readouterr().out
