"""A quantity or a price that looks like a slip of the finger is asked once, and taken from who is sure."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.sourcing import services
from terrace.sourcing.models import DemandNotice, ReferencePrice, SupplyNotice
from tests.conftest import VILLAGE, Cast
from tests.sourcing.conftest import NOW, TODAY, terms
from tests.sourcing.test_pages import FORM
from tests.sourcing.test_rest import API, GIVEN

NEW = "/sourcing/supply/new/apple/"
USUAL = Quantity(200_000_000, Unit.KILOGRAM)
HUGE = Quantity(200_000_001, Unit.KILOGRAM)


def test_two_hundred_tonnes_are_believed_and_a_gram_more_only_from_who_is_sure(cast: Cast) -> None:
    assert cast.buyer.party
    given: dict[str, Any] = {"by": cast.buyer.actor, "party": cast.buyer.party.number}
    services.record_demand(**given, terms=terms(quantity=USUAL))
    with pytest.raises(services.Unlikely) as refused:
        services.record_demand(**given, terms=terms(quantity=HUGE))
    assert (refused.value.field, DemandNotice.objects.count()) == ("quantity", 1)

    services.record_demand(**given, terms=terms(quantity=HUGE, sure=True))
    assert set(DemandNotice.objects.values_list("quantity_steps", flat=True)) == {USUAL.steps, HUGE.steps}


def test_what_was_asked_once_is_not_asked_again_when_the_rest_is_changed(cast: Cast) -> None:
    assert cast.farmer.party
    notice = services.record_supply(
        by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms(quantity=HUGE, sure=True)
    )
    services.change_supply(by=cast.keeper.actor, notice=notice, version=1, terms=terms(quantity=HUGE, note="Sorted."))
    with pytest.raises(services.Unlikely):
        services.change_supply(
            by=cast.keeper.actor, notice=notice, version=2, terms=terms(quantity=Quantity(HUGE.steps + 1, HUGE.unit))
        )
    notice.refresh_from_db()
    assert (notice.note, notice.quantity_steps, notice.version) == ("Sorted.", HUGE.steps, 2)


def test_the_form_asks_beside_the_quantity_and_takes_it_when_the_box_is_ticked(cast: Cast) -> None:
    assert cast.farmer.party
    client, given = cast.keeper.client, {**FORM, "quantity": "300000", "party": cast.farmer.party.number}
    assert 'type="checkbox" name="sure"' not in client.get(NEW).content.decode()

    asked = client.post(NEW, given, headers={"Accept-Language": "en"})

    page, form = asked.content.decode(), asked.context["form"]
    assert asked.status_code == 422
    assert form.errors == {"quantity": ["This is very much for one notice. Is it really so much?"]}
    assert page.index('name="quantity"') < page.index('type="checkbox" name="sure"') < page.index('name="opens_on"')
    assert 'value="300000"' in page
    assert not SupplyNotice.objects.exists()

    assert client.post(NEW, {**given, "sure": "on"}).status_code == 302
    assert SupplyNotice.objects.get().quantity_steps == 300_000_000


def test_a_ticked_box_stays_in_sight_when_something_else_is_wrong(cast: Cast) -> None:
    assert cast.farmer.party
    given = {**FORM, "quantity": "300000", "party": cast.farmer.party.number, "sure": "on", "closes_on": "2026-09-01"}
    page = cast.keeper.client.post(NEW, given).content.decode()
    assert 'type="checkbox" name="sure"' in page
    assert not SupplyNotice.objects.exists()


def test_a_program_says_that_it_is_sure(cast: Cast) -> None:
    assert cast.farmer.party
    body = {**GIVEN, "quantity": {"steps": HUGE.steps, "unit": "KGM"}, "party": cast.farmer.party.number}
    path = f"{API}/supply-notices"
    asked = cast.keeper.client.post(path, body, content_type="application/json")
    assert (asked.status_code, asked.json()["code"]) == (422, "unlikely")
    assert not SupplyNotice.objects.exists()
    assert cast.keeper.client.post(path, {**body, "sure": True}, content_type="application/json").status_code == 201


COUNTY = VILLAGE[:6]
PRICES = "/sourcing/prices/new/"


@pytest.fixture
def quoted(cast: Cast) -> ReferencePrice:
    """Return yesterday's price of apples: 5.00 a kilogram."""
    return _quote(cast, "5.00", days_ago=1)


