"""Who may do what. Reception, needs, visits and every undo are everybody's, signed in or not."""

from __future__ import annotations

from village_console.operators.facts import Role

FEWEST_CHARACTERS = 8
"""Of an operator's passphrase: it opens no record, and slips cost time."""
_LEADERS = frozenset({Role.HEAD, Role.CLERK, Role.COORDINATOR})
_TOWN_HALL = frozenset({Role.HEAD, Role.CLERK})
WANTS: dict[str, frozenset[Role]] = {
    "order": _LEADERS,
    "narrow": _LEADERS,
    "lift": _LEADERS,
    "release": _LEADERS,
    "cancel": _LEADERS,
    "register_tv": _TOWN_HALL,
    "withdraw": _TOWN_HALL,
}
"""Acts with an effect beyond the shelter, by the name of their command, and the roles that may do them."""


def may(act: str, role: Role | None, *, led: bool) -> bool:
    """Whether an act is done; `led`: somebody with the role for it is listed. Before that nobody could ever allow it."""
    wanted = WANTS.get(act)
    return wanted is None or not led or role in wanted


def is_passphrase(typed: str) -> bool:
    """Whether it is long enough and more than one character again and again."""
    return len(typed) >= FEWEST_CHARACTERS and len(set(typed)) > FEWEST_CHARACTERS // 2
