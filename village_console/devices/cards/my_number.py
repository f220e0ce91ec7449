"""個人番号カード: the user authentication certificate of the JPKI application, which a card gives to anybody.

Only what `gate.py` lets pass is ever selected. The My Number itself (text file 0001, visual file 0005) and code A are not.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Generator
from contextlib import contextmanager

from village_console.devices.cards.gate import AUTHENTICATION_CERTIFICATE, AUTHENTICATION_KEY, JPKI, SIGN
from village_console.devices.cards.transport import Transport, read_by_short_id, select_file, select_once_more
from village_console.devices.ports import CardRead, CardUnreadable, CardUnusable, Tap
from village_console.village.run_mode import World

KIND = "my_number"
DRILL_POLICY = "2.25.87431926504113"
"""Policy of the simulator's certificates, outside JPKI's arc."""
LARGEST_CERTIFICATE = 4096
SIGNATURE_BYTES = 256
_LONG_DER = 0x82
_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def read(transport: Transport) -> Tap:
    """Read what tells this card from others; raises CardGoneError when it leaves too soon."""
    if not select_once_more(transport, JPKI).ok:
        return CardUnusable()
    certificate = read_certificate(transport)
    return CardUnreadable() if certificate is None else identify(certificate)


def read_certificate(transport: Transport) -> bytes | None:
    """DER of the certificate, JPKI being selected; None when there is something else. Raises CardGoneError."""
    first = read_by_short_id(transport, AUTHENTICATION_CERTIFICATE, 0)
    if not first.ok or len(first.data) < 4 or first.data[:2] != bytes([0x30, _LONG_DER]):
        return None
    length = int.from_bytes(first.data[2:4], "big") + 4
    data = first.data
    while len(data) < length <= LARGEST_CERTIFICATE:
        more = read_by_short_id(transport, AUTHENTICATION_CERTIFICATE, len(data))
        if not more.ok or not more.data:
            return None
        data += more.data
    return data[:length] if len(data) >= length else None


@contextmanager
def quiet() -> Generator[None]:
    """While a certificate is taken apart: of one that is not as it should be the library would print over the screen."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def sign(transport: Transport, statement: bytes) -> bytes | None:
    """RSA-2048 PKCS#1 v1.5 over SHA-256 with the authentication key, its PIN having been shown.

    None when the card gives no signature. Raises CardGoneError.
    """
    info = _SHA256_INFO + hashlib.sha256(statement).digest()
    if not select_file(transport, AUTHENTICATION_KEY).ok:
        return None
    signed = transport.send(SIGN + bytes([len(info)]) + info + b"\x00")
    return signed.data if signed.ok and len(signed.data) == SIGNATURE_BYTES else None


def identify(certificate: bytes) -> CardRead | CardUnreadable:
    """What a certificate tells of its card."""
    from cryptography import x509  # noqa: PLC0415 -- slow import
    from cryptography.x509.oid import NameOID  # noqa: PLC0415 -- slow import

    broken = (ValueError, IndexError, x509.InvalidVersion, x509.ExtensionNotFound, x509.DuplicateExtension,
              x509.UnsupportedGeneralNameType)  # fmt: skip
    try:
        with quiet():
            parsed = x509.load_der_x509_certificate(certificate)
            serial = parsed.serial_number
            issuer = str(parsed.issuer.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value)
            policies = parsed.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except broken:
        return CardUnreadable()
    if serial <= 0:
        return CardUnreadable()
    simulated = any(policy.policy_identifier.dotted_string == DRILL_POLICY for policy in policies)
    identifier = serial.to_bytes(max(1, (serial.bit_length() + 7) // 8), "big")
    return CardRead(KIND, issuer, identifier, World.SIMULATED if simulated else World.PHYSICAL)
