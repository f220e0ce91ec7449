"""A drill's certificates look like JPKI's to a reader and like a drill's to everybody else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from device_sim.cards.drill_ca import DrillCa, opaque_name

BEGINS = datetime(2025, 4, 1, tzinfo=UTC)
ENDS = datetime(2030, 3, 31, tzinfo=UTC)


@pytest.fixture(scope="module")
def ca() -> DrillCa:
    return DrillCa.create()


@pytest.fixture(scope="module")
def auth(ca: DrillCa) -> x509.Certificate:
    return x509.load_der_x509_certificate(ca.issue_auth(0x6D18, "997794E9AGCIEG13221003A", BEGINS, ENDS))


def subject_of(certificate: x509.Certificate) -> list[tuple[str, str | bytes]]:
    return [(attribute.oid.dotted_string, attribute.value) for attribute in certificate.subject]


def test_an_authentication_certificate_names_nobody(auth: x509.Certificate) -> None:
    country, name = NameOID.COUNTRY_NAME.dotted_string, NameOID.COMMON_NAME.dotted_string
    assert subject_of(auth) == [(country, "JP"), (name, "997794E9AGCIEG13221003A")]


def test_it_bears_the_serial_number_and_the_dates_it_was_issued_with(auth: x509.Certificate) -> None:
    assert (auth.serial_number, auth.not_valid_before_utc, auth.not_valid_after_utc) == (0x6D18, BEGINS, ENDS)


def test_its_issuer_can_not_be_mistaken_for_jpki(auth: x509.Certificate) -> None:
    assert auth.issuer.rfc4514_string() == "OU=JPKI for user authentication,O=VILLAGE-CONSOLE-DRILL,C=JP"


def test_its_policy_lies_outside_the_arc_of_jpki(auth: x509.Certificate) -> None:
    policies = auth.extensions.get_extension_for_class(x509.CertificatePolicies).value
    assert [policy.policy_identifier.dotted_string for policy in policies] == ["2.25.87431926504113"]


def test_it_is_for_digital_signature_and_client_authentication_only(auth: x509.Certificate) -> None:
    usage = auth.extensions.get_extension_for_class(x509.KeyUsage).value
    extended = auth.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert usage.digital_signature
    assert not usage.content_commitment
    assert not usage.key_cert_sign
    assert list(extended) == [ExtendedKeyUsageOID.CLIENT_AUTH]


def test_the_ca_of_ef_000b_vouches_for_it(ca: DrillCa, auth: x509.Certificate) -> None:
    auth.verify_directly_issued_by(x509.load_der_x509_certificate(ca.auth_ca))


def test_the_ca_of_ef_0002_vouches_for_a_signature_certificate(ca: DrillCa) -> None:
    sign = x509.load_der_x509_certificate(ca.issue_sign(7, "A" * 23, BEGINS, ENDS))
    sign.verify_directly_issued_by(x509.load_der_x509_certificate(ca.sign_ca))
    assert sign.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment


@pytest.mark.parametrize("which", ["auth_ca", "sign_ca"])
def test_a_ca_certificate_is_its_own_issuer_and_may_sign_others(ca: DrillCa, which: str) -> None:
    certificate = x509.load_der_x509_certificate(getattr(ca, which))
    certificate.verify_directly_issued_by(certificate)
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign


def test_another_drill_does_not_vouch_for_it(auth: x509.Certificate) -> None:
    other = x509.load_der_x509_certificate(DrillCa.create().auth_ca)
    with pytest.raises(InvalidSignature):
        auth.verify_directly_issued_by(other)


def test_the_certificate_is_long_enough_to_need_several_reads(ca: DrillCa) -> None:
    assert 768 < len(ca.issue_auth(1, "A" * 23, BEGINS, ENDS)) < 1500


def test_opaque_names_are_23_characters_stable_and_different() -> None:
    names = {opaque_name(serial) for serial in range(1000)}
    assert {len(name) for name in names} == {23}
    assert len(names) == 1000
    assert opaque_name(5) == opaque_name(5)
