"""OpenSC's own tools as judge of the simulated card: what they read and verify, not what we think of ourselves."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from device_sim.cards.drill_ca import DrillCa
from device_sim.cards.issue import Issue
from device_sim.cards.my_number import CONTACT_ATR, VirtualMyNumberCard
from tests.integration.pcscd import Pcscd, run_pcscd
from tests.town import wait_until

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("pcscd")]
pcscd = pytest.fixture(scope="module")(run_pcscd)

CA = DrillCa.create()
ISSUE = Issue.plain(0x0123_4567, datetime(2026, 11, 3, tzinfo=UTC))
CONTACTLESS_ATR = bytes.fromhex("3B888001000041E0B381A1003B")
MESSAGE = "避難所受付".encode()
AUTH = CA.issue_auth(ISSUE.serial, ISSUE.common_name, ISSUE.not_before, ISSUE.not_after)
READER = ("--reader", "0")


def ask(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([tool, *READER, *arguments], capture_output=True, text=True, check=False, timeout=30)


def said(tool: str, *arguments: str) -> str:
    done = ask(tool, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def der(pem: str) -> bytes:
    return x509.load_pem_x509_certificate(pem[pem.index("-----BEGIN") :].encode()).public_bytes(Encoding.DER)


def tries_left() -> list[str]:
    """Of the PIN for authentication and the password for signatures."""
    return re.findall(r"Tries left\s*: (\d)", said("pkcs15-tool", "--list-pins"))


def shown() -> str:
    """The ATR of the card on the reader; empty when there is none."""
    return ask("opensc-tool", "--atr").stdout.replace(":", "").strip()


@pytest.fixture(params=[CONTACT_ATR, CONTACTLESS_ATR], ids=["contact", "contactless"])
def card(request: pytest.FixtureRequest, pcscd: Pcscd) -> Iterator[VirtualMyNumberCard]:
    """A card on the first reader, whichever way it is held there."""
    card = VirtualMyNumberCard(CA, ISSUE, atr=request.param)
    assert wait_until(lambda: not shown())  # the card of the test before may still be thought to lie there
    with pcscd.lay(card) as link:
        link.start()
        # The tools' own `--wait` would wait for the next card when this one lies there already.
        assert wait_until(lambda: shown() == card.atr.hex())
        yield card
        assert card.tripped == []


def test_opensc_takes_the_card_for_a_jpki_card(card: VirtualMyNumberCard) -> None:
    assert said("opensc-tool", "--name").strip().lower() == "jpki"
    assert bytes.fromhex(said("opensc-tool", "--atr").replace(":", "")) == card.atr


def test_the_certificates_that_opensc_reads_are_those_on_the_card_byte_by_byte(card: VirtualMyNumberCard) -> None:
    assert card
    assert der(said("pkcs15-tool", "--read-certificate", "01")) == AUTH
    assert der(said("pkcs15-tool", "--read-certificate", "03")) in {CA.auth_ca, CA.sign_ca}
    assert der(said("pkcs15-tool", "--read-certificate", "04")) in {CA.auth_ca, CA.sign_ca}


def test_the_signature_certificate_is_read_with_its_password_and_not_without(card: VirtualMyNumberCard) -> None:
    assert card
    with_password = ("--verify-pin", "--auth-id", "02", "--pin", ISSUE.sign_password)
    opened = der(said("pkcs15-tool", "--read-certificate", "02", *with_password))
    assert x509.load_der_x509_certificate(opened).serial_number == ISSUE.serial + 1
    assert "BEGIN CERTIFICATE" not in ask("pkcs15-tool", "--read-certificate", "02").stdout


def test_a_wrong_pin_is_refused_and_costs_one_try_until_the_right_one_comes(card: VirtualMyNumberCard) -> None:
    assert card
    wrong = ask("pkcs15-tool", "--verify-pin", "--auth-id", "01", "--pin", "9999")
    assert wrong.returncode != 0
    assert "PIN code or key incorrect" in wrong.stdout + wrong.stderr
    assert tries_left() == ["2", "5"]
    said("pkcs15-tool", "--verify-pin", "--auth-id", "01", "--pin", ISSUE.auth_pin)
    said("opensc-tool", "--reset")  # until then the PIN is open, the card says 9000 for its tries, and OpenSC gives up
    assert tries_left() == ["3", "5"]


@pytest.mark.parametrize(("key", "pin"), [("01", ISSUE.auth_pin), ("02", ISSUE.sign_password)])
def test_openssl_verifies_what_the_card_signs(card: VirtualMyNumberCard, tmp_path: Path, key: str, pin: str) -> None:
    assert card
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    owner = CA.auth_key if key == "01" else CA.sign_key
    public = owner.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for name, content in (("message", MESSAGE), ("hash", sha256(MESSAGE).digest()), ("public", public)):
        (tmp_path / name).write_bytes(content)
    files = ("--input", str(tmp_path / "hash"), "--output", str(tmp_path / "signature"))
    said("pkcs15-crypt", "--sign", "--key", key, "--pin", pin, "--sha-256", "--pkcs1", *files, "--raw")
    verified = subprocess.run(
        ["openssl", "dgst", "-sha256", "-verify", "public", "-signature", "signature", "message"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert verified.stdout.strip() == "Verified OK"
