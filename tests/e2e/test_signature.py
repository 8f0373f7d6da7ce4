"""The drawn signature in a real browser: an extra beside the typed name,
and a phone may be turned while drawing.
"""

import json
from collections.abc import Callable
from typing import Any

from tests.support.browser_person import Person
from tests.support.form_walker import HealthyAdult
from tests.support.http_client import Client
from tests.support.server import Server

INKED = """canvas => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, place) => place % 4 === 3 && value).length;
}"""


def strokes(ana: Person) -> dict[str, Any]:
    """What will be sent."""
    found: dict[str, Any] = json.loads(
        ana.page.locator("input[type=hidden][name=drawing]").input_value()
    )
    return found


def draw(ana: Person, *points: tuple[float, float]) -> None:
    """One stroke, in shares of the box."""
    box = ana.page.locator("canvas.signature-pad")
    box.scroll_into_view_if_needed()
    place = box.bounding_box()
    assert place is not None
    spots = [(place["x"] + x * place["width"], place["y"] + y * place["height"]) for x, y in points]
    ana.page.mouse.move(*spots[0])
    ana.page.mouse.down()
    for spot in spots[1:]:
        ana.page.mouse.move(*spot, steps=8)
    ana.page.mouse.up()


def test_a_drawn_signature_survives_turning_the_phone_and_is_sent(
    visit: Callable[..., Person], server: Server
) -> None:
    client = Client(server.url, address="198.51.100.251")
    path, _ = HealthyAdult().walk_to_signature(client)
    ana = visit(width=780)
    for name, value in client.cookies.items():
        ana.context.add_cookies(
            [
                {
                    "name": name,
                    "value": value,
                    "url": server.url.replace("http:", "https:"),
                    "secure": True,
                }
            ]
        )
    ana.page.goto(path)
    draw(ana, (0.05, 0.2), (0.5, 0.8), (0.95, 0.3))
    wide = strokes(ana)
    ana.page.set_viewport_size({"width": 360, "height": 780})
    ana.page.wait_for_function(
        "w => JSON.parse(document.querySelector('[name=drawing]').value).w < w", arg=wide["w"]
    )
    turned = strokes(ana)
    assert [len(one) for one in turned["s"]] == [len(one) for one in wide["s"]]
    assert max(point[0] for one in turned["s"] for point in one) <= turned["w"]
    assert ana.page.locator("canvas.signature-pad").evaluate(INKED) > 100
    draw(ana, (0.2, 0.5), (0.8, 0.5))
    assert len(strokes(ana)["s"]) == 2
    ana.sign()
    assert "/intake/done" in ana.page.url
    assert ana.trouble == []
