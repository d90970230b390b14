"""The record of acts: each act of sourcing writes a row that says who did what to what, and where."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db.models import Model

from terrace.audit.models import Act
from terrace.http.workbooks import GivenRow
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.money import Money
from terrace.sourcing import services
from terrace.sourcing.domain import ACTS, PayRule
from terrace.sourcing.models import Advice, DemandNotice, Mandate, PurchaseLoss, ReferencePrice, SupplyNotice
from terrace.traceability import services as tracing
from terrace.traceability.domain import LossReason
from terrace.traceability.models import Lot
from tests.amounts import grams
from tests.conftest import VILLAGE, Cast
from tests.sourcing.conftest import NOW, TODAY, terms
from tests.sourcing.purchases import bought, fund, given

COUNTY = VILLAGE[:6]
Done = tuple[Actor, list[tuple[Model, str]]]
"""Who acted, and each subject with the place that its row names."""


def _supply(cast: Cast, **more: Any) -> SupplyNotice:
    given = {"terms": terms(), **more}
    return services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, **given)


def _demand(cast: Cast, **changes: Any) -> DemandNotice:
    return services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=terms(**changes))


def _advice(cast: Cast) -> Advice:
    return services.give_advice(by=cast.centre.actor, area=COUNTY, title="Hold", text="Prices rise.")


def record_supply(cast: Cast) -> Done:
    return cast.keeper.actor, [(_supply(cast), VILLAGE)]


def change_supply(cast: Cast) -> Done:
    notice = _supply(cast)
    services.change_supply(by=cast.farmer.actor, notice=notice, version=1, terms=terms())
    return cast.farmer.actor, [(notice, VILLAGE)]


def withdraw_supply(cast: Cast) -> Done:
    notice = _supply(cast)
    services.withdraw_supply(by=cast.keeper.actor, notice=notice, version=1)
    return cast.keeper.actor, [(notice, VILLAGE)]


def expire_supply(cast: Cast) -> Done:
    notice = _supply(cast)
    services.expire_notices(now=NOW + timedelta(days=30))
    return SYSTEM, [(notice, VILLAGE)]


def rest_supply(cast: Cast) -> Done:
    notice = _supply(cast)
    services.withdraw_of_resting(by=SYSTEM, party_id=notice.party_id)
    return SYSTEM, [(notice, VILLAGE)]


def record_demand(cast: Cast) -> Done:
    return cast.buyer.actor, [(_demand(cast), COUNTY)]


def change_demand(cast: Cast) -> Done:
    notice = _demand(cast)
    services.change_demand(by=cast.centre.actor, notice=notice, version=1, terms=terms())
    return cast.centre.actor, [(notice, COUNTY)]


def withdraw_demand(cast: Cast) -> Done:
    notice = _demand(cast)
    services.withdraw_demand(by=cast.buyer.actor, notice=notice, version=1)
    return cast.buyer.actor, [(notice, COUNTY)]


def expire_demand(cast: Cast) -> Done:
    notice = _demand(cast)
    services.expire_notices(now=NOW + timedelta(days=30))
    return SYSTEM, [(notice, COUNTY)]


def rest_demand(cast: Cast) -> Done:
    notice = _demand(cast)
    services.withdraw_of_resting(by=SYSTEM, party_id=notice.party_id)
    return SYSTEM, [(notice, COUNTY)]


def forget_party(cast: Cast) -> Done:
    noted = _supply(cast, terms=terms(note="Ask for Suqin"))
    shown = _supply(cast, photo=ContentFile(b"pixels", "apples.jpg"))
    _supply(cast)  # nothing personal in it, so nothing is removed from it
    services.forget_party(by=SYSTEM, party_id=noted.party_id)
    wanted = _demand(cast, note="Ring Li Na")
    services.forget_party(by=SYSTEM, party_id=wanted.party_id)
    return SYSTEM, [(noted, VILLAGE), (shown, VILLAGE), (wanted, COUNTY)]


def give_advice(cast: Cast) -> Done:
    return cast.centre.actor, [(_advice(cast), COUNTY)]


def acknowledge_advice(cast: Cast) -> Done:
    advice = _advice(cast)
    for _ in range(2):  # the second time changes nothing, and is no act
        services.acknowledge_advice(by=cast.keeper.actor, advice=advice.number)
    return cast.keeper.actor, [(advice, VILLAGE)]


def set_reference_price(cast: Cast) -> Done:
    given = services.PriceGiven("apple", TODAY, COUNTY, Money(500, "CNY"))
    services.set_reference_price(by=cast.clerk.actor, given=given)
    return cast.clerk.actor, [(ReferencePrice.objects.get(), COUNTY)]


def withdraw_reference_price(cast: Cast) -> Done:
    given = services.PriceGiven("apple", TODAY, COUNTY, Money(500, "CNY"))
    price = services.set_reference_price(by=cast.clerk.actor, given=given)
    services.withdraw_reference_price(by=cast.clerk.actor, price=ReferencePrice.objects.get(pk=price.pk))
    return cast.clerk.actor, [(price, COUNTY)]


def import_reference_prices(cast: Cast) -> Done:
    row = {"product": "apple", "on": TODAY, "area": COUNTY, "price": "5.20"}
    services.import_reference_prices(by=cast.clerk.actor, rows=[GivenRow("prices", 2, row)])
    return cast.clerk.actor, [(ReferencePrice.objects.get(), COUNTY)]


def record_purchase(cast: Cast) -> Done:
    return cast.keeper.actor, [(bought(cast), VILLAGE)]


def pay_purchase(cast: Cast) -> Done:
    owed = services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=PayRule.AT_SALE))
    fund(cast)
    services.pay_purchase(by=cast.buyer.actor, purchase=owed)
    return cast.buyer.actor, [(owed, VILLAGE)]


def note_loss(cast: Cast) -> Done:
    owed = services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=PayRule.AT_SALE))
    lot = Lot.objects.get(pk=owed.lot_id)
    tracing.lose(by=cast.keeper.actor, lot=lot, quantity=grams(2_000), reason=LossReason.ROTTEN)
    return SYSTEM, [(owed, VILLAGE)]


def bear_loss(cast: Cast) -> Done:
    _by, lost = note_loss(cast)
    fund(cast)
    services.bear_loss(by=cast.buyer.actor, loss=PurchaseLoss.objects.get())
    return cast.buyer.actor, lost


def owe_purchase(cast: Cast) -> Done:
    owed = services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=PayRule.AT_GRADING))
    services.pay_graded(lot_ids=[owed.lot_id])
    return SYSTEM, [(owed, VILLAGE)]


def void_purchase(cast: Cast) -> Done:
    wrong = bought(cast)
    services.void_purchase(by=cast.keeper.actor, purchase=wrong, reason="Wrong crates")
    return cast.keeper.actor, [(wrong, VILLAGE)]


def sell_supply(cast: Cast) -> Done:
    notice = _supply(cast)
    bought(cast, notice=notice.number)
    return cast.keeper.actor, [(notice, VILLAGE)]


def restore_supply(cast: Cast) -> Done:
    notice = _supply(cast)
    wrong = bought(cast, notice=notice.number)
    services.void_purchase(by=cast.keeper.actor, purchase=wrong, reason="Wrong crates")
    return cast.keeper.actor, [(notice, VILLAGE)]


def _mandate(cast: Cast) -> Mandate:
    assert cast.buyer.party
    limits = services.MandateGiven(cast.buyer.party.number, TODAY + timedelta(days=30), in_all=Money(500_000, "CNY"))
    return services.give_mandate(by=cast.buyer.actor, given=limits, now=NOW)


def give_mandate(cast: Cast) -> Done:
    return cast.buyer.actor, [(_mandate(cast), COUNTY)]


def withdraw_mandate(cast: Cast) -> Done:
    mandate = _mandate(cast)
    services.withdraw_mandate(by=cast.buyer.actor, mandate=mandate, now=NOW)
    return cast.buyer.actor, [(mandate, COUNTY)]


CASES: dict[str, Callable[[Cast], Done]] = {
    f"sourcing.{case.__name__}": case
    for case in (
        record_supply,
        change_supply,
        withdraw_supply,
        expire_supply,
        rest_supply,
        record_demand,
        change_demand,
        withdraw_demand,
        expire_demand,
        rest_demand,
        forget_party,
        give_advice,
        acknowledge_advice,
        set_reference_price,
        withdraw_reference_price,
        import_reference_prices,
        record_purchase,
        pay_purchase,
        owe_purchase,
        note_loss,
        bear_loss,
        void_purchase,
        sell_supply,
        restore_supply,
        give_mandate,
        withdraw_mandate,
    )
}


def test_every_act_of_sourcing_is_tried() -> None:
    assert CASES.keys() == ACTS.keys()


@pytest.mark.parametrize("act", sorted(CASES))
def test_an_act_is_recorded_with_who_did_it_to_what_and_where(cast: Cast, act: str) -> None:
    by, subjects = CASES[act](cast)
    written = Act.objects.filter(act=act).order_by("id")
    said = [(row.subject, row.subject_id, row.area_path, row.person_id, row.via) for row in written]
    assert said == [
        (subject._meta.label_lower, str(subject.pk), path, by.person_id, by.via) for subject, path in subjects
    ]


def test_a_change_of_the_photo_alone_tells_another_photo(cast: Cast) -> None:
    notice = _supply(cast, photo=ContentFile(b"pixels", "apples.jpg"))
    services.change_supply(
        by=cast.keeper.actor, notice=notice, version=1, terms=terms(), photo=ContentFile(b"more", "pears.jpg")
    )
    details = Act.objects.get(act="sourcing.change_supply").details
    changed = {name for name in details["before"] if details["before"][name] != details["after"][name]}
    assert changed == {"photo"}
    assert details["after"]["photo"] == notice.photo.name


def test_what_was_done_to_a_notice_is_read_by_the_staff_of_its_area_only(cast: Cast) -> None:
    address = f"/sourcing/supply/{_supply(cast).number}/"
    shown = {
        name: [event.title for event in getattr(cast, name).client.get(address).context["history"]]
        for name in ("keeper", "centre", "farmer", "buyer", "stranger")
    }
    recorded = [ACTS["sourcing.record_supply"]]
    assert shown == {"keeper": recorded, "centre": recorded, "farmer": [], "buyer": [], "stranger": []}
