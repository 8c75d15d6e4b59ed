"""What the system tells of the example host beside its files: owners, modes, sockets and listeners."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_address

from mailcheck.model.machine import Machine, Queue

READ_AT = datetime(2026, 11, 1, tzinfo=UTC)
STARTED = datetime(2026, 10, 20, tzinfo=UTC)
CHANGED = datetime(2026, 10, 1, tzinfo=UTC).timestamp()

MACHINE = Machine(
    read_at=READ_AT,
    live=True,
    as_root=True,
    uname="mail",
    addresses=(ip_address("192.0.2.25"), ip_address("2001:db8::25")),
    unix_listeners=frozenset({"/var/spool/postfix/opendkim/opendkim.sock", "/var/spool/postfix/private/auth"}),
    tcp_listeners=frozenset({
        "0.0.0.0:25", "[::]:25", "0.0.0.0:465", "[::]:465", "0.0.0.0:587", "[::]:587",
        "127.0.0.1:10001", "127.0.0.1:10002",
    }),
    postfix_version="3.7.11",
    map_types=frozenset({
        "btree", "cidr", "hash", "inline", "pcre", "proxy", "regexp", "socketmap", "static", "tcp", "texthash",
    }),
    postfix_started=STARTED,
    queue=Queue(0, None),
)  # fmt: skip

MODES: dict[str, tuple[int, str, str]] = {
    "/etc/dkimkeys": (0o700, "opendkim", "opendkim"),
    "/etc/dkimkeys/s202611.example.com.private": (0o600, "opendkim", "opendkim"),
    "/etc/dkimkeys/s202611.example.net.private": (0o600, "opendkim", "opendkim"),
    "/etc/letsencrypt/live": (0o700, "root", "root"),
    "/etc/letsencrypt/live/mail.example.com/privkey.pem": (0o600, "root", "root"),
    "/etc/postsrsd.secret": (0o600, "root", "root"),
    "/var/spool/postfix/opendkim": (0o750, "opendkim", "postfix"),
    "/var/spool/postfix/private": (0o700, "postfix", "root"),
}

SOCKETS: dict[str, tuple[int, str, str]] = {
    "/var/spool/postfix/opendkim/opendkim.sock": (0o770, "opendkim", "postfix"),
    "/var/spool/postfix/private/auth": (0o660, "postfix", "postfix"),
}
