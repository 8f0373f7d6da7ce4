"""People who work here, in a real browser:
passkeys, the warning before the lock, and their pages looked at by axe.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyotp
from playwright.sync_api import expect
from sqlalchemy import update

from intake_app.models.engine import transaction
from intake_app.models.staff import StaffSession
from tests.e2e.test_pages import on_every_width
from tests.support.browser_person import Person
from tests.support.people import DORA, ROSA
from tests.support.server import Server

Visit = Callable[..., Person]


def with_key(person: Person) -> None:
    """Give the browser a security key that is always touched at once."""
    devtools = person.context.new_cdp_session(person.page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
    }
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_rosa_adds_a_passkey_and_signs_in_with_it(visit: Visit, server: Server) -> None:
    rosa = visit(width=1280)
    here = server.url.replace("127.0.0.1", "localhost")
    with_key(rosa)
    rosa.sign_in(server, ROSA, here)
    rosa.page.goto(f"{here}/account/second-step")
    rosa.page.get_by_role("button", name="Add a passkey instead").click()
    rosa.page.wait_for_url("**/account")
    expect(rosa.page.get_by_text("Passkey, since")).to_be_visible()
    rosa.page.get_by_role("button", name="Lock now").click()
    rosa.page.fill('[name="sign_in_name"]', ROSA.sign_in_name)
    rosa.page.fill('[name="passphrase"]', ROSA.passphrase)
    rosa.page.get_by_role("button", name="Sign in").click()
    rosa.page.get_by_role("button", name="Use my passkey").click()
    rosa.page.wait_for_url("**/records")
    assert rosa.trouble == []


def test_passkeys_are_not_offered_where_the_address_is_a_number(
    visit: Visit, server: Server
) -> None:
    dora = visit()
    dora.sign_in(server, DORA)
    dora.page.goto("/account/second-step")
    expect(dora.page.get_by_role("button", name="Add this phone")).to_be_visible()
    assert dora.page.locator("[data-passkey]").count() == 0


def minutes_without_a_click(server: Server, minutes: float) -> None:
    with transaction(server.engine(), write=True) as session:
        session.execute(
            update(StaffSession).values(seen_at=datetime.now(UTC) - timedelta(minutes=minutes))
        )


def test_a_minute_before_the_lock_they_are_asked_and_one_tap_keeps_them_in(
    visit: Visit, server: Server
) -> None:
    donna = visit()
    donna.page.clock.install()
    donna.sign_in(server)
    dialog = donna.page.get_by_role("dialog")
    expect(dialog).to_be_hidden()
    minutes_without_a_click(server, 14.2)
    donna.page.clock.fast_forward(14 * 60 * 1000 + 5000)
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Stay signed in").click()
    expect(dialog).to_be_hidden()
    donna.page.reload()
    expect(donna.page.get_by_role("button", name="Lock now")).to_be_visible()


def test_the_warning_keeps_the_half_written_decisions_of_a_caution_sheet(
    visit: Visit, server: Server
) -> None:
    donna = visit()
    donna.page.clock.install()
    donna.sign_in(server)
    record = donna.page.locator("table.card-table a").first.get_attribute("href")
    donna.page.goto(f"{record}/caution")
    reason = donna.page.locator("textarea").first
    reason.fill("The doctor called back during the wait.")
    minutes_without_a_click(server, 14.2)
    with donna.page.expect_response(
        lambda answer: answer.request.method == "POST" and "/caution" in answer.url
    ):
        donna.page.clock.fast_forward(14 * 60 * 1000 + 5000)
        donna.page.get_by_role("dialog").wait_for()
    minutes_without_a_click(server, 0)
    donna.page.goto(f"{record}/caution")
    expect(reason).to_have_value("The doctor called back during the wait.")


def test_after_the_last_minute_the_page_leaves_the_screen(visit: Visit, server: Server) -> None:
    donna = visit()
    donna.page.clock.install()
    donna.sign_in(server)
    minutes_without_a_click(server, 16)
    donna.page.clock.fast_forward(14 * 60 * 1000 + 5000)
    donna.page.wait_for_url("**/sign-in")


def test_axe_finds_nothing_on_the_pages_of_accounts_and_keys(
    examined: Person, server: Server
) -> None:
    donna = examined
    donna.sign_in(server)
    found = []
    for path in ("/account/passphrase", "/account/second-step"):
        donna.page.goto(path)
        found += on_every_width(donna)
    donna.page.goto("/people/new")
    donna.page.fill('[name="name"]', "Somebody New")
    donna.page.locator('[value="therapist"]').check()
    donna.page.get_by_role("button", name="Make the code").click()
    code = donna.page.locator("p.lead code").inner_text()
    found += on_every_width(donna)
    for path in (f"/join#{code}", "/sign-in/sheet"):
        donna.page.goto(path)
        found += on_every_width(donna)
    assert found == []


def test_the_first_sign_in_sets_up_the_second_step_and_shows_the_recovery_codes(
    visit: Visit, server: Server
) -> None:
    rosa = visit(scripts=False)
    server.command("reset-second-factor", ROSA.sign_in_name)
    rosa.page.goto("/sign-in")
    rosa.page.fill('[name="sign_in_name"]', ROSA.sign_in_name)
    rosa.page.fill('[name="passphrase"]', ROSA.passphrase)
    rosa.page.get_by_role("button", name="Sign in").click()
    expect(rosa.page.get_by_role("heading", name="Set up your second step")).to_be_visible()
    rosa.page.locator("summary").click()
    seed = rosa.page.locator("details code").inner_text().replace(" ", "")
    rosa.page.fill('[name="code"]', pyotp.TOTP(seed).now())
    rosa.page.get_by_role("button", name="Continue").click()
    expect(rosa.page.locator("ol code")).to_have_count(10)
    rosa.page.get_by_role("link", name="I have them on paper").click()
    rosa.page.wait_for_url("**/records")
