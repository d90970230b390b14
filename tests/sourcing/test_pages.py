"""The pages of sourcing, as browsers ask for them."""

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from terrace.http.pieces import Figure
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.network.models import ServiceUnit
from terrace.registry.models import Party
from terrace.sourcing import services
from terrace.sourcing.models import DemandNotice, SupplyNotice
from tests.conftest import VILLAGE, Cast, Member
from tests.factories import ProductFactory
from tests.sourcing.conftest import terms

FORM = {
    "variety": "fuji",
    "quantity": "800",
    "opens_on": "2026-09-25",
    "closes_on": "2026-10-01",
    "price": "5.20",
    "note": "",
}


@pytest.fixture(autouse=True)
def september(time_machine: Any) -> None:
    """Let it be harvest time."""
    time_machine.move_to("2026-09-20T02:00:00+00:00", tick=False)


def _photo() -> BytesIO:
    target = BytesIO()
    Image.new("RGB", (20, 10), "red").save(target, "PNG")
    target.seek(0)
    target.name = "apples.png"
    return target


def test_the_keeper_records_supply_with_a_photo_and_lands_on_the_notice(cast: Cast) -> None:
    client = cast.keeper.client
    page = client.get("/sourcing/supply/new/apple/")
    assert page.status_code == 200
    answer = client.post("/sourcing/supply/new/apple/", {**FORM, "party": cast.farmer.party.number, "photo": _photo()})
    notice = SupplyNotice.objects.get()
    assert answer.headers["Location"] == f"/sourcing/supply/{notice.number}/"
    assert client.get(answer.headers["Location"]).status_code == 200
    photo = client.get(f"/sourcing/supply/{notice.number}/photo.jpg")
    assert photo.headers["Content-Type"] == "image/jpeg"
    assert photo.headers["Cache-Control"] == "private, max-age=86400"  # a cache on the way keeps it for nobody else
    assert cast.neighbour.client.get(f"/sourcing/supply/{notice.number}/photo.jpg").status_code == 404
    notice.photo.delete(save=False)


def test_a_changed_photo_has_a_new_address_and_can_be_taken_away(cast: Cast) -> None:
    client = cast.keeper.client
    sent = {**FORM, "party": cast.farmer.party.number, "photo": _photo()}
    client.post("/sourcing/supply/new/apple/", sent)
    page = f"/sourcing/supply/{SupplyNotice.objects.get().number}/"
    assert "photo.jpg?v=1" in client.get(page).content.decode()

    client.post(f"{page}change/", {**FORM, "version": 1, "photo": _photo()})
    assert "photo.jpg?v=2" in client.get(page).content.decode()
    assert "photo.jpg?v=2" in client.get(f"{page}change/").content.decode()

    client.post(f"{page}change/", {**FORM, "version": 2, "drop_photo": "on"})
    assert not SupplyNotice.objects.get().photo
    assert "photo.jpg" not in client.get(page).content.decode()
    assert "drop_photo" not in client.get(f"{page}change/").content.decode()


def test_sending_the_form_twice_records_once(cast: Cast) -> None:
    client = cast.keeper.client
    data = {**FORM, "party": cast.farmer.party.number, "idempotency_key": "once"}
    first = client.post("/sourcing/supply/new/apple/", data)
    second = client.post("/sourcing/supply/new/apple/", data)
    assert first.headers["Location"] == second.headers["Location"]
    assert SupplyNotice.objects.count() == 1


def test_a_refused_form_says_why_at_the_field_and_keeps_what_was_typed(cast: Cast) -> None:
    data = {**FORM, "party": cast.farmer.party.number, "closes_on": "2026-09-01"}
    answer = cast.keeper.client.post("/sourcing/supply/new/apple/", data)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"closes_on"}
    assert b'value="800"' in answer.content
    assert not SupplyNotice.objects.exists()


def test_changing_and_withdrawing_through_pages(cast: Cast) -> None:
    notice = services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms())
    client = cast.keeper.client
    change = f"/sourcing/supply/{notice.number}/change/"
    assert client.get(change).status_code == 200
    assert client.post(change, {**FORM, "quantity": "900.5", "version": 1}).status_code == 302
    assert client.post(change, {**FORM, "quantity": "1", "version": 1}).status_code == 422
    withdraw = f"/sourcing/supply/{notice.number}/withdraw/"
    assert client.post(withdraw, {"version": 1}).status_code == 422
    assert client.get(withdraw).context["form"]["version"].value() == 2
    assert client.post(withdraw, {"version": 2}).status_code == 302
    notice.refresh_from_db()
    assert (notice.quantity_steps, notice.status) == (900_500, "withdrawn")


