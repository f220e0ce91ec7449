"""How a secret is shown to a card: its tries are asked first, the last is not spent unasked, and it is sent once."""

from __future__ import annotations

from village_console.devices.cards.transport import Response, Transport, select_file
from village_console.devices.ports import Refusal, Refused

PIN_DIGITS = 4
_TRIES_LEFT, _BLOCKED = 0x63C0, (0x6983, 0x6984)
_VERIFY = bytes([0x00, 0x20, 0x00, 0x80])


def tries_left(transport: Transport, file: int) -> int | None:
    """How often the secret in a file may still be wrong; costs none. None: the card has no such secret.

    A card that does not say is taken to have one. The file is selected afterwards. Raises CardGoneError.
    """
    if not select_file(transport, file).ok:
        return None
    answer = transport.send(_VERIFY)
    if answer.sw in _BLOCKED:
        return 0
    return answer.sw & 0xF if answer.sw & 0xFFF0 == _TRIES_LEFT else 1


def forbids(left: int | None, *, dares_last_try: bool) -> Refused | None:
    """Why no secret may be sent to a card with so many tries left; None: one may."""
    if left is None:
        return Refused(Refusal.NOT_THIS_KIND)
    if left == 0:
        return Refused(Refusal.BLOCKED, 0)
    return Refused(Refusal.LAST_TRY, left) if left == 1 and not dares_last_try else None


def show(transport: Transport, digits: str, length: int, left: int | None) -> Refused | None:
    """Send a secret to the file that `tries_left` selected; None when it was right. Raises CardGoneError.

    What has not so many digits is not sent.
    """
    if len(digits) != length or not (digits.isascii() and digits.isdecimal()):
        return Refused(Refusal.NO_PIN, left)
    shown = transport.send(_VERIFY + bytes([length]) + digits.encode("ascii"))
    return None if shown.ok else _refused(shown)


def open_with(
    transport: Transport, file: int, digits: str, length: int, *, dares_last_try: bool = False
) -> Refused | None:
    """All three, for a secret that somebody has typed already; None when it was right. Raises CardGoneError."""
    left = tries_left(transport, file)
    return forbids(left, dares_last_try=dares_last_try) or show(transport, digits, length, left)


def _refused(shown: Response) -> Refused:
    left = 0 if shown.sw in _BLOCKED else shown.sw & 0xF if shown.sw & 0xFFF0 == _TRIES_LEFT else None
    return Refused(Refusal.BLOCKED if left == 0 else Refusal.WRONG_PIN, left)
