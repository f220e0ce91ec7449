"""What a console shows of itself, each with its secret: whom bundles are encrypted to, its name and certificate at an anchor.

Keys that answer strangers' questions (TLS, the anchor's nonce) are never the one that signs facts.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from village_console.journal.admission import console_subject, signed
from village_console.journal.facts import ConsoleAdmitted
from village_console.journal.journal import Journal
from village_console.journal.keys.age import new_identity, recipient_of

_LONG_AGO, _NEVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""A certificate is pinned, not believed for a time: a laptop's clock may say anything."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a console stands, for people."""

    number: int
    shelter: str
    name: str


def own_word(journal: Journal, place: Place, n: int = 1) -> ConsoleAdmitted:
    """What the village is asked to say of this console; not signed yet."""
    public = journal.public_key
    return ConsoleAdmitted(
        subject=console_subject(public), public=public.hex(), recipient=recipient(journal), nkey=nkey(journal),
        tls=base64.b64encode(_certificate(journal)).decode(), number=place.number, shelter=place.shelter,
        name=place.name, n=n,
    )  # fmt: skip


def admit_itself(journal: Journal, place: Place) -> None:
    """Let a console that founded its village say so of itself, once, and again when it stands elsewhere."""
    seed, known = journal.village_seed, journal.members()[journal.device]
    said = known.admitted
    if seed is None or known.counts is not None:
        return
    if said is None or (said.number, said.shelter, said.name) != (place.number, place.shelter, place.name):
        journal.say(signed(own_word(journal, place, known.n + 1), seed))


def age_identity(journal: Journal) -> str:
    """What opens bundles that were encrypted to this console: an age secret key."""
    return journal.own_secret("age", _new_age_identity).decode("ascii")


def recipient(journal: Journal) -> str:
    """Whom others encrypt to."""
    return recipient_of(age_identity(journal))


def nkey_seed(journal: Journal) -> bytes:
    """What this console answers an anchor's question with: a NATS user seed (`SU...`)."""
    raw = journal.own_secret("nkey", lambda: secrets.token_bytes(32))
    return bytes(_nkeys().encode_seed(raw, _nkeys().PREFIX_BYTE_USER))


def nkey(journal: Journal) -> str:
    """Its name at an anchor (`U...`)."""
    return bytes(_nkeys().from_seed(nkey_seed(journal)).public_key).decode("ascii")


def tls_pair(journal: Journal) -> tuple[str, str]:
    """Certificate and private key as an anchor shows them, in PEM."""
    certificate = base64.encodebytes(_certificate(journal)).decode()
    return f"-----BEGIN CERTIFICATE-----\n{certificate}-----END CERTIFICATE-----\n", _tls_key_pem(journal)


def certificate_print(journal: Journal) -> str:
    """What tells the certificate of this console's anchor from any other."""
    return fingerprint_of(_certificate(journal))


def fingerprint_of(certificate: bytes) -> str:
    """SHA-256 of a certificate (DER), in hex."""
    return hashlib.sha256(certificate).hexdigest()


def store_key(journal: Journal) -> str:
    """What an anchor's store is encrypted with on this laptop's disk, in hex."""
    return journal.own_secret("store", lambda: secrets.token_bytes(32)).hex()


def _nkeys() -> Any:
    import nkeys  # noqa: PLC0415 -- slow import

    return cast("Any", nkeys)


def _new_age_identity() -> bytes:
    return new_identity()[0].encode("ascii")


def _tls_key_pem(journal: Journal) -> str:
    return journal.own_secret("tls_key", _new_tls_key).decode("ascii")


def _new_tls_key() -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 -- slow import
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 -- slow import
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _certificate(journal: Journal) -> bytes:
    key = _tls_key_pem(journal)
    return journal.own_secret("tls_certificate", lambda: _new_certificate(key, journal.device))


def _new_certificate(key_pem: str, device: str) -> bytes:
    """DER, signed by itself; it may stand as its own authority, for whoever pins it pins nothing else."""
    from cryptography import x509  # noqa: PLC0415 -- slow import
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 -- slow import
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 -- slow import
        Encoding,
        load_pem_private_key,
    )

    key = load_pem_private_key(key_pem.encode(), None)
    assert isinstance(key, Ed25519PrivateKey)  # noqa: S101 -- made above
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"console-{device}")])
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, _LONG_AGO, _NEVER)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(f"console-{device}")]), critical=False)
    )
    return builder.sign(key, None).public_bytes(Encoding.DER)
