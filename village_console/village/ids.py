"""Identifiers. A resident of a register gets the same id on every laptop that imports the same file."""

from __future__ import annotations

import uuid
from typing import NewType

ResidentId = NewType("ResidentId", str)
HouseholdId = NewType("HouseholdId", str)
TelevisionId = NewType("TelevisionId", str)
ShelterId = NewType("ShelterId", str)
OrderId = NewType("OrderId", str)
CardToken = NewType("CardToken", str)
FactHash = NewType("FactHash", str)
Operator = NewType("Operator", str)

NOT_SIGNED_IN = Operator("not_signed_in")
"""Reception never waits for a sign-in; the absence of one is a named value."""

ARCHIVE = ShelterId("ARCHIVE")
"""Where an archive (保存庫) stands: no shelter. No desk is opened there, so nothing is missed while it is silent."""

_REGISTER = uuid.UUID("5d2c6b1e-7a54-4f0b-9a0e-3f6d8c1b2a90")


def resident_id(municipality: str, register_number: str) -> ResidentId:
    """Derive a resident's id from the municipality code and the number in its register (住民番号)."""
    return ResidentId(f"resident:{uuid.uuid5(_REGISTER, f'{municipality}/{register_number}')}")


def household_id(municipality: str, number: str) -> HouseholdId:
    """Derive a household's id from the municipality code and the household number (世帯番号)."""
    return HouseholdId(f"household:{municipality}/{number}")


def television_id(municipality: str, device: str) -> TelevisionId:
    """Derive a television's id from the municipality code and its set-top's device name (端末番号)."""
    return TelevisionId(f"television:{municipality}/{device}")
