"""Any text can be printed."""

from hypothesis import given
from hypothesis import strategies as some

from intake_app.pdf.printable import JOINERS, Printable, coverage


@given(some.text(max_size=300))
def test_what_is_printed_has_a_glyph_for_every_sign(words: str) -> None:
    for sign in Printable().text(words):
        assert ord(sign) in coverage() or sign in {"\n", " ", "\u200b", *JOINERS}


@given(some.text(alphabet=some.characters(min_codepoint=32, max_codepoint=126), max_size=39))
def test_plain_words_are_printed_as_they_are(words: str) -> None:
    assert Printable().text(words) == words


def test_a_hash_stays_whole() -> None:
    assert Printable().text("ab" * 32) == "ab" * 32
