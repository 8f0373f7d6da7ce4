"""The practice's seal on a PDF: PAdES baseline B (ETSI EN 319 142-1), certified against any change.

Certified: ISO 32000-1, 12.8.2.2, DocMDP with permission 1, no changes.
"""

import io
from contextlib import suppress
from functools import cache
from pathlib import Path

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko import stamp
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from intake_app.record.certificate import Seal, load_seal
from intake_app.record.tagging import FIELD

RESERVED = 16_384  # bytes for the signature; known in advance, so that it need not be made twice


class WarmSigner(signers.Signer):
    """Keeps the private key loaded; pyHanko's own signer reads and checks it twice for every signature."""

    def __init__(self, seal: Seal) -> None:
        self._key = seal.key
        own, *others = (x509.Certificate.load(c.public_bytes(Encoding.DER)) for c in seal.certificates)
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        registry.register_multiple([own, *others])
        super().__init__(signing_cert=own, cert_registry=registry, prefer_pss=False, embed_roots=True)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """A P-256 or RSA signature over data; pyHanko asks for a dry run only to learn the size."""
        if dry_run:
            return bytes(512)
        if isinstance(self._key, EllipticCurvePrivateKey):
            return self._key.sign(data, ECDSA(SHA256()))
        return self._key.sign(data, PKCS1v15(), SHA256())


class SealWriter(IncrementalPdfFileWriter):
    """Leaves the metadata as WeasyPrint wrote it; rewriting it breaks PDF/A for strict readers."""

    def _update_meta(self) -> None:
        pass


@cache
def _signer(seal_file: Path, _: int) -> WarmSigner:
    return WarmSigner(load_seal(seal_file))


def seal(pdf: bytes, seal_file: Path, practice: str, because: str, tsa_url: str = "") -> bytes:
    """The PDF with its field signed, with a time stamp (baseline B-T) when a server is set and answers.

    Otherwise it is signed without (B-B): nobody's form waits for another company's computer. Raises what
    certificate.load_seal raises.
    """
    signer = _signer(seal_file, seal_file.stat().st_mtime_ns)
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        name=practice,
        reason=because,
    )
    if tsa_url:
        from intake_app.record import stamps  # only then: it loads an HTTP client

        with suppress(*stamps.NO_STAMP):
            return _signed(pdf, metadata, signer, stamps.server(tsa_url))
    return _signed(pdf, metadata, signer, None)


def _signed(
    pdf: bytes, metadata: signers.PdfSignatureMetadata, signer: WarmSigner, stamps: TimeStamper | None
) -> bytes:
    signing = signers.PdfSigner(metadata, signer=signer, timestamper=stamps, stamp_style=stamp.NoOpStampStyle())
    room = RESERVED * 2 if stamps else RESERVED
    sealed = signing.sign_pdf(SealWriter(io.BytesIO(pdf)), existing_fields_only=True, bytes_reserved=room)
    data: bytes = sealed.getvalue()
    return data
