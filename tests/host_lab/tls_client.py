"""What a client sees of a host's TLS, what the audit says of it, and certificates changed under a running host."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from tests.host_lab.told import LOUD
from tests.lab.mail_host.host import OUTSIDE, MailHost
from tests.lab.mail_host.identity import HOST
from tests.lab.mail_host.tree import Change, settle

ARCHIVE = f"etc/letsencrypt/archive/{HOST}"


@contextmanager
def changed_host(
    host: MailHost, *changes: Change, certificate: bytes | None = None, key: bytes | None = None
) -> Iterator[None]:
    """Postfix with changes that replace text, with another certificate and key, until the context ends."""
    old = {name: (host.tree.root / ARCHIVE / name).read_bytes() for name in ("fullchain1.pem", "privkey1.pem")}
    new = {"fullchain1.pem": certificate, "privkey1.pem": key}
    try:
        _write(host, {name: octets for name, octets in new.items() if octets is not None})
        with host.changed(*changes):
            host.restart("postfix")
            yield
    finally:
        _write(host, old)
        host.restart("postfix")


def features(host: MailHost, service: str = "smtp") -> set[str]:
    """What EHLO offers to a stranger."""
    with host.connect(service, client=OUTSIDE) as smtp:
        smtp.ehlo()
        return set(smtp.esmtp_features)


def starttls(host: MailHost) -> int:
    """The code that STARTTLS gets."""
    with host.connect(client=OUTSIDE) as smtp:
        smtp.ehlo()
        return smtp.docmd("STARTTLS")[0]


def refusal(host: MailHost, name: str = HOST) -> str:
    """Why a sender that verifies the host's certificate does not go on, empty where it does."""
    context = ssl.create_default_context(cafile=str(host.tree.ca))
    smtp = host.connect(client=OUTSIDE)
    smtp._host = name  # type: ignore[attr-defined]  # the name it wants to reach, not the address it has
    try:
        smtp.starttls(context=context)
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    except (ssl.SSLError, smtplib.SMTPException, OSError) as error:
        return type(error).__name__
    finally:
        smtp.close()
    return ""


def loud_lines(log: str) -> list[str]:
    """The lines of warning or error about services of the network."""
    return [line for line in log.splitlines() if "smtpd[" in line and any(word in line for word in LOUD)]


def _write(host: MailHost, files: dict[str, bytes]) -> None:
    for root in (host.tree.root, host.folder):
        for name, octets in files.items():
            (root / ARCHIVE / name).write_bytes(octets)
            settle(root / ARCHIVE / name)
