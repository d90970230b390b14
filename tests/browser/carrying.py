"""Parcels for a village and a tour that carries them, as a clerk makes both by the pages."""

from collections.abc import Iterable
from datetime import timedelta

from terrace.kernel import clock
from tests.browser.chain import number_in
from tests.browser.visitor import Visitor

POINT = "Paitou"
"""Of the keeper, in the village of the cast."""


def announce(clerk: Visitor, phone: str, cod: str = "") -> str:
    """Announce a parcel that the carrier brings for the keeper's point, and return its number."""
    clerk.open("/logistics/parcels/new/down/")
    point = clerk.field("to_unit").locator("option", has_text=POINT).first
    clerk.choose("to_unit", value=point.get_attribute("value"))
    clerk.choose("carrier", index=1)
    for name, value in {"recipient": "Wang Fang", "phone": phone, "weight": "1.2", "cod": cod}.items():
        clerk.fill(name, value)
    clerk.send()
    return number_in(clerk)


def plan_a_tour(clerk: Visitor, parcels: Iterable[str], days: int = 1) -> str:
    """Put the parcels on a tour of so many days later, which leaves today's vehicles alone, and return its number."""
    clerk.open("/logistics/tours/new/")
    clerk.fill("on", (clock.today() + timedelta(days=days)).isoformat())
    clerk.fill("starts_at", "08:00")
    for name in ("vehicle", "driver"):
        clerk.choose(name, value=clerk.field(name).locator("option").last.get_attribute("value"))
    clerk.send()
    number = number_in(clerk)
    stop = clerk.page.locator("form[action$='/stops/']")
    point = stop.locator("[name=unit] option", has_text=POINT).first
    stop.locator("[name=unit]").select_option(value=point.get_attribute("value"))
    clerk.follow(stop.locator(".btn"))
    waiting = clerk.page.locator("form[action$='/loads/']")
    for parcel in parcels:
        waiting.locator(f"input[value='{parcel}']").check()
    clerk.follow(waiting.locator(".btn-primary"))
    return number
