"""A certificate authority for trying things out on one machine: nobody trusts it who is not told to."""

from __future__ import annotations

import datetime as dt
import ipaddress
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pathlib import Path

_AUTHORITY: Final = "edge-engine, this machine alone"
_DAYS: Final = 2


def make_certificates(folder: Path, *names: str) -> Path:
    """Write ``<name>.pem``, key and certificate of a server on loopback, for each name; readable by the owner alone.

    The authority's own key is forgotten: nothing more can be signed by it.

    Returns:
        The file of the authority, for those who shall trust these servers.
    """
    key, issuer = ec.generate_private_key(ec.SECP256R1()), _name(_AUTHORITY)
    trusted = folder / "authority.pem"
    trusted.write_bytes(_sign(issuer, key.public_key(), issuer, key, ca=True).public_bytes(Encoding.PEM))
    for name in names:
        own = ec.generate_private_key(ec.SECP256R1())
        certificate = _sign(_name(name), own.public_key(), issuer, key, ca=False)
        file = folder / f"{name}.pem"
        file.touch(0o600)
        file.write_bytes(
            own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + certificate.public_bytes(Encoding.PEM)
        )
    return trusted


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _sign(
    subject: x509.Name,
    public: ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    *,
    ca: bool,
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    loopback = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        # An hour back and days ahead: clocks of one machine do not differ, but may be set amid a run.
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName(loopback), critical=False)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .add_extension(_usage(ca=ca), critical=True)
        .sign(key, hashes.SHA256())
    )


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        key_cert_sign=ca,
        crl_sign=ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
