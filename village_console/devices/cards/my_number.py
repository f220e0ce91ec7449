"""個人番号カード: the user authentication certificate of the JPKI application, which a card gives to anybody.

Only what stands in `READABLE` is ever selected. The My Number itself (text file 0001, visual file 0005) and code A are not.
"""

from __future__ import annotations

import warnings

from village_console.devices.cards.transport import Response, Transport, read_by_short_id, select_application
from village_console.devices.ports import CardRead, CardUnreadable, CardUnusable, Tap
from village_console.village.run_mode import World

KIND = "my_number"
JPKI = bytes.fromhex("D392F000260100000001")
USER_AUTHENTICATION_CERTIFICATE = 0x0A
READABLE = frozenset({(JPKI, USER_AUTHENTICATION_CERTIFICATE)})
"""Every (application, file) that this program may select."""
DRILL_POLICY = "2.25.87431926504113"
"""Policy of the simulator's certificates, outside JPKI's arc."""
LARGEST_CERTIFICATE = 4096
_LONG_DER = 0x82


def read(transport: Transport) -> Tap:
    """Read what tells this card from others; raises CardGoneError when it leaves too soon."""
    selected = _select_once_more(transport)
    if not selected.ok:
        return CardUnusable()
    certificate = _certificate(transport)
    return CardUnreadable() if certificate is None else _identify(certificate)


def _select_once_more(transport: Transport) -> Response:
    """Select; some cards answer 6F00 to the first command after power-up, and are asked again."""
    first = select_application(transport, JPKI)
    return select_application(transport, JPKI) if first.sw == 0x6F00 else first


def _certificate(transport: Transport) -> bytes | None:
    first = read_by_short_id(transport, USER_AUTHENTICATION_CERTIFICATE, 0)
    if not first.ok or len(first.data) < 4 or first.data[:2] != bytes([0x30, _LONG_DER]):
        return None
    length = int.from_bytes(first.data[2:4], "big") + 4
    data = first.data
    while len(data) < length <= LARGEST_CERTIFICATE:
        more = read_by_short_id(transport, USER_AUTHENTICATION_CERTIFICATE, len(data))
        if not more.ok or not more.data:
            return None
        data += more.data
    return data[:length] if len(data) >= length else None


def _identify(certificate: bytes) -> Tap:
    from cryptography import x509  # noqa: PLC0415 -- slow import
    from cryptography.x509.oid import NameOID  # noqa: PLC0415 -- slow import

    broken = (ValueError, IndexError, x509.InvalidVersion, x509.ExtensionNotFound, x509.DuplicateExtension,
              x509.UnsupportedGeneralNameType)  # fmt: skip
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a serial number that is not positive it would print over the screen
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
