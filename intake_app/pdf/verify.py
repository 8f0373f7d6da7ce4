"""Is this PDF the one that was sealed? Any doubt, and any error while reading it, is a no."""

import io
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, pem, x509
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

LOG = re.compile(r"log (\d+) ([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class SealVerdict:
    """What a check of a PDF's signature says.

    ok: unchanged since it was sealed, by a seal that one of the roots issued.
    signer: whose seal it is. reason: why it is not ok, "" when it is.
    stamped_at: what a time-stamp server says about when, None without one (PAdES B-B).
    """

    ok: bool
    signer: str
    reason: str
    stamped_at: datetime | None = None


def check(pdf: bytes, roots: Iterable[bytes]) -> SealVerdict:
    """Check the only signature of a record. roots: trusted certificates in PEM.

    Requires that the signature covers the whole file and that nothing was added later (pyHanko's
    bottom line alone accepts bytes after the end).
    """
    trusted = list(roots)
    try:
        # pyHanko starts an event loop, and the caller may have one
        with ThreadPoolExecutor(1) as executor:
            return executor.submit(_check, pdf, trusted).result()
    except Exception as error:
        return SealVerdict(False, "", f"it cannot be read ({type(error).__name__})")


def _check(pdf: bytes, trusted: list[bytes]) -> SealVerdict:
    roots = [x509.Certificate.load(pem.unarmor(root)[2]) for root in trusted]
    signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    if len(signatures) != 1:
        return SealVerdict(False, "", "it does not hold exactly one seal")
    status = validate_pdf_signature(
        signatures[0],
        signer_validation_context=ValidationContext(trust_roots=roots, allow_fetching=False),
        ts_validation_context=_trust_of_stamp(signatures[0]),
        key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
    )
    signer = str(status.signing_cert.subject.native.get("common_name", ""))
    covers_file = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not covers_file or status.modification_level != ModificationLevel.NONE:
        return SealVerdict(False, signer, "something was added after it was sealed")
    if not status.bottom_line:
        return SealVerdict(False, signer, "it was changed, or the seal is not one we trust")
    return SealVerdict(True, signer, "", stamped_at(pdf))


def stamped_at(pdf: bytes) -> datetime | None:
    """When a time-stamp server saw the seal of this PDF; None when it has no time stamp."""
    token = _token(PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0])
    if not token:
        return None
    moment: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return moment


def log_entry(pdf: bytes) -> tuple[int, str]:
    """Number and hash of the log's entry that is printed in it; they stand in the keywords, too.

    Raises ValueError when the PDF names no entry.
    """
    try:
        words = str(PdfFileReader(io.BytesIO(pdf)).trailer["/Info"]["/Keywords"])
    except (PdfReadError, KeyError) as error:
        raise ValueError("no keywords") from error
    entry = LOG.fullmatch(words)
    if entry is None:
        raise ValueError("no entry of a log")
    return int(entry[1]), entry[2]


def _token(signature: EmbeddedPdfSignature) -> cms.SignedData | None:
    for attribute in signature.signer_info["unsigned_attrs"] or ():
        if attribute["type"].native == "signature_time_stamp_token":
            return attribute["values"][0]["content"]
    return None


def _trust_of_stamp(signature: EmbeddedPdfSignature) -> ValidationContext:
    """Whoever stamped it is taken at their word.

    A record needs nobody else's certificate to be opened in ten years.
    """
    token = _token(signature)
    certificates = [entry.chosen for entry in token["certificates"]] if token else []
    return ValidationContext(trust_roots=certificates, allow_fetching=False)
