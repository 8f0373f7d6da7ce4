"""The practice's seal: a small certificate authority and one leaf on P-256, or a PKCS#12 file.

The authority's key is thrown away once the leaf is made: it can never sign a second seal. The leaf
has non-repudiation, and the extended key usages documentSigning (RFC 9336) and emailProtection,
which readers accept after importing ca.pem; no AIA or CRL, because nothing is fetched at run time.
"""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from intake_app import files

YEARS = 10
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
PREPARED = "seal.next"
LONGEST_NAME = 60  # X.520 allows 64 characters in a common name


class SealFileError(Exception):
    """The seal file cannot be used; the message says why, for the operator."""


@dataclass(frozen=True, slots=True)
class SealCertificate:
    """The key, and its certificate first in the chain."""

    key: ec.EllipticCurvePrivateKey | RSAPrivateKey = field(repr=False)
    certificates: tuple[x509.Certificate, ...]


def make_practice_seal(practice: str, folder: Path) -> None:
    """Write ca.pem (to hand out), and seal.p12 with its password seal.pass, into folder.

    The seal and its password have mode 0400.
    """
    prepare_seal(practice, folder)
    use_prepared_seal(folder)


def prepare_seal(practice: str, folder: Path) -> str:
    """Write a new seal beside the one in force, for `use_prepared_seal`. Returns its fingerprint.

    A seal in force lends the new one its password, so that later one file is changed in one move.
    """
    now = datetime.now(UTC) - timedelta(days=1)  # clocks of readers may be behind
    authority_key = ec.generate_private_key(ec.SECP256R1())
    key = ec.generate_private_key(ec.SECP256R1())
    authority = _authority(practice, authority_key, now)
    leaf = _leaf(practice, key, authority, authority_key, now)
    password = _password_for(folder / "seal.p12")
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    content = pkcs12.serialize_key_and_certificates(
        b"practice seal", key, leaf, [authority], encryption
    )
    files.write_atomically(folder / PREPARED, content, 0o400)
    return seal_fingerprint(folder / PREPARED)


def use_prepared_seal(folder: Path) -> None:
    """Put the prepared seal in force. Raises SealFileError when none is there.

    Killed at any moment, there is a seal that opens and its authority; do it again.
    """
    authority = load_seal(folder / PREPARED).certificates[1]
    files.write_atomically(folder / "ca.pem", authority.public_bytes(Encoding.PEM), 0o444)
    (folder / PREPARED).replace(folder / "seal.p12")


def keep_authority(folder: Path, until: datetime) -> None:
    """Keep the authority of now under another name: PDFs that its seal is on stay checkable."""
    files.write_atomically(
        folder / f"ca-until-{until:%Y%m%d%H%M%S}.pem", (folder / "ca.pem").read_bytes(), 0o400
    )


def _password_for(seal_file: Path) -> bytes | None:
    """The password of an existing seal, None when it has none.

    Where no seal is yet: a new password, written beside it.
    """
    file = seal_file.with_suffix(".pass")
    if seal_file.exists():
        return file.read_bytes().strip() if file.exists() else None
    password = secrets.token_urlsafe(24).encode()
    files.write_atomically(file, password, 0o400)
    return password


def load_seal(seal_file: Path) -> SealCertificate:
    """The seal in a PKCS#12 file, opened with the password in the .pass file beside it, if any.

    Raises SealFileError with a sentence.
    """
    password_file = seal_file.with_suffix(".pass")
    password = password_file.read_bytes().strip() if password_file.exists() else None
    try:
        bundle = pkcs12.load_pkcs12(seal_file.read_bytes(), password)
    except OSError as error:
        raise SealFileError(f"{seal_file.name} cannot be read.") from error
    except ValueError as error:
        raise SealFileError(
            f"{seal_file.name} does not open with the password in {password_file.name}."
        ) from error
    if bundle.cert is None or not isinstance(
        bundle.key, ec.EllipticCurvePrivateKey | RSAPrivateKey
    ):
        raise SealFileError(f"{seal_file.name} must hold one certificate and its RSA or EC key.")
    others = tuple(extra.certificate for extra in bundle.additional_certs)
    return SealCertificate(bundle.key, (bundle.cert.certificate, *others))


def seal_fingerprint(seal_file: Path) -> str:
    """Hex SHA-256 of the seal's certificate, as printed in every record."""
    return _fingerprint(seal_file, seal_file.stat().st_mtime_ns)


@cache
def _fingerprint(seal_file: Path, _: int) -> str:
    return load_seal(seal_file).certificates[0].fingerprint(SHA256()).hex()


def _authority(practice: str, key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = _name(practice, "Record Authority")
    return (
        _builder(name, name, key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )


def _leaf(
    practice: str,
    key: ec.EllipticCurvePrivateKey,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.Certificate:
    purposes = [DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    return (
        _builder(_name(practice, "Record Seal"), authority.subject, key, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(issuer, critical=False)
        .sign(authority_key, SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=round(365.25 * YEARS)))
    )


def _name(practice: str, what: str) -> x509.Name:
    short = practice[:LONGEST_NAME]
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, short),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{short[: LONGEST_NAME - len(what)]} {what}"),
        ]
    )


def _usage(signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
