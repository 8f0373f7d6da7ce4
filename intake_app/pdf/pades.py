"""The practice's seal on a PDF: PAdES baseline B (ETSI EN 319 142-1), certified against any change.

Certified: ISO 32000-1, 12.8.2.2, DocMDP with permission 1, no changes. WeasyPrint writes the
signature's dictionary with two blanks of known length, and the signature is made once, over the
very file that it wrote: to open a finished PDF and add a second revision to it takes a tenth of a
record's time.
"""

import asyncio
import hashlib
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path

import pydyf
from asn1crypto import cms, x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign import signers
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from intake_app.pdf.certificate import SealCertificate, load_seal

RESERVED = 8_192  # bytes for the signature, and as many again for a time stamp
NOTHING = hashlib.sha256(b"").digest()
RANGE = b"[0 0000000000 0000000000 0000000000]"
NO_CHANGES = (
    b"<</Type /SigRef/TransformMethod /DocMDP"
    b"/TransformParams <</Type /TransformParams/V /1.2/P 1>>>>"
)


class SignaturePlaceholder(pydyf.Dictionary):  # type: ignore[misc]
    """A signature that waits for the finished file (ISO 32000-1, 12.8.1).

    Stands in the file itself, where sign_pdf() finds it, not inside a packed object stream.
    """

    compressible = False

    def __init__(self, practice: str, because: str, stamped: bool) -> None:
        self.hole = b"<%s>" % (b"00" * RESERVED * (1 + stamped))
        super().__init__(
            {
                "Type": "/Sig",
                "Filter": "/Adobe.PPKLite",
                "SubFilter": "/ETSI.CAdES.detached",
                "ByteRange": RANGE,
                "Contents": self.hole,
                "Name": pydyf.String(practice),
                "Reason": pydyf.String(because),
                "M": pydyf.String(datetime.now(UTC).strftime("D:%Y%m%d%H%M%S+00'00'")),
                "Reference": pydyf.Array([NO_CHANGES]),
            }
        )


class WarmSigner(signers.Signer):
    """Keeps the private key loaded.

    pyHanko's own signer reads and checks it twice for every signature.
    """

    def __init__(self, seal: SealCertificate) -> None:
        self._key = seal.key
        chain = [
            x509.Certificate.load(certificate.public_bytes(Encoding.DER))
            for certificate in seal.certificates
        ]
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        registry.register_multiple(chain)
        super().__init__(
            signing_cert=chain[0], cert_registry=registry, prefer_pss=False, embed_roots=True
        )

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """A P-256 or RSA signature over data; pyHanko asks for a dry run only to learn the size."""
        return bytes(512) if dry_run else self._raw(data)

    def _raw(self, data: bytes) -> bytes:
        if isinstance(self._key, EllipticCurvePrivateKey):
            return self._key.sign(data, ECDSA(SHA256()))
        return self._key.sign(data, PKCS1v15(), SHA256())

    @cached_property
    def _model(self) -> bytes:
        """What pyHanko makes of NOTHING.

        To build it anew from ASN.1 objects takes ten times as long as to sign.
        """
        return bytes(asyncio.run(self.async_sign(NOTHING, "sha256", use_pades=True)).dump())

    def sign(self, digest: bytes, stamper: TimeStamper | None) -> bytes:
        """The CMS signature (DER) over something with this SHA-256."""
        if stamper:
            signing = self.async_sign(digest, "sha256", use_pades=True, timestamper=stamper)
            return bytes(asyncio.run(signing).dump())
        message = cms.ContentInfo.load(self._model)
        (signer,) = message["content"]["signer_infos"]
        signer["signed_attrs"] = cms.CMSAttributes.load(
            signer["signed_attrs"].untag().dump().replace(NOTHING, digest)
        )
        signer["signature"] = self._raw(signer["signed_attrs"].untag().dump())
        return bytes(message.dump())


@cache
def _signer(seal_file: Path, _: int) -> WarmSigner:
    return WarmSigner(load_seal(seal_file))


def sign_pdf(pdf: bytes, blank: SignaturePlaceholder, seal_file: Path, tsa_url: str = "") -> bytes:
    """The PDF with its blank filled in by the seal's signature.

    With a time stamp (baseline B-T) when a server is set and answers, else without (B-B): nobody's
    form waits for another company's computer. Raises SealFileError, and ValueError when the
    signature is longer than its blank.
    """
    signer = _signer(seal_file, seal_file.stat().st_mtime_ns)
    if tsa_url:
        from intake_app.pdf import timestamps  # only then: it loads an HTTP client

        with suppress(*timestamps.NO_STAMP):
            return _fill(pdf, blank, signer, timestamps.server(tsa_url))
    return _fill(pdf, blank, signer, None)


def _fill(
    pdf: bytes, blank: SignaturePlaceholder, signer: WarmSigner, stamper: TimeStamper | None
) -> bytes:
    """Sign all but the hole, as the byte range says, and write the signature into the hole."""
    begin = pdf.index(blank.hole, blank.offset)
    end = begin + len(blank.hole)
    covered = b"[0 %d %d %d]" % (begin, end, len(pdf) - end)
    dictionary = pdf[blank.offset : begin].replace(RANGE, covered.ljust(len(RANGE)), 1)
    head = pdf[: blank.offset] + dictionary
    digest = hashlib.sha256(head + pdf[end:]).digest()
    signature = signer.sign(digest, stamper).hex().encode()
    content = b"<%s>" % signature.ljust(len(blank.hole) - 2, b"0")
    if len(content) > len(blank.hole):
        raise ValueError("the signature is longer than its place")
    return head + content + pdf[end:]
