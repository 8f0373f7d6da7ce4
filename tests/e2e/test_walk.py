"""The whole walk, from the start page to the signed PDF, as three different clients do it."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from intake_app.pdf.verify import check
from tests.support.browser_person import Person
from tests.support.form_walker import HealthyAdult
from tests.support.http_client import Client
from tests.support.server import Server

Visit = Callable[..., Person]


def text_of(pdf: Path) -> str:
    """Everything a reader can read in a PDF."""
    return subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True
    ).stdout


def test_somebody_without_javascript_walks_by_reading_the_forms_only(
    server: Server, tmp_path: Path
) -> None:
    ana, client = HealthyAdult(), Client(server.url)

    last = ana.walk(client)

    assert last.page.heading == "Thank you. You are done."
    assert len(ana.answered) <= 60, ana.answered
    copy = client.get("/intake/copy")
    assert copy.headers["content-type"] == "application/pdf"
    pdf = tmp_path / "copy.pdf"
    pdf.write_bytes(copy.body)
    assert check(copy.body, [(server.data / "ca.pem").read_bytes()]).ok
    assert "Ana Moreno" in text_of(pdf)
    subprocess.run(["pdfdetach", "-saveall", "-o", tmp_path, pdf], check=True)
    attached = json.loads((tmp_path / "intake.json").read_text())
    assert attached["answers"]["id.first_name"] == "Ana"
    assert attached["answers"]["id.phone"] == "+19205550134"


def test_somebody_on_a_phone_loses_nothing_when_the_network_goes_away_twice(
    visit: Visit, server: Server
) -> None:
    ana = visit(width=360)
    ana.start()
    cuts = []

    def cut_twice(person: Person) -> None:
        if len(cuts) < 2 and person.page.locator("#step :checked").count():
            cuts.append(person.page.url)
            person.context.set_offline(True)
            person.page.locator("#step .button").last.click()
            person.page.locator("#no-server").wait_for(state="visible")
            kept = person.page.evaluate("() => document.querySelectorAll('#step :checked').length")
            person.context.set_offline(False)
            assert kept == person.page.evaluate(
                "() => document.querySelectorAll('#step :checked').length"
            )

    ana.walk(cut_twice)
    ana.sign()

    assert len(cuts) == 2
    assert ana.heading == "Thank you. You are done."
    with ana.page.expect_download() as download:
        ana.page.get_by_role("link", name="Download my copy").click()
    assert check(download.value.path().read_bytes(), [(server.data / "ca.pem").read_bytes()]).ok
    assert ana.hosts == {server.url.removeprefix("http://")}
    assert [
        words for words in ana.trouble if "Failed to" not in words
    ] == []  # the cuts themselves are reported


def test_somebody_with_scripts_switched_off_walks_in_the_same_browser(visit: Visit) -> None:
    ana = visit(width=360, scripts=False)
    ana.start()
    ana.walk()
    ana.sign()

    assert ana.heading == "Thank you. You are done."
    assert ana.trouble == []


def test_a_link_pasted_into_the_open_page_is_used_and_a_link_to_a_part_of_it_is_none(
    visit: Visit,
) -> None:
    ana, again = visit(), visit()
    ana.start()
    ana.page.get_by_role("button", name="Finish later").click()
    ana.page.wait_for_url("**/intake/later")
    token = re.findall(r"/i#([\w-]{22})", ana.page.content())[0]
    again.page.goto("/i")
    again.page.fill("#code", "half a code")
    again.page.locator(".skip-link").focus()
    again.page.keyboard.press("Enter")
    assert (again.page.input_value("#code"), again.heading) == ("half a code", "Open your form")
    again.page.evaluate("code => { location.hash = code }", token)
    again.page.wait_for_url("**/intake/step/**")
