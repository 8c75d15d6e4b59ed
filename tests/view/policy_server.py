"""A TLS server on loopback that says what a test wrote down, and the certificates for it."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK = ip_address("127.0.0.1")
HOST = "mta-sts.example.com"
POLICY = "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmax_age: 604800\r\n"

Script = Callable[[socket.socket], None]


class Authority:
    """Issues certificates; `trust_store` is the file that a client needs to believe them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
        certificate = self._builder("test authority", self._name, self._key, 30)
        certificate = certificate.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.trust_store = folder / "authority.pem"
        self.trust_store.write_bytes(
            certificate.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )

    def context(self, name: str = HOST, days: int = 30, self_signed: bool = False) -> ssl.SSLContext:
        """A server's context with a certificate for `name` that ends in so many days."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = self._builder(name, subject if self_signed else self._name, key, days)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        certificate = builder.sign(key if self_signed else self._key, hashes.SHA256())
        file = self._folder / f"{name}-{days}-{self_signed}.pem"
        file.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _builder(
        self, name: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=60))
            .not_valid_after(now + timedelta(days=days))
        )


class Server(NamedTuple):
    """`requests` are the heads of the requests that arrived, `names` the server names of the TLS hellos."""

    port: int
    requests: list[str]
    names: list[str]


@contextlib.contextmanager
def serve(script: Script, context: ssl.SSLContext | None) -> Iterator[Server]:
    """Run `script` on each connection, after the TLS handshake and the request unless there is no context."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(listener.getsockname()[1], [], [])
    threads: list[threading.Thread] = []
    if context is not None:
        context.sni_callback = lambda _, name, __: server.names.append(name)

    def handle(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.enter_context(connection)
            connection.settimeout(20)
            if context is not None:
                connection = stack.enter_context(context.wrap_socket(connection, server_side=True))
                server.requests.append(_request(connection))
            script(connection)
            if isinstance(connection, ssl.SSLSocket):
                connection.unwrap()

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threads.append(threading.Thread(target=handle, args=(connection,)))
                threads[-1].start()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        acceptor.join()
        for thread in threads:
            thread.join()


def _request(connection: socket.socket) -> str:
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(4096)
        if not part:
            break
        head += part
    return head.decode("latin-1")


def say(octets: bytes) -> Script:
    return lambda connection: connection.sendall(octets)


def answer(
    body: bytes = POLICY.encode(), status: str = "200 OK", headers: str = "Content-Type: text/plain\r\n"
) -> Script:
    return say(f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body)
