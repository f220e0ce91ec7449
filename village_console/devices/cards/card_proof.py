"""A card proves itself: it signs a challenge of ours, by a certificate that an authority we have pinned gave out.

Revocation is not checked: lists are open to accredited verifiers alone (reference/cards.md 1.5). Never call a card valid.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from village_console.devices.cards import my_number, pin_care
from village_console.devices.cards.gate import AUTHENTICATION_PIN, JPKI
from village_console.devices.cards.transport import CardGoneError, Transport, select_once_more
from village_console.devices.ports import CardProof, CardRead, Checked, Pin, Refusal, Refused, TriesLeft
from village_console.village.run_mode import World

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

CHALLENGE_BYTES = 32
_PURPOSE = b"village-console card proof 1"
"""Begins whatever is signed, so that a signature of this desk is a login nowhere else."""


def tries_left(transport: Transport, world: World) -> TriesLeft | Refused:
    """How often the authentication PIN may still be wrong; costs none."""
    try:
        if not select_once_more(transport, JPKI).ok:
            return Refused(Refusal.NOT_THIS_KIND)
        content = my_number.read_certificate(transport)
        card = my_number.identify(content) if content else None
        if not isinstance(card, CardRead) or card.world is not world:
            return Refused(Refusal.NOT_THIS_KIND)
        left = pin_care.tries_left(transport, AUTHENTICATION_PIN)
    except CardGoneError:
        return Refused(Refusal.GONE)
    return TriesLeft(left) if left else pin_care.forbids(left, dares_last_try=True) or Refused(Refusal.NOT_THIS_KIND)


def prove(
    transport: Transport,
    world: World,
    pin: Pin,
    authorities: Sequence[Certificate],
    now: datetime,
    *,
    dares_last_try: bool = False,
) -> CardProof | Refused:
    """Show the authentication PIN once and let the card sign; no `authorities` are pinned: nobody can know of whom it is.

    The card must be without power before anybody else has it.
    """
    try:
        if not select_once_more(transport, JPKI).ok:
            return Refused(Refusal.NOT_THIS_KIND)
        content = my_number.read_certificate(transport)
        card = my_number.identify(content) if content else None
        if content is None or not isinstance(card, CardRead) or card.world is not world:
            return Refused(Refusal.NOT_THIS_KIND)
        refused = pin_care.open_with(
            transport, AUTHENTICATION_PIN, pin.digits, pin_care.PIN_DIGITS, dares_last_try=dares_last_try
        )
        if refused:
            return refused
        statement = _PURPOSE + secrets.token_bytes(CHALLENGE_BYTES)
        signature = my_number.sign(transport, statement)
    except CardGoneError:
        return Refused(Refusal.GONE)
    return _judge(content, statement, signature, authorities, now) if signature else Refused(Refusal.UNREADABLE)


def read_authorities(path: Path | None) -> tuple[Certificate, ...]:
    """The pinned authorities, PEM, any number of generations; none when there is no such file or it holds none."""
    from cryptography import x509  # noqa: PLC0415 -- slow import

    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes())) if path else ()
    except (OSError, ValueError):
        return ()


def _judge(
    content: bytes, statement: bytes, signature: bytes, authorities: Sequence[Certificate], now: datetime
) -> CardProof:
    from cryptography import x509  # noqa: PLC0415 -- slow import

    with my_number.quiet():
        certificate = x509.load_der_x509_certificate(content)  # it was read once already
        issuer = next((ca for ca in authorities if _issued(certificate, ca)), None)
        lasting = [certificate] if issuer is None else [certificate, issuer]
        in_time = all(one.not_valid_before_utc <= now <= one.not_valid_after_utc for one in lasting)
        return CardProof(
            signature=_said(_signed(certificate, statement, signature)),
            authority=_said(issuer is not None) if authorities else Checked.CANNOT_KNOW,
            dates=_said(in_time),
        )


def _said(holds: bool) -> Checked:  # noqa: FBT001 -- it is the answer
    return Checked.HOLDS if holds else Checked.FAILS


def _issued(certificate: Certificate, authority: Certificate) -> bool:
    """By signature: the generations of the authority have one name and different keys."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415 -- slow import

    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _signed(certificate: Certificate, statement: bytes, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415 -- slow import
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415 -- slow import
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415 -- slow import
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 -- slow import

    try:
        key = certificate.public_key()
        if not isinstance(key, RSAPublicKey):
            return False
        key.verify(signature, statement, PKCS1v15(), SHA256())
    except (ValueError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
