"""The page of all flag rules: to read and to search without a client."""

import re

from flask.testing import FlaskClient

from tests.support.definitions import RULES_1
from tests.support.html_pages import read


def count(page: str) -> int:
    """How many rules the page shows."""
    return page.count('<article class="flag-item"')


def test_donna_reads_every_rule_with_its_sources(donna: FlaskClient) -> None:
    page = donna.get("/rules").text
    assert count(page) == len(RULES_1.rules)
    assert all(f'id="{rule.code}"' in page for rule in RULES_1.rules)
    assert "ashpublications.org" in page


def test_a_search_finds_rules_that_have_all_the_words(donna: FlaskClient) -> None:
    page = donna.get("/rules?q=Thinner+firm").text
    assert 0 < count(page) < 10
    assert 'id="C02"' in page and 'id="A01"' not in page


def test_a_level_a_code_and_a_source_can_be_searched_for(donna: FlaskClient) -> None:
    assert count(donna.get("/rules?q=B03").text) == 1
    assert count(donna.get("/rules?q=stop+urgent").text) == 12
    assert 'id="B01"' in donna.get("/rules?q=S64").text


def test_a_level_has_the_name_that_the_caution_sheet_gives_it(donna: FlaskClient) -> None:
    page = donna.get("/rules").text
    names = set(re.findall(r'class="tag tag--(\w+)"', page))
    assert names == {"stop", "avoid", "adapt", "ask", "info"}
    assert 'id="B02"' in donna.get("/rules?q=avoid+clot").text


def test_nothing_found_says_so_and_leads_back(donna: FlaskClient) -> None:
    answer = donna.get("/rules?q=%3Cscript%3Ezebra")
    assert "No rule has all of these words." in answer.text and "<script>zebra" not in answer.text
    assert count(answer.text) == 0


def test_it_is_for_therapists_only(browser: FlaskClient, practice: object) -> None:
    answer = browser.get("/rules")
    assert answer.status_code == 303 and read(answer.text).heading != "Flag rules"
