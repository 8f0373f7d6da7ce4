"""What WeasyPrint does not write itself: the PDF/UA claim, and a field that screen readers find.

WeasyPrint takes one pdf_variant only, so the PDF/UA-1 identification (ISO 14289-1, 5) and its PDF/A
extension schema (ISO 19005-3, 6.6.2.3) are added to the XMP; the signature field of the seal is
tagged as a Form in the structure tree.
"""

import zlib
from types import SimpleNamespace

import pydyf
from weasyprint.document import Document

FIELD = "Signature1"
ANCHOR = "seal"
TOOLTIP = "Digital seal of the practice over this record"
POINTS = 0.75  # PDF points in one CSS pixel
CLAIM = (
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" '
    b'pdfuaid:part="1"/>'
    b'<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
    b'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" '
    b'xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>'
    b'<rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
    b'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>'
    b"<pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>Part of ISO 14289 to which the file conforms"
    b"</pdfaProperty:description></rdf:li>"
    b"</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)


def finish(document: Document, pdf: pydyf.PDF, signature: pydyf.Dictionary) -> None:
    """WeasyPrint's finisher: claim PDF/UA-1, and add the field with its signature.

    The field lies over the element with id `seal`.
    """
    _claim(pdf)
    number, box = _place(document)
    pdf.add_object(signature)
    _add_field(pdf, number, box, signature.reference)
    pdf.objects = [
        one if one.free == "f" or one is signature else Written(one) for one in pdf.objects
    ]


class Written(pydyf.Object):  # type: ignore[misc]
    """An object as bytes: pydyf makes them twice, the first time for the file's identifier."""

    data = b""
    compressible = False

    def __init__(self, one: pydyf.Object) -> None:
        super().__init__()
        self.number = one.number
        self.data = one.data
        self.compressible = one.compressible


def pack_quickly() -> None:
    """From now on, compress with zlib's own level.

    pydyf takes 9, for one part in a hundred. It saves 12 % of a record's processor time
    (tests/bench/shortcuts_pdf.py, 1 December 2026).
    """
    pydyf.zlib = SimpleNamespace(compressobj=lambda level: zlib.compressobj())


def _claim(pdf: pydyf.PDF) -> None:
    metadata = _object(pdf, pdf.catalog["Metadata"])
    metadata.stream = [b"".join(metadata.stream).replace(b"</rdf:RDF>", CLAIM + b"</rdf:RDF>")]
    metadata.compress = False  # ISO 19005 readers look for it without unpacking


def _object(pdf: pydyf.PDF, reference: bytes) -> pydyf.Object:
    return pdf.objects[int(reference.split()[0])]


def _place(document: Document) -> tuple[int, tuple[float, float, float, float]]:
    """Page number (from 0) and rectangle in points, y upwards."""
    for number, page in enumerate(document.pages):
        if ANCHOR in page.anchors:
            x1, y1, x2, y2 = page.anchors[ANCHOR]
            low = page.height - y2
            high = page.height - y1
            return number, (x1 * POINTS, low * POINTS, x2 * POINTS, high * POINTS)
    raise LookupError(ANCHOR)


def _add_field(
    pdf: pydyf.PDF, number: int, box: tuple[float, float, float, float], signature: bytes
) -> None:
    page_reference = pdf.page_references[number]
    page = _object(pdf, page_reference)
    look = pydyf.Stream([b""], _form_object(box))
    pdf.add_object(look)
    widget = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(FIELD),
            "TU": pydyf.String(TOOLTIP),
            "Rect": pydyf.Array([round(edge, 2) for edge in box]),
            "F": 132,  # printed, locked
            "P": page_reference,
            "AP": pydyf.Dictionary({"N": look.reference}),
            "V": signature,
        }
    )
    pdf.add_object(widget)
    widget["StructParent"] = _tag(pdf, widget, page_reference)
    page.setdefault("Annots", pydyf.Array()).append(widget.reference)
    pdf.catalog["AcroForm"] = pydyf.Dictionary(
        {"Fields": pydyf.Array([widget.reference]), "SigFlags": 3}
    )
    pdf.catalog["Perms"] = pydyf.Dictionary({"DocMDP": signature})


def _form_object(box: tuple[float, float, float, float]) -> dict[str, str | pydyf.Object]:
    x1, y1, x2, y2 = box
    return {
        "Type": "/XObject",
        "Subtype": "/Form",
        "BBox": pydyf.Array([0, 0, round(x2 - x1, 2), round(y2 - y1, 2)]),
        "Resources": pydyf.Dictionary(),
    }


def _tag(pdf: pydyf.PDF, widget: pydyf.Dictionary, page_reference: bytes) -> int:
    """Hang the widget into the structure tree; returns its key in the parent tree."""
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    document = _object(pdf, root["K"][0])
    tree = _object(pdf, root["ParentTree"])
    key = len(tree["Nums"]) // 2
    kid = pydyf.Dictionary({"Type": "/OBJR", "Obj": widget.reference, "Pg": page_reference})
    element = pydyf.Dictionary(
        {
            "Type": "/StructElem",
            "S": "/Form",
            "P": document.reference,
            "Pg": page_reference,
            "Alt": pydyf.String(TOOLTIP),
            "K": pydyf.Array([kid]),
        }
    )
    pdf.add_object(element)
    document["K"].append(element.reference)
    tree["Nums"].extend([key, element.reference])
    return key
