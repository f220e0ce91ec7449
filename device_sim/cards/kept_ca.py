"""The card authority of one town's folder: made once, so that a console can pin it (docs/wires.md section 2)."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from device_sim.cards.drill_ca import DrillCa

CERTIFICATE = "card_ca.pem"
"""The authority of the authentication certificates, for consoles to pin."""
KEYS = "card_ca_keys.pem"
"""Everything else; the simulator's own."""
_END = b"-----END PRIVATE KEY-----\n"


def ca_of(folder: Path) -> DrillCa:
    """The authority of a folder, made when there is none; raises OSError, and ValueError when its file holds none."""
    certificate, keys = folder / CERTIFICATE, folder / KEYS
    if keys.exists() and certificate.exists():
        return _read(keys.read_bytes())
    ca = DrillCa.create()
    _write_whole(certificate, _pem(ca.auth_ca))
    _write_whole(
        keys, b"".join(map(_private, (ca.key, ca.auth_key, ca.sign_key))) + _pem(ca.auth_ca) + _pem(ca.sign_ca)
    )
    return ca


def _read(kept: bytes) -> DrillCa:
    *blocks, certificates = kept.split(_END)
    keys = [load_pem_private_key(block + _END, None) for block in blocks]
    auth_ca, sign_ca = (ca.public_bytes(Encoding.DER) for ca in x509.load_pem_x509_certificates(certificates))
    key, auth_key, sign_key = (key for key in keys if isinstance(key, RSAPrivateKey))
    return DrillCa(key, auth_key, sign_key, auth_ca, sign_ca)


def _pem(certificate: bytes) -> bytes:
    return x509.load_der_x509_certificate(certificate).public_bytes(Encoding.PEM)


def _private(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write_whole(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.touch(0o600)
    part.write_bytes(content)
    part.replace(path)
