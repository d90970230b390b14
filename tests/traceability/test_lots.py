"""Lots begin, are split and merged, and their mass always balances."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from terrace.audit.models import Act
from terrace.kernel.actors import SYSTEM
from terrace.kernel.errors import Forbidden, Invalid, NotFound
from terrace.kernel.quantity import Quantity, Unit
from terrace.traceability import queries, services
from terrace.traceability.domain import EventKind, LossReason, mixture
from terrace.traceability.models import Lot, LotEntry, LotEvent, LotOrigin, LotUse
from tests import factories
from tests.conftest import OTHER_COUNTY_VILLAGE, Cast
from tests.traceability.conftest import HARVEST, NOW, books, kilos, point_of, taken_in


def _left(lot: Lot) -> Quantity:
    return Lot.objects.get(pk=lot.pk).left


def test_a_lot_begins_with_its_harvest_and_what_came_in(cast: Cast) -> None:
    lot = taken_in(cast)
    assert _left(lot) == lot.left == lot.began_with == kilos(800)
    steps = queries.journey(lot)
    assert [(step.kind, step.steps) for step in steps] == [(EventKind.HARVESTED, 0), (EventKind.TAKEN_IN, 800_000)]
    assert steps[0].details == {"on": HARVEST.isoformat()}
    assert queries.composition([lot.pk]) == {lot.pk: [(lot.pk, 800_000)]}
    assert Act.objects.get(act="traceability.create_lot").label == lot.number


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantity": Quantity(0, Unit.KILOGRAM)}, "quantity"),
        ({"quantity": Quantity(3, Unit.PIECE)}, "quantity"),
        ({"grade": "superb"}, "grade"),
        ({"harvested_on": date(2026, 9, 22)}, "harvested_on"),
    ],
)
def test_a_lot_that_breaks_a_rule_is_refused(cast: Cast, changes: dict[str, object], field: str) -> None:
    before = books()
    with pytest.raises(Invalid) as refused:
        taken_in(cast, **changes)
    assert refused.value.field == field
    assert books() == before


def test_a_split_takes_parts_out_and_leaves_the_rest(cast: Cast) -> None:
    lot = taken_in(cast)
    first, second = services.split_lot(by=cast.keeper.actor, lot=lot, parts=[kilos(300), kilos(100)], now=NOW)
    assert (_left(lot), _left(first), _left(second)) == (kilos(400), kilos(300), kilos(100))
    assert (first.left, first.gtin, first.producer_id) == (kilos(300), lot.gtin, lot.producer_id)
    assert queries.composition([first.pk]) == {first.pk: [(lot.pk, 300_000)]}
    assert queries.lots_made_of(lot) == [first.pk, second.pk]
    assert list(queries.reach_of(second)) == [second.pk, lot.pk]


def test_more_than_is_left_cannot_be_split_off(cast: Cast) -> None:
    lot = taken_in(cast)
    before = books()
    with pytest.raises(services.NotEnough):
        services.split_lot(by=cast.keeper.actor, lot=lot, parts=[kilos(500), kilos(301)], now=NOW)
    assert (books(), _left(lot)) == (before, kilos(800))


def test_a_merged_lot_knows_whose_goods_are_in_it(cast: Cast) -> None:
    one = taken_in(cast, 300)
    other = taken_in(cast, 100, producer_id=None)
    services.lose(by=cast.keeper.actor, lot=one, quantity=kilos(100), reason=LossReason.ROTTEN, now=NOW)
    made = services.merge_lots(by=cast.keeper.actor, lots=[one, other], now=NOW)
    assert made.left == kilos(300)
    assert (_left(one).steps, _left(other).steps) == (0, 0)
    assert queries.composition([made.pk]) == {made.pk: [(one.pk, 200_000), (other.pk, 100_000)]}
    assert (made.producer_id, made.variety_id, made.area_path) == (None, one.variety_id, one.area_path)


def test_lots_of_two_villages_merge_into_one_of_the_area_above_them(cast: Cast) -> None:
    one, other = taken_in(cast, 300), taken_in(cast, 100, area_id=factories.AreaFactory(code="621226101201").code)
    made = services.merge_lots(by=cast.station.actor, lots=[one, other], now=NOW)
    assert (made.area_id, made.area_path) == ("621226101", "621226101")


def test_the_mixture_of_a_mixture_adds_up(cast: Cast) -> None:
    lots = [taken_in(cast, n) for n in (3, 5, 7)]
    mixed = services.merge_lots(by=cast.keeper.actor, lots=lots, now=NOW)
    part = services.split_lot(by=cast.keeper.actor, lot=mixed, parts=[Quantity(1001, Unit.KILOGRAM)], now=NOW)[0]
    origins = dict(queries.composition([part.pk])[part.pk])
    assert sum(origins.values()) == 1001
    assert [origins[lot.pk] for lot in lots] == [200, 334, 467]


def test_a_mixture_gives_each_origin_out_to_the_last_step(cast: Cast) -> None:
    lots = [taken_in(cast, 1, producer_id=None) for _household in range(7)]
    mixed = services.merge_lots(by=cast.keeper.actor, lots=lots, now=NOW)
    for n, grams in enumerate([1, 999, 3, 2_000, 10, 3_987]):
        services.pack(
            by=cast.keeper.actor,
            lot_id=mixed.pk,
            quantity=Quantity(grams, Unit.KILOGRAM),
            reference=f"parcel/W-{n}",
            now=NOW,
        )
        if n == 3:
            services.unpack(by=cast.keeper.actor, reference="parcel/W-3", now=NOW)
            services.pack(by=SYSTEM, lot_id=mixed.pk, quantity=kilos(2), reference="parcel/W-3b", now=NOW)
    sold = queries.origins_of_uses(f"parcel/W-{n}" for n in ("0", "1", "2", "3b", "4", "5"))
    assert mixture(list(sold.values())) == {lot.pk: 1_000 for lot in lots}
    assert queries.origins_left([mixed.pk]) == {mixed.pk: {}}


def test_what_comes_back_spoilt_is_gone_for_those_whose_it_was(cast: Cast) -> None:
    lots = [taken_in(cast, 1, producer_id=None) for _household in range(3)]
    mixed = services.merge_lots(by=cast.keeper.actor, lots=lots, now=NOW)
    services.pack(by=SYSTEM, lot_id=mixed.pk, quantity=Quantity(100, Unit.KILOGRAM), reference="parcel/W-1", now=NOW)
    before = queries.origins_left([mixed.pk])
    services.unpack(by=SYSTEM, reference="parcel/W-1", lost=LossReason.ROTTEN, now=NOW)
    assert (_left(mixed), queries.origins_left([mixed.pk])) == (Quantity(2_900, Unit.KILOGRAM), before)


def test_lots_that_differ_are_not_merged(cast: Cast) -> None:
    one, other = taken_in(cast, 300), taken_in(cast, 100, grade="first")
    empty = taken_in(cast, 1)
    services.lose(by=cast.keeper.actor, lot=empty, quantity=kilos(1), reason=LossReason.SAMPLE, now=NOW)
    before = books()
    for lots in ([one, other], [one, empty], [one]):
        with pytest.raises(Invalid):
            services.merge_lots(by=cast.keeper.actor, lots=lots, now=NOW)
    assert books() == before


def test_what_is_packed_leaves_the_lot_and_comes_back_once(cast: Cast) -> None:
    lot = taken_in(cast)
    use = services.pack(by=cast.packer.actor, lot_id=lot.pk, quantity=kilos(5), reference="parcel/W-1", now=NOW)
    assert (_left(lot), queries.uses_of(["parcel/W-1"])) == (kilos(795), [use])
    assert services.unpack(by=cast.packer.actor, reference="parcel/W-1", now=NOW) == [use]
    assert services.unpack(by=cast.packer.actor, reference="parcel/W-1", now=NOW) == []
    assert (_left(lot), queries.uses_of(["parcel/W-1"])) == (kilos(800), [])
    assert [step.kind for step in queries.journey(lot)][2:] == [EventKind.PACKED, EventKind.UNPACKED]


def test_more_than_is_left_cannot_be_packed(cast: Cast) -> None:
    lot = taken_in(cast, 4)
    before = books()
    with pytest.raises(services.NotEnough):
        services.pack(by=SYSTEM, lot_id=lot.pk, quantity=kilos(5), reference="parcel/W-1", now=NOW)
    assert (books(), _left(lot), LotUse.objects.count()) == (before, kilos(4), 0)


def test_a_loss_has_its_reason(cast: Cast) -> None:
    lot = taken_in(cast)
    event = services.lose(by=cast.keeper.actor, lot=lot, quantity=kilos(12), reason=LossReason.FROST, now=NOW)
    assert (_left(lot), event.reason) == (kilos(788), "frost")
    with pytest.raises(Invalid) as refused:
        services.lose(by=cast.keeper.actor, lot=lot, quantity=kilos(1), reason=LossReason.OTHER, now=NOW)
    assert (refused.value.field, _left(lot)) == ("note", kilos(788))


def test_who_has_no_part_in_it_changes_nothing(cast: Cast) -> None:
    lot = taken_in(cast)
    before = books()
    for member in (cast.neighbour, cast.stranger, cast.buyer, cast.farmer, cast.driver):
        with pytest.raises(Forbidden):
            services.lose(by=member.actor, lot=lot, quantity=kilos(1), reason=LossReason.ROTTEN, now=NOW)
        with pytest.raises(Forbidden):
            services.split_lot(by=member.actor, lot=lot, parts=[kilos(1)], now=NOW)
    assert (books(), _left(lot)) == (before, kilos(800))


def test_a_lot_is_seen_where_it_grew_where_it_lies_and_by_who_grew_and_owns_it(cast: Cast) -> None:
    lot = taken_in(cast)
    for member in (cast.farmer, cast.buyer, cast.keeper, cast.station, cast.centre, cast.packer, cast.bureau):
        assert queries.get_lot(member.actor, lot.number.lower()) == lot
    for member in (cast.neighbour, cast.stranger):
        with pytest.raises(NotFound):
            queries.get_lot(member.actor, lot.number)
    there = factories.UnitFactory(area=factories.AreaFactory(code=OTHER_COUNTY_VILLAGE))
    services.note(by=SYSTEM, lot_ids=[lot.pk], kind=EventKind.SENT, now=NOW)
    assert Lot.objects.get().unit_at_id is None
    services.note(by=SYSTEM, lot_ids=[lot.pk], kind=EventKind.ARRIVED, unit_id=there.pk, now=NOW)
    assert queries.get_lot(cast.stranger.actor, lot.number).unit_at_id == there.pk


def test_stock_is_what_lies_there_and_is_good(cast: Cast) -> None:
    lot, gone, bad = taken_in(cast), taken_in(cast, 1), taken_in(cast, 2)
    services.lose(by=SYSTEM, lot=gone, quantity=kilos(1), reason=LossReason.SAMPLE, now=NOW)
    services.recall(by=SYSTEM, lot=bad, reason="Too much residue", now=NOW)
    point = point_of(cast)
    assert list(queries.lots_at(unit_ids=[point.pk])) == [lot]
    assert list(queries.lots_at(path="6212", product_id=lot.product_id)) == [lot]
    assert list(queries.lots_at(path="621227")) == []


def test_a_step_with_an_act_of_its_own_is_not_just_noted(cast: Cast) -> None:
    lot = taken_in(cast)
    before = books()
    for kind in (EventKind.PACKED, EventKind.GRADED, EventKind.LOST):
        with pytest.raises(Invalid):
            services.note(by=SYSTEM, lot_ids=[lot.pk], kind=kind, now=NOW)
    assert books() == before


def test_the_database_keeps_the_books(cast: Cast) -> None:
    lot = taken_in(cast)
    event = LotEvent.objects.create(kind=EventKind.SPLIT, at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        LotEntry.objects.create(event=event, lot=lot, steps=-5)
    with pytest.raises(DatabaseError), transaction.atomic():
        Lot.objects.update(steps=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        LotEntry.objects.update(steps=7)
    with pytest.raises(DatabaseError), transaction.atomic():
        LotEvent.objects.filter(kind=EventKind.TAKEN_IN).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        LotOrigin.objects.update(steps=1)
    lost = LotEvent.objects.create(kind=EventKind.LOST, at=NOW, reason="rotten")
    with pytest.raises(DatabaseError), transaction.atomic():
        LotEntry.objects.create(event=lost, lot=lot, steps=-800_001)
    with pytest.raises(DatabaseError), transaction.atomic():
        LotEvent.objects.create(kind=EventKind.LOST, at=NOW)
    assert _left(lot) == kilos(800)
