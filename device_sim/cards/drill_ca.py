"""The certificate authority of one drill, shaped like JPKI's and impossible to mistake for it (docs/wires.md section 2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ORGANISATION = "VILLAGE-CONSOLE-DRILL"
POLICY = x509.ObjectIdentifier("2.25.87431926504113")

# A drill may be set in any year, so its CA outlives them all.
CA_BEGINS = datetime(2000, 1, 1, tzinfo=UTC)
CA_ENDS = datetime(2049, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DrillCa:
    """Issues the certificates of a drill's cards.

    All cards of a drill share one key pair for user authentication and one for signatures: a drill has hundreds of
    cards, and a key of its own for each would cost a minute before the first tap. The certificates still differ.
    """

    key: rsa.RSAPrivateKey
    auth_key: rsa.RSAPrivateKey
    sign_key: rsa.RSAPrivateKey
    auth_ca: bytes
    """DER of the issuer of authentication certificates (EF 000B)."""
    sign_ca: bytes
    """DER of the issuer of signature certificates (EF 0002)."""

    @classmethod
    def create(cls) -> DrillCa:
        """Make a CA with new keys (RSA-2048; some tenths of a second)."""
        key, auth_key, sign_key = _new_key(), _new_key(), _new_key()
        return cls(
            key, auth_key, sign_key, _own_certificate(key, _AUTH_ISSUER, 1), _own_certificate(key, _SIGN_ISSUER, 2)
        )

    def issue_auth(self, serial: int, common_name: str, not_before: datetime, not_after: datetime) -> bytes:
        """DER of a user authentication certificate; its subject is C=JP and an opaque name, nothing else."""
        builder = _builder(_AUTH_ISSUER, common_name, serial, not_before, not_after).public_key(
            self.auth_key.public_key()
        )
        builder = builder.add_extension(_key_usage(digital_signature=True), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        return self._sign(builder)

    def issue_sign(self, serial: int, common_name: str, not_before: datetime, not_after: datetime) -> bytes:
        """DER of a signature certificate; without name and address, which no part of the console may read from it."""
        builder = _builder(_SIGN_ISSUER, common_name, serial, not_before, not_after).public_key(
            self.sign_key.public_key()
        )
        usage = _key_usage(digital_signature=True, content_commitment=True)
        return self._sign(builder.add_extension(usage, critical=True))

    def _sign(self, builder: x509.CertificateBuilder) -> bytes:
        policy = x509.CertificatePolicies([x509.PolicyInformation(POLICY, None)])
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.add_extension(policy, critical=True).add_extension(issuer, critical=False)
        return builder.sign(self.key, SHA256()).public_bytes(Encoding.DER)


def opaque_name(serial: int) -> str:
    """A 23-character common name of the kind real cards carry: always the same for a serial number, and telling nothing."""
    return sha256(f"{ORGANISATION} {serial}".encode()).hexdigest()[:23].upper()


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _issuer(purpose: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"JPKI for {purpose}"),
        ]
    )


_AUTH_ISSUER = _issuer("user authentication")
_SIGN_ISSUER = _issuer("digital signature")


def _key_usage(
    *, digital_signature: bool = False, content_commitment: bool = False, authority: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _builder(
    issuer: x509.Name, common_name: str, serial: int, not_before: datetime, not_after: datetime
) -> x509.CertificateBuilder:
    country = x509.NameAttribute(NameOID.COUNTRY_NAME, "JP")
    subject = x509.Name([country, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    builder = x509.CertificateBuilder().issuer_name(issuer).subject_name(subject).serial_number(serial)
    return builder.not_valid_before(not_before).not_valid_after(not_after)


def _own_certificate(key: rsa.RSAPrivateKey, name: x509.Name, serial: int) -> bytes:
    builder = x509.CertificateBuilder().issuer_name(name).subject_name(name).serial_number(serial)
    builder = builder.not_valid_before(CA_BEGINS).not_valid_after(CA_ENDS).public_key(key.public_key())
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_key_usage(authority=True), critical=True)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return builder.add_extension(identifier, critical=False).sign(key, SHA256()).public_bytes(Encoding.DER)
