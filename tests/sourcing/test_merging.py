"""Lots of different buyers stay apart: nobody could pack or sell the mixture, nor would its growers be paid."""

import pytest

from terrace.kernel.errors import Invalid
from terrace.registry.models import Party
from terrace.sourcing import queries, services
from terrace.sourcing.domain import PayRule
from terrace.sourcing.models import Purchase
from terrace.traceability import services as tracing
from terrace.traceability.models import Lot
from tests import factories
from tests.conftest import Cast
from tests.sourcing.conftest import NOW
from tests.sourcing.purchases import given


def _lot(cast: Cast, buyer: Party | None) -> Lot:
    assert buyer
    terms = given(cast, buyer=buyer.number, pay_rule=PayRule.AT_SALE)
    purchase: Purchase = services.record_purchase(by=cast.keeper.actor, given=terms, now=NOW)
    return Lot.objects.get(pk=purchase.lot_id)


def test_goods_of_two_buyers_are_not_merged(cast: Cast) -> None:
    assert cast.buyer.party
    other = factories.PartyFactory(kind="cooperative", area=cast.buyer.party.area)
    lots = [_lot(cast, cast.buyer.party), _lot(cast, other)]
    assert queries.owners_of_lots([lot.pk for lot in lots]) == {cast.buyer.party.pk, other.pk}
    with pytest.raises(Invalid, match="different buyers") as refused:
        tracing.merge_lots(by=cast.keeper.actor, lots=lots, now=NOW)
    assert refused.value.field == "lots"
    assert sorted(Lot.objects.values_list("steps", flat=True)) == [92_000, 92_000]


def test_goods_of_one_buyer_are_merged_again_and_again(cast: Cast) -> None:
    lots = [_lot(cast, cast.buyer.party) for _number in range(3)]
    mixed = tracing.merge_lots(by=cast.keeper.actor, lots=lots[:2], now=NOW)
    whole = tracing.merge_lots(by=cast.keeper.actor, lots=[mixed, lots[2]], now=NOW)
    assert whole.steps == 276_000
