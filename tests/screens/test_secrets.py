"""A card's secret on the screen: what stands on its front is typed piece by piece, and no crash tells any of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot

from tests.screens.acting import SIZE, settle
from village_console.devices.ports import CardProof, Checked, CodeB, Pin, Wish
from village_console.tui.crash import crash_text
from village_console.tui.screens.own_card import proof_face
from village_console.tui.screens.secret import SecretPage
from village_console.words import Language, Words

if TYPE_CHECKING:
    from tests.screens.conftest import Act, Looks, Village

PIN = "0427"


def test_a_crash_with_a_secret_in_hand_tells_none_of_it() -> None:
    def show(secret: Pin | CodeB) -> None:
        raise RuntimeError(f"{secret} {secret.digits}")

    for secret in (Pin(PIN), CodeB("17050304270427")):
        with pytest.raises(RuntimeError) as caught:
            show(secret)
        assert secret.digits not in crash_text(caught.value, Words())
        assert secret.digits not in repr(secret)


async def test_a_crash_of_the_app_while_a_pin_is_typed_prints_no_digit(
    village: Village, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_page: SecretPage, result: object) -> None:
        raise RuntimeError(f"{result} {PIN}")

    async def type_it() -> None:
        async with village.app.run_test(size=SIZE) as pilot:
            village.app.push_screen(SecretPage(Wish.FACE_BY_PIN, 3))
            await settle(pilot)
            await pilot.press(*PIN, "enter")
            await settle(pilot)

    monkeypatch.setattr(SecretPage, "dismiss", broken)
    with pytest.raises(RuntimeError):
        await type_it()
    said = capsys.readouterr()
    assert PIN not in said.out + said.err
    assert "E000" in said.out + said.err


async def an_era(village: Village, pilot: Pilot[Any]) -> None:
    village.app.push_screen(SecretPage(Wish.FACE_BY_CODE_B, 10))
    await settle(pilot)


async def a_birth(village: Village, pilot: Pilot[Any]) -> None:
    await an_era(village, pilot)
    await pilot.press("3", "enter")
    await settle(pilot)
    await pilot.press(*"170503")
    await settle(pilot)


@pytest.mark.parametrize("act", [an_era, a_birth], ids=lambda act: act.__name__)
@pytest.mark.parametrize("language", Language)
def test_the_pages_of_code_b_look_as_they_did(
    looks_as_it_did: Looks, village: Village, act: Act, language: Language
) -> None:
    assert looks_as_it_did(village, act, language)


@pytest.mark.parametrize("language", Language)
def test_a_proof_says_what_was_not_checked(looks_as_it_did: Looks, village: Village, language: Language) -> None:
    async def act(village: Village, pilot: Pilot[Any]) -> None:
        await settle(pilot)
        village.app.desk.show(proof_face(CardProof(Checked.HOLDS, Checked.HOLDS, Checked.HOLDS), village.app.words))
        await settle(pilot)

    assert looks_as_it_did(village, act, language)