def test_a_change_that_was_overtaken_keeps_what_was_typed_and_may_be_sent_again(cast: Cast) -> None:
    notice = services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms())
    services.change_supply(
        by=cast.farmer.actor, notice=notice, version=1, terms=terms(quantity=Quantity(700_000, Unit.KILOGRAM))
    )
    client, change = cast.keeper.client, f"/sourcing/supply/{notice.number}/change/"
    mine = {**FORM, "quantity": "900,5", "note": "By noon."}

    late = client.post(change, {**mine, "version": 1})

    form = late.context["form"]
    assert late.status_code == 422
    assert (form.errors["quantity"], form.errors["note"]) == (["Now: 700 kg"], ["Now: nothing"])
    assert {name: form[name].value() for name in ("quantity", "note")} == {"quantity": "900,5", "note": "By noon."}
    notice.refresh_from_db()
    assert notice.quantity_steps == 700_000
    assert client.post(change, {**mine, "version": form["version"].value()}).status_code == 302
    notice.refresh_from_db()
    assert (notice.quantity_steps, notice.note) == (900_500, "By noon.")


def test_the_shop_records_demand_for_itself(cast: Cast) -> None:
    answer = cast.buyer.client.post("/sourcing/demand/new/apple/", {**FORM, "party": cast.buyer.party.number})
    assert answer.status_code == 302
    assert DemandNotice.objects.get().party_id == cast.buyer.party.pk


def test_a_stranger_to_the_area_finds_nothing(cast: Cast) -> None:
    notice = services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms())
    assert cast.stranger.client.get(f"/sourcing/balance/{VILLAGE[:6]}/").status_code == 403
    client = cast.neighbour.client
    assert client.get(f"/sourcing/supply/{notice.number}/").status_code == 404
    assert notice.number not in client.get("/sourcing/supply/").content.decode()


def test_visitors_are_sent_to_sign_in(cast: Cast) -> None:
    answer = Client().get("/sourcing/supply/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sourcing/supply/",
        "/sourcing/supply/?sort=-quantity&text=apple&status=open&area=621226",
        "/sourcing/supply/?export=xlsx",
        "/sourcing/supply/new/",
        "/sourcing/demand/",
        "/sourcing/demand/new/",
        "/sourcing/balance/",
        "/sourcing/balance/?export=xlsx",
        f"/sourcing/balance/{VILLAGE[:6]}/apple/",
        "/sourcing/advice/",
        "/sourcing/advice/new/",
        "/sourcing/prices/",
        "/sourcing/prices/new/",
        "/sourcing/prices/import/",
        "/sourcing/prices/pattern.xlsx",
        "/sourcing/prices/apple/",
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens_for_the_centre(cast: Cast, path: str, language: str) -> None:
    services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms())
    services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=terms())
    client = cast.centre.client
    client.cookies["language"] = language
    assert client.get(path).status_code == 200


def test_the_notices_behind_a_number_add_up_to_it(cast: Cast) -> None:
    for opens_on, kilograms in ((date(2026, 9, 18), 100), (date(2026, 9, 25), 800)):
        offered = terms(opens_on=opens_on, quantity=Quantity(kilograms * 1000, Unit.KILOGRAM))
        services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=offered)
    services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=terms())
    client = cast.centre.client
    line = client.get("/sourcing/balance/").context["lines"][0]
    figures = [figure for _week, figure in line.figures if figure]
    shown = [(client.get(f.supply_url).context["in_these_days"], f.supply) for f in figures if f.supply]
    shown += [(client.get(f.demand_url).context["in_these_days"], f.demand) for f in figures if f.demand]
    assert len(shown) > 4
    assert all(listed == clicked for listed, clicked in shown)
    assert "In these days" in client.get(figures[0].supply_url, headers={"Accept-Language": "en"}).content.decode()


def test_who_seeks_goods_is_led_to_them_and_who_has_goods_to_who_wants_them(cast: Cast) -> None:
    services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=terms())
    Party.objects.filter(pk=cast.buyer.party.pk).update(kind="buyer")
    buyer, farmer = (
        {todo.url for todo in member.client.get("/").context["todo"]} for member in (cast.buyer, cast.farmer)
    )
    assert ("/sourcing/supply/" in buyer, "/sourcing/demand/" in buyer) == (True, False)
    assert ("/sourcing/supply/" in farmer, "/sourcing/demand/" in farmer) == (False, True)


