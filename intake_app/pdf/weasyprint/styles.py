"""What a PDF worker knows of print.css after its first record.

That is the styles of elements, and the sizes that follow from them. WeasyPrint 70 computes every
property of every style anew for each document, and each size anew for each box. All follow from the
sheet, an element's place and its width; no word of a document is in them. To remember them saves
36 % of a record's processor time (tests/bench/shortcuts_pdf.py, 1 December 2026).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element

from weasyprint import CSS, HTML, css
from weasyprint.css import Style, StyleFor
from weasyprint.css.targets import TargetCollector
from weasyprint.formatting_structure import build
from weasyprint.formatting_structure.boxes import Box, PageBox
from weasyprint.layout import absolute, background, block, inline, page
from weasyprint.layout import float as floated
from weasyprint.text.fonts import FontConfiguration

SIDES = ("top", "right", "bottom", "left")
USED = (
    *(f"{space}_{side}" for space in ("margin", "padding") for side in SIDES),
    *(f"border_{side}_width" for side in SIDES),
    *(f"{limit}{axis}" for limit in ("", "min_", "max_") for axis in ("width", "height")),
)
"""What resolve_percentages sets on a box."""
CORNERS = tuple(
    f"border_{row}_{side}_radius" for row in ("top", "bottom") for side in ("left", "right")
)
ATTRIBUTES = ("lang", "anchor")
"""Declared by the attributes lang and id of an element, not by the sheet."""


Place = tuple["str | int | Place | None", ...]
"""Where an element stands: all that a selector of print.css looks at, below the sheets' ids."""
ElementPart = tuple[Element, str | None]
"""An element, or the pseudo-element of it with this name."""
Declarations = dict[str, tuple[object, object]]
"""Property -> its value, and how much that weighs."""


class KeptStyles(StyleFor):  # type: ignore[misc]
    """Matches selectors only when an element stands where none stood before.

    Computes a style only when none had the same declarations below the same parent style.
    """

    known: dict[tuple[object, ...], Style] = {}  # noqa: RUF012 (of the whole worker)
    # Likewise; the inner keys are pseudo-elements.
    places: dict[Place, dict[str | None, Style]] = {}  # noqa: RUF012

    def __init__(
        self,
        html: HTML,
        sheets: Sequence[tuple[CSS, str, object]],
        hints: bool,
        font_config: FontConfiguration,
        target_collector: TargetCollector,
    ) -> None:
        standing = list(_places(html.etree_element, tuple(id(sheet) for sheet, *_ in sheets)))
        self._cascaded_styles: dict[ElementPart, Declarations] = {}
        self._computed_styles: dict[ElementPart, Style] = {}
        if any(place not in self.places for _, place in standing):
            super().__init__(html, sheets, hints, font_config, target_collector)
            self._learn(dict(standing))
            return
        self._sheets = sheets
        self.font_config = font_config
        self.initial_page_sizes = {"box": None, "area": None}
        self._computed_styles = {
            (element, pseudo_type): style
            for element, place in standing
            for pseudo_type, style in self.places[place].items()
        }

    def _learn(self, standing: Mapping[Element, Place]) -> None:
        for (element, pseudo_type), style in self._computed_styles.items():
            self.places.setdefault(standing[element], {})[pseudo_type] = style

    def set_computed_styles(
        self,
        element: Element,
        parent: Element,
        root: Element | None = None,
        pseudo_type: str | None = None,
        **where: object,
    ) -> None:
        """Set the known style where there is one.

        Every known style holds its parent and its declarations, so that nothing else can get their
        identity.
        """
        above = self._computed_styles.get((parent, None))
        declared = self._cascaded_styles.get((element, pseudo_type), {})
        same = (
            (name, value if name in ATTRIBUTES else id(value))
            for name, (value, _) in declared.items()
        )
        key = (id(above), pseudo_type, *same)
        if key not in self.known:
            super().set_computed_styles(element, parent, root, pseudo_type, **where)
            self.known[key] = self._computed_styles[element, pseudo_type]
        self._computed_styles[element, pseudo_type] = self.known[key]


def _places(element: Element, above: Place, before: Place = ()) -> Iterator[tuple[Element, Place]]:
    """All that a selector of print.css looks at.

    That is tags, classes, ids and `data-who`, of ancestors and the one before.
    """
    looks = element.attrib
    own = (element.tag, looks.get("class"), looks.get("id"), looks.get("lang"), "data-who" in looks)
    place = (*own, before, above)
    yield element, place
    last: Place = ()
    for child in element:
        yield from _places(child, place, last)
        last = (child.tag, child.get("class"), child.get("id"))


def keep_styles() -> None:
    """From now on, compute each style once in this process. For pages without style attributes."""
    css.StyleFor = KeptStyles


def keep_sizes() -> None:
    """From now on, resolve lengths once for each style and width.

    The height of a line is resolved once for each style.
    """
    resolve = block.resolve_percentages
    strut = inline.strut

    def sizes(box: Box, containing_block: Box | Sequence[float]) -> None:
        within = containing_block
        key = (within.width, within.height) if isinstance(within, Box) else tuple(within)
        known = vars(box.style).setdefault("sizes", {})
        if key not in known:
            resolve(box, within)
            known[key] = {name: getattr(box, name) for name in USED}
        vars(box).update(known[key])

    def height(style: Style) -> Sequence[float]:
        known = vars(style)
        if "strut" not in known:
            known["strut"] = strut(style)
        return known["strut"]  # type: ignore[no-any-return]

    for module in (absolute, block, floated, inline, page):
        module.resolve_percentages = sizes
    inline.strut = height


def skip_bare_boxes() -> None:
    """From now on, look for a background and round corners once for each style.

    Nearly all have neither.
    """
    lay_out = background.layout_box_backgrounds

    def backgrounds(
        page: PageBox,
        box: Box,
        images: Callable[..., object],
        layout_children: bool = True,
        style: Style | None = None,
    ) -> None:
        bare = vars(box.style).get("bare") and style is None
        if not bare:
            lay_out(page, box, images, layout_children, style)
            sharp = all((0, "px") in box.style[name] for name in CORNERS)
            vars(box.style)["bare"] = sharp and box is not page and box.background is None
            return
        box.background = None
        for name in CORNERS:
            setattr(box, name, (0, 0))
        for child in box.all_children():
            backgrounds(page, child, images)

    background.layout_box_backgrounds = backgrounds


def plain_blocks_only() -> None:
    """From now on, do not search the boxes for tables, flex boxes, grids or named pages.

    print.css has none.
    """
    build.anonymous_table_boxes = build.flex_boxes = build.grid_boxes = lambda box: box
    block.block_level_page_name = lambda before, after: None
