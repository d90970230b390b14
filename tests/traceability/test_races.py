"""Two people at one lot at the same moment: the last box is packed once, and a recall misses nothing."""

import pytest

from terrace.kernel.actors import SYSTEM
from terrace.traceability import services
from terrace.traceability.domain import LossReason
from terrace.traceability.models import Lot, LotUse
from terrace.traceability.queries import CHECKS
from tests.conftest import Cast
from tests.meanwhile import meanwhile
from tests.traceability.conftest import NOW, kilos, taken_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def _pack(lot: Lot, parcel: str) -> LotUse:
    return services.pack(by=SYSTEM, lot_id=lot.pk, quantity=kilos(5), reference=parcel, now=NOW)


def test_two_packers_never_take_the_same_last_box(cast: Cast) -> None:
    lot = taken_in(cast, 5)
    said = meanwhile(lambda: _pack(lot, "parcel/W-1"), lambda: _pack(lot, "parcel/W-2"))
    assert isinstance(said, services.NotEnough)
    assert list(LotUse.objects.values_list("reference", flat=True)) == ["parcel/W-1"]
    assert (Lot.objects.get().steps, [list(check.find()) for check in CHECKS if list(check.find())]) == (0, [])


def test_a_recall_reaches_what_is_being_split_off_meanwhile(cast: Cast) -> None:
    lot = taken_in(cast, 100)
    meanwhile(
        lambda: services.split_lot(by=SYSTEM, lot=lot, parts=[kilos(10)], now=NOW),
        lambda: services.recall(by=SYSTEM, lot=lot, reason="Residue", now=NOW),
    )
    assert [found.is_recalled for found in Lot.objects.order_by("id")] == [True, True]


def test_nothing_is_split_off_what_is_being_recalled(cast: Cast) -> None:
    lot = taken_in(cast, 100)
    said = meanwhile(
        lambda: services.recall(by=SYSTEM, lot=lot, reason="Residue", now=NOW),
        lambda: services.split_lot(by=SYSTEM, lot=lot, parts=[kilos(10)], now=NOW),
    )
    assert isinstance(said, services.Recalled)
    assert Lot.objects.count() == 1


def test_two_mergers_of_the_same_lots_do_not_wait_for_each_other_in_a_circle(cast: Cast) -> None:
    one, other = taken_in(cast, 10), taken_in(cast, 20)
    said = meanwhile(
        lambda: services.merge_lots(by=SYSTEM, lots=[one, other], now=NOW),
        lambda: services.merge_lots(by=SYSTEM, lots=[other, one], now=NOW),
    )
    assert getattr(said, "field", "") == "lots"
    assert sorted(Lot.objects.values_list("steps", flat=True)) == [0, 0, 30_000]


def test_a_loss_and_a_parcel_share_what_there_is(cast: Cast) -> None:
    lot = taken_in(cast, 8)
    said = meanwhile(
        lambda: _pack(lot, "parcel/W-1"),
        lambda: services.lose(by=SYSTEM, lot=lot, quantity=kilos(4), reason=LossReason.PESTS, now=NOW),
    )
    assert isinstance(said, services.NotEnough)
    assert Lot.objects.get().left == kilos(3)