def test_the_figures_of_the_first_page_are_those_of_the_lists_they_lead_to(cast: Cast) -> None:
    services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms())
    odd = terms(quantity=Quantity(880_269, Unit.KILOGRAM))
    services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=odd)
    for member in (cast.centre, cast.keeper, cast.stranger):
        shown = member.client.get("/").context["figures"]
        figures = [figure for figure in shown if "balance" not in figure.url and not figure.url.startswith("/figures/")]
        assert len(figures) == 3  # beside what is short, and the month's money, whose page is no list
        listed = [member.client.get(figure.url).context["listing"].page.total for figure in figures]
        assert [figure.number for figure in figures] == [str(total) for total in listed]
    gap = cast.centre.client.get("/").context["gaps"][0].short
    (_all_weeks, total), *_weeks = cast.centre.client.get("/sourcing/balance/").context["lines"][0].figures
    assert gap == -total.gap


def _figures(member: Member) -> dict[str, Figure]:
    member.client.cookies["language"] = "en"
    return {str(figure.label): figure for figure in member.client.get("/").context["figures"]}


def test_the_first_page_says_how_many_more_notices_are_open_than_a_week_ago(cast: Cast, time_machine: Any) -> None:
    number = cast.farmer.party.number
    time_machine.move_to("2026-09-10T02:00:00Z", tick=False)
    long_gone = terms(opens_on=date(2026, 9, 10), closes_on=date(2026, 9, 12))
    services.record_supply(by=cast.keeper.actor, party=number, terms=long_gone)
    kept, sold, spoiled = (
        services.record_supply(by=cast.keeper.actor, party=number, terms=terms()) for _time in range(3)
    )
    services.withdraw_supply(by=cast.keeper.actor, notice=spoiled, version=1)
    time_machine.move_to("2026-09-18T02:00:00Z", tick=False)
    services.withdraw_supply(by=cast.keeper.actor, notice=sold, version=1)
    services.change_supply(by=cast.keeper.actor, notice=kept, version=1, terms=terms(closes_on=date(2026, 9, 30)))
    for _time in range(3):
        services.record_supply(by=cast.keeper.actor, party=number, terms=terms())
    time_machine.move_to("2026-09-20T02:00:00Z", tick=False)

    supply = _figures(cast.keeper)["Supply notices open"]

    # A week ago `kept` and `sold` were open; today `kept` and three more are.
    assert (supply.number, supply.change, supply.trend) == ("4", "+2", "up")
    assert _figures(cast.stranger)["Supply notices open"].change == ""


def test_fewer_notices_than_a_week_ago_are_said_with_a_minus(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to("2026-09-10T02:00:00Z", tick=False)
    notice = services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=terms())
    time_machine.move_to("2026-09-20T02:00:00Z", tick=False)
    assert _figures(cast.centre)["Demand notices open"].line == "as many as a week ago"
    services.withdraw_demand(by=cast.buyer.actor, notice=notice, version=1)
    demand = _figures(cast.centre)["Demand notices open"]
    assert (demand.number, demand.change, demand.trend) == ("0", "−1", "down")


def test_the_latest_supply_names_the_variety(cast: Cast) -> None:
    services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms())
    page = cast.keeper.client
    page.cookies["language"] = "en"
    assert "Apple · Fuji</a>" in page.get("/").content.decode()


def test_an_ended_notice_waits_for_nobody(cast: Cast) -> None:
    notice = services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms())
    client = cast.keeper.client
    client.cookies["language"] = "en"
    address, heading = f"/sourcing/supply/{notice.number}/", "Who wants it"
    assert heading in client.get(address).content.decode()
    services.withdraw_supply(by=cast.keeper.actor, notice=notice, version=1)
    assert heading not in client.get(address).content.decode()


@pytest.mark.parametrize("act", ["change", "withdraw"])
def test_who_wants_to_change_an_ended_notice_is_told_and_led_to_a_new_one(cast: Cast, act: str) -> None:
    notice = services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms())
    address = f"/sourcing/supply/{notice.number}/{act}/"
    assert cast.keeper.client.get(address).status_code == 200
    services.withdraw_supply(by=cast.keeper.actor, notice=notice, version=1)

    answer = cast.keeper.client.get(address)

    assert answer.status_code == 409
    assert f'href="/sourcing/supply/new/apple/?party={cast.farmer.party.number}"' in answer.content.decode()
    assert "<textarea" not in answer.content.decode()
    assert cast.neighbour.client.get(address).status_code == 404