def _quote(cast: Cast, price: str, *, days_ago: int = 0, **more: Any) -> ReferencePrice:
    given = services.PriceGiven(
        "apple", TODAY - timedelta(days=days_ago), COUNTY, Money.parse(price, "CNY"), **{"variety": "", **more}
    )
    return services.set_reference_price(by=cast.clerk.actor, given=given, now=NOW)


def _asks_about(price: int, **more: Any) -> Any:
    return terms(price=Money(price, "CNY"), **more)


@pytest.mark.parametrize(("minor", "is_asked"), [(1500, False), (1501, True), (167, False), (166, True)])
def test_a_price_is_asked_above_three_times_and_below_a_third_of_the_reference_price(
    cast: Cast, quoted: ReferencePrice, minor: int, is_asked: bool
) -> None:
    assert cast.buyer.party
    given: dict[str, Any] = {"by": cast.buyer.actor, "party": cast.buyer.party.number}
    if is_asked:
        with pytest.raises(services.UnlikelyPrice) as refused:
            services.record_demand(**given, terms=_asks_about(minor))
        assert refused.value.field == "price"
        assert not DemandNotice.objects.exists()
    services.record_demand(**given, terms=_asks_about(minor, sure_of_price=is_asked))
    assert DemandNotice.objects.get().price_minor == minor


@pytest.mark.parametrize(("minor", "is_asked"), [(1_000_000, False), (1_000_001, True)])
def test_without_a_reference_price_only_ten_thousand_of_the_currency_a_unit_is_asked(
    cast: Cast, minor: int, is_asked: bool
) -> None:
    assert cast.farmer.party
    given: dict[str, Any] = {"by": cast.keeper.actor, "party": cast.farmer.party.number}
    if is_asked:
        with override("en"), pytest.raises(services.UnlikelyPrice) as refused:
            services.record_supply(**given, terms=_asks_about(minor))
        assert (refused.value.field, str(refused.value)) == ("price", "This price is very high. Is it right?")
        with pytest.raises(services.UnlikelyPrice):
            _quote(cast, str(minor / 100))
        assert not SupplyNotice.objects.exists()
        assert not ReferencePrice.objects.exists()
    services.record_supply(**given, terms=_asks_about(minor, sure_of_price=is_asked))
    _quote(cast, str(minor / 100), sure_of_price=is_asked)
    assert SupplyNotice.objects.get().price_minor == ReferencePrice.objects.get().price_minor == minor


def test_a_high_price_near_a_high_reference_price_is_not_asked(cast: Cast) -> None:
    assert cast.farmer.party
    _quote(cast, "20000", sure_of_price=True)
    services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=_asks_about(2_100_000))
    assert SupplyNotice.objects.get().price_minor == 2_100_000


def test_without_a_reference_price_or_a_price_nothing_is_asked(cast: Cast) -> None:
    assert cast.farmer.party
    given: dict[str, Any] = {"by": cast.keeper.actor, "party": cast.farmer.party.number}
    services.record_supply(**given, terms=_asks_about(99_900))
    _quote(cast, "5.00")
    services.record_supply(**given, terms=terms(price=None))
    assert SupplyNotice.objects.count() == 2


