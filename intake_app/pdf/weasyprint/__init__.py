"""What the PDF worker changes in WeasyPrint, so that a record takes less of the processor.

The changes reach into parts that carry no promise, so they are made in the versions that they
were tested with, and in no other. Without them the pages are the same, and take longer
(docs/decisions/0012-shortcuts.md).
"""

from importlib.metadata import version

KNOWN = frozenset({"70.0"})
"""Versions of WeasyPrint for which tests/pdf/test_warm_worker.py found the same pages both ways."""


def installed_version() -> str:
    """The version of WeasyPrint that is installed. Does not load it: it needs Pango."""
    return version("weasyprint")


def is_known() -> bool:
    """Whether the installed WeasyPrint is one that the patches were tested with."""
    return installed_version() in KNOWN


def apply_patches() -> bool:
    """Patch WeasyPrint in this process, for good. Changes nothing, and says False, when unknown."""
    if not is_known():
        return False
    from intake_app.pdf import tagging
    from intake_app.pdf.weasyprint import lines, paths, styles

    styles.keep_styles()
    styles.keep_sizes()
    styles.skip_bare_boxes()
    styles.plain_blocks_only()
    lines.keep_lines()
    lines.write_quickly()
    paths.remember_paths()
    tagging.pack_quickly()
    return True