def test_who_writes_a_note_is_told_who_reads_it(cast: Cast) -> None:
    client = cast.keeper.client
    client.cookies["language"] = "en"
    assert "Every buyer reads this" in client.get("/sourcing/supply/new/apple/").content.decode()


def test_how_much_falls_on_days_is_written_in_whole_units_in_the_list_as_in_the_sum(cast: Cast) -> None:
    odd = terms(quantity=Quantity(261_538, Unit.KILOGRAM))
    services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=odd)
    days = {"product": "apple", "first": "2026-09-25", "last": "2026-09-27"}
    page = cast.keeper.client.get("/sourcing/supply/", days)
    listing = page.context["listing"]
    place = next(n for n, head in enumerate(listing.columns) if head.name == "share")
    assert listing.rows[0].cells[place].value == page.context["in_these_days"] == Quantity(112_000, Unit.KILOGRAM)


def test_the_balance_heads_the_present_week_with_today(cast: Cast) -> None:
    services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms())
    context = cast.keeper.client.get("/sourcing/balance/").context
    today, next_monday = date(2026, 9, 20), date(2026, 9, 21)
    assert [first for first, _last in context["weeks"][:2]] == [today, next_monday]
    assert [day for day, _figure in context["lines"][0].figures[:3]] == [None, today, next_monday]


def test_the_number_that_orders_the_calls_is_explained(cast: Cast) -> None:
    services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=terms())
    notice = services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms())
    client = cast.keeper.client
    client.cookies["language"] = "en"
    assert "10 for nearness" in client.get(f"/sourcing/supply/{notice.number}/").content.decode()


def test_a_price_is_of_one_piece(cast: Cast) -> None:
    product = ProductFactory(code="egg", unit="C62")
    eggs = terms(product=product.code, variety="", quantity=Quantity(300, Unit.PIECE), price=Money(170, "CNY"))
    notice = services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=eggs)
    client = cast.keeper.client
    client.cookies["language"] = "en"
    page = client.get(f"/sourcing/supply/{notice.number}/").content.decode()
    assert re.search(r"1\.70\s*/\s*piece\b", page)
    assert "300\N{NO-BREAK SPACE}pieces" in page


def test_a_call_names_the_other_sides_goods_and_the_number_that_this_reader_calls(cast: Cast) -> None:
    offered = services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms())
    wanted = terms(quantity=Quantity(300_000, Unit.KILOGRAM), price=Money(610, "CNY"))
    demand = services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=wanted)
    Party.objects.filter(pk=cast.buyer.party.pk).update(phone="+8613800000001")
    ServiceUnit.objects.filter(area=VILLAGE).update(phone="+8613800000002")
    pages = {
        "supply": cast.keeper.client.get(f"/sourcing/supply/{offered.number}/").content.decode(),
        "demand": cast.buyer.client.get(f"/sourcing/demand/{demand.number}/").content.decode(),
        "balance": cast.centre.client.get("/sourcing/balance/").content.decode(),
    }
    calls = {name: page[page.index('<ol class="calls">') :].partition("</ol>")[0] for name, page in pages.items()}
    links = {
        name: [f'href="/sourcing/{s}/{n}/"' in text for s, n in (("supply", offered.number), ("demand", demand.number))]
        for name, text in calls.items()
    }
    assert links == {"supply": [False, True], "demand": [True, False], "balance": [True, True]}
    assert ("300" in calls["supply"], "6.10" in calls["supply"], "+8613800000001" in calls["supply"]) == (
        True,
        True,
        True,
    )
    assert ("800" in calls["demand"], "5.20" in calls["demand"], "+8613800000002" in calls["demand"]) == (
        True,
        True,
        True,
    )
    assert "+8613800000001" not in calls["demand"]
    assert "+8613800000001" in calls["balance"]


def test_the_fragment_is_the_list_of_the_full_page(cast: Cast) -> None:
    services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms())
    client = cast.centre.client
    page = client.get("/sourcing/supply/").content.decode()
    fragment = client.get("/sourcing/supply/", headers={"HX-Request": "true", "HX-Target": "div#list"}).content.decode()
    assert "<html" not in fragment
    assert fragment.strip() in page