def test_a_price_that_was_asked_once_is_not_asked_again_when_the_rest_is_changed(
    cast: Cast, quoted: ReferencePrice
) -> None:
    assert cast.farmer.party
    keeper = cast.keeper.actor
    sure = _asks_about(52_000, sure_of_price=True)
    notice = services.record_supply(by=keeper, party=cast.farmer.party.number, terms=sure)
    services.change_supply(by=keeper, notice=notice, version=1, terms=_asks_about(52_000, note="Sorted."))
    with pytest.raises(services.UnlikelyPrice):
        services.change_supply(by=keeper, notice=notice, version=2, terms=_asks_about(52_100))
    notice.refresh_from_db()
    assert (notice.note, notice.price_minor, notice.version) == ("Sorted.", 52_000, 2)


def test_the_form_asks_beside_the_price_and_takes_it_when_the_box_is_ticked(cast: Cast, quoted: ReferencePrice) -> None:
    assert cast.farmer.party
    client, given = cast.keeper.client, {**FORM, "price": "520", "party": cast.farmer.party.number}

    asked = client.post(NEW, given, headers={"Accept-Language": "en"})

    page, form = asked.content.decode(), asked.context["form"]
    assert asked.status_code == 422
    assert form.errors == {"price": ["This is far from the reference price of CN¥5.00. Is it right?"]}
    assert page.index('name="price"') < page.index('type="checkbox" name="sure_of_price"') < page.index('name="note"')
    assert 'type="checkbox" name="sure"' not in page
    assert 'value="520"' in page
    assert not SupplyNotice.objects.exists()

    assert client.post(NEW, {**given, "sure_of_price": "on"}).status_code == 302
    assert SupplyNotice.objects.get().price_minor == 52_000


def test_a_reference_price_far_from_the_days_before_is_asked_and_one_that_is_put_right_is_not(
    cast: Cast, quoted: ReferencePrice
) -> None:
    with pytest.raises(services.UnlikelyPrice):
        _quote(cast, "52.00")
    assert ReferencePrice.objects.get() == quoted

    _quote(cast, "52.00", sure_of_price=True)
    _quote(cast, "5.20")  # the same day again: the day before is what counts
    assert set(ReferencePrice.objects.values_list("price_minor", flat=True)) == {500, 520}


def test_the_form_of_a_reference_price_asks_and_takes_it_when_the_box_is_ticked(
    cast: Cast, quoted: ReferencePrice
) -> None:
    client = cast.clerk.client
    given = {"product": "apple", "on": TODAY.isoformat(), "area": COUNTY, "price": "52"}
    assert 'type="checkbox" name="sure_of_price"' not in client.get(PRICES).content.decode()

    asked = client.post(PRICES, given)

    assert (asked.status_code, list(asked.context["form"].errors)) == (422, ["price"])
    assert 'type="checkbox" name="sure_of_price"' in asked.content.decode()
    assert ReferencePrice.objects.get() == quoted
    assert client.post(PRICES, {**given, "sure_of_price": "on"}).status_code == 302
    assert ReferencePrice.objects.get(on=TODAY).price_minor == 5200


def test_a_program_says_that_it_is_sure_of_a_price(cast: Cast, quoted: ReferencePrice) -> None:
    assert cast.farmer.party
    far = {"minor": 52_000, "currency": "CNY"}
    price = {"product": "apple", "on": TODAY.isoformat(), "area": COUNTY, "price": far}
    notice = {**GIVEN, "price": far, "party": cast.farmer.party.number}
    for who, path, body in ((cast.keeper, "supply-notices", notice), (cast.clerk, "reference-prices", price)):
        asked = who.client.post(f"{API}/{path}", body, content_type="application/json")
        assert (asked.status_code, asked.json()["code"]) == (422, "unlikely_price")
        sure = {**body, "sure_of_price": True}
        assert who.client.post(f"{API}/{path}", sure, content_type="application/json").status_code == 201
    assert SupplyNotice.objects.get().price_minor == 52_000
    assert ReferencePrice.objects.get(on=TODAY).price_minor == 52_000
