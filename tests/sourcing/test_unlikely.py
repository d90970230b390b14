"""A quantity that looks like a slip of the finger is asked once, and taken from who is sure."""

from typing import Any

import pytest

from terrace.kernel.quantity import Quantity, Unit
from terrace.sourcing import services
from terrace.sourcing.models import DemandNotice, SupplyNotice
from tests.conftest import Cast
from tests.sourcing.conftest import terms
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
