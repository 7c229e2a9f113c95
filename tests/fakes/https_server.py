"""An HTTPS server on loopback that answers what a test says, with an authority of its own."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Script = Callable[[bytes, socket.socket], None]


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: tuple[x509.Name, ec.EllipticCurvePrivateKey],
    *,
    days: int,
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    names: list[x509.GeneralName] = [x509.DNSName(subject)]
    if subject == "localhost":
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(issuer[0])
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=20))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=subject == "authority", path_length=None), critical=True)
    )
    return builder.sign(issuer[1], hashes.SHA256())


class Authority:
    """A certificate authority with the servers' contexts it makes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._own = _certificate("authority", self._key, (_name("authority"), self._key), days=10)
        self.trusted = folder / "authority.pem"
        self.trusted.write_bytes(self._own.public_bytes(Encoding.PEM))

    def server(self, subject: str = "localhost", *, days: int = 10) -> ssl.SSLContext:
        """Return the context of a server with a certificate for a name."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(subject, key, (self._own.subject, self._key), days=days)
        file = self.folder / f"{subject}{days}.pem"
        file.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + certificate.public_bytes(Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def client(self) -> ssl.SSLContext:
        """Return the context of a client that trusts this authority alone."""
        return ssl.create_default_context(cafile=str(self.trusted))


def _receive(connection: socket.socket) -> bytes:
    """Return a whole request: its head and as many bytes of body as it says."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            return received
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def serving(script: Script, context: ssl.SSLContext | None) -> Iterator[tuple[int, list[bytes]]]:
    """Serve on loopback until the block ends; yields the port and the requests that came."""
    requests: list[bytes] = []
    ends = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.05)

    def serve() -> None:
        while not ends.is_set():
            try:
                plain, _ = listening.accept()
            except TimeoutError:
                continue
            plain.settimeout(5)
            with plain:
                try:
                    connection = context.wrap_socket(plain, server_side=True) if context else plain
                    with connection:
                        request = _receive(connection)
                        if request:
                            requests.append(request)
                            script(request, connection)
                except OSError:
                    continue

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()[1], requests
    finally:
        ends.set()
        thread.join()
        listening.close()
