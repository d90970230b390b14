"""The places of a workspace: in groups, and four of them on a phone's bar."""

from dataclasses import fields

import pytest

from terrace.web import navigation
from tests.conftest import Cast


def _entries(cast: Cast, who: str) -> list[navigation.Entry]:
    return navigation.entries(getattr(cast, who).actor, "/")


@pytest.mark.parametrize("who", ["keeper", "clerk", "centre", "bureau", "station", "farmer", "buyer"])
def test_a_phones_bar_has_four_places_and_the_menu_the_others(cast: Cast, who: str) -> None:
    entries = _entries(cast, who)

    assert sum(entry.on_bar for entry in entries) == navigation.ON_BAR
    assert entries[0].on_bar
    assert entries[0].active


@pytest.mark.parametrize("who", ["packer", "driver"])
def test_who_has_few_places_has_all_of_them_on_the_bar_or_four(cast: Cast, who: str) -> None:
    entries = _entries(cast, who)

    assert entries
    assert sum(entry.on_bar for entry in entries) in (len(entries), navigation.ON_BAR)


@pytest.mark.parametrize("who", [field.name for field in fields(Cast)])
def test_no_place_stands_twice_in_anybodys_navigation(cast: Cast, who: str) -> None:
    urls = [entry.url for entry in _entries(cast, who)]

    assert len(urls) == len(set(urls))


def test_no_place_is_listed_twice_for_whoever_may_see_it() -> None:
    routes = [place.route for place in navigation.DESTINATIONS]

    assert len(routes) == len(set(routes))


def test_each_group_is_headed_once_and_so_is_what_is_under_more(cast: Cast) -> None:
    entries = _entries(cast, "clerk")

    headings = [str(entry.heading) for entry in entries if entry.heading]
    hidden = [str(entry.menu_heading) for entry in entries if entry.menu_heading]
    assert headings == ["Goods", "Market", "Parcels and tours", "Money and figures", "Network"]
    assert hidden == sorted(set(hidden), key=headings.index)
    assert all(not entry.on_bar for entry in entries if entry.menu_heading)


@pytest.mark.parametrize(
    ("who", "sees", "sees_not"),
    [
        ("farmer", "/ledger/money/", "/figures/"),
        ("keeper", "/figures/", "/ledger/payouts/"),
        ("clerk", "/ledger/payouts/", "/audit/"),
        ("buyer", "/market/orders/mine/", "/market/payments/"),
        ("driver", "/network/", "/sourcing/supply/"),
    ],
)
def test_everybody_sees_the_places_of_the_own_work(cast: Cast, who: str, sees: str, sees_not: str) -> None:
    urls = [entry.url for entry in _entries(cast, who)]

    assert sees in urls
    assert sees_not not in urls


@pytest.mark.parametrize(
    ("who", "bar"),
    [
        ("farmer", {"/", "/market/sell/", "/sourcing/supply/", "/ledger/money/"}),
        ("buyer", {"/", "/market/sell/", "/sourcing/purchases/", "/ledger/money/"}),
        ("keeper", {"/", "/logistics/desk/", "/sourcing/purchases/", "/sourcing/supply/"}),
        ("packer", {"/", "/market/pack/", "/logistics/desk/", "/lots/"}),
        ("clerk", {"/", "/market/desk/", "/market/payments/", "/ledger/payouts/"}),
        ("centre", {"/", "/market/desk/", "/logistics/tours/", "/figures/"}),
        ("administrator", {"/", "/people/", "/network/", "/audit/"}),
        ("bureau", {"/", "/figures/", "/sourcing/balance/", "/sourcing/prices/"}),
    ],
)
def test_a_phones_bar_has_what_somebodys_work_begins_with(cast: Cast, who: str, bar: set[str]) -> None:
    assert {entry.url for entry in _entries(cast, who) if entry.on_bar} == bar


def test_a_visitor_has_no_places(db: None) -> None:
    assert navigation.entries(navigation.Actor(), "/") == []
