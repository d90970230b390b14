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
    clerk.choose_by_name("to_unit", POINT)
    clerk.choose("carrier", index=1)
    for name, value in {"recipient": "Wang Fang", "phone": phone, "weight": "1.2", "cod": cod}.items():
        clerk.fill(name, value)
    clerk.send()
    return number_in(clerk)


def plan_a_tour(clerk: Visitor, things: Iterable[str], days: int = 5) -> str:
    """Put things on a tour of a vehicle of the yard, so many days later, which leaves today's and tomorrow's vehicles
    alone; return its number.
    """
    clerk.open("/logistics/tours/new/")
    clerk.fill("on", (clock.today() + timedelta(days=days)).isoformat())
    clerk.fill("starts_at", "08:00")
    clerk.choose("vehicle", value=clerk.field("vehicle").locator("option:not([value=''])").first.get_attribute("value"))
    clerk.choose_by_name("driver", clerk.site.names["driver"])
    clerk.send()
    number = number_in(clerk)
    stop = clerk.page.locator("form[action$='/stops/']")
    point = stop.locator("[name=unit] option", has_text=POINT).first
    stop.locator("[name=unit]").select_option(value=point.get_attribute("value"))
    clerk.follow(stop.locator(".btn"))
    waiting = clerk.page.locator("form[action$='/loads/']")
    for thing in things:
        waiting.locator(f"input[value='{thing}']").check()
    clerk.follow(waiting.locator(".btn-primary"))
    return number
