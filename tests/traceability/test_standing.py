"""Who may do what with a lot: its goods are handled where they lie, found fault with also where they grew."""

from collections.abc import Callable

import pytest

from terrace.audit.models import Act
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.errors import Forbidden
from terrace.network.models import ServiceUnit
from terrace.traceability import services
from terrace.traceability.domain import EventKind, LossReason, Permission
from terrace.traceability.models import Lot, LotEvent
from tests.conftest import VILLAGE, Cast
from tests.traceability.conftest import NOW, kilos, taken_in


def _split(by: Actor, lot: Lot) -> object:
    return services.split_lot(by=by, lot=lot, parts=[kilos(1)], now=NOW)


def _merge(by: Actor, lot: Lot) -> object:
    there = Lot.objects.get(pk=lot.pk).unit_at_id
    other = Lot.objects.filter(unit_at=there).exclude(pk=lot.pk).order_by("pk")[0]
    return services.merge_lots(by=by, lots=[lot, other], now=NOW)


def _lose(by: Actor, lot: Lot) -> object:
    return services.lose(by=by, lot=lot, quantity=kilos(1), reason=LossReason.ROTTEN, now=NOW)


def _step(by: Actor, lot: Lot) -> object:
    return services.record_step(by=by, lot=lot, kind=EventKind.COOLED, now=NOW)


HANDLED = pytest.mark.parametrize("act", [_split, _merge, _lose, _step])


def _books() -> tuple[list[int], int, int]:
    left = list(Lot.objects.order_by("pk").values_list("steps", flat=True))
    return left, LotEvent.objects.count(), Act.objects.count()


def _two_lots_at_the_centre(cast: Cast) -> Lot:
    lots = [taken_in(cast), taken_in(cast)]
    _send(*lots)
    centre = ServiceUnit.objects.filter(area_path=VILLAGE[:6]).order_by("pk")[0]
    ids = [lot.pk for lot in lots]
    services.note(by=SYSTEM, lot_ids=ids, kind=EventKind.ARRIVED, unit_id=centre.pk, now=NOW)
    return Lot.objects.get(pk=lots[0].pk)


def _send(*lots: Lot) -> None:
    services.note(by=SYSTEM, lot_ids=[lot.pk for lot in lots], kind=EventKind.SENT, now=NOW)


@HANDLED
def test_where_a_lot_came_from_nobody_handles_it_any_more(cast: Cast, act: Callable[[Actor, Lot], object]) -> None:
    here, _beside = taken_in(cast), taken_in(cast)
    lot = _two_lots_at_the_centre(cast)
    before = _books()
    for member in (cast.keeper, cast.station):
        with pytest.raises(Forbidden):
            act(member.actor, lot)
    assert _books() == before
    act(cast.centre.actor, lot)
    act(cast.keeper.actor, here)


@HANDLED
def test_a_page_that_was_opened_before_the_lot_left_does_not_help(
    cast: Cast, act: Callable[[Actor, Lot], object]
) -> None:
    seen_before, _other = taken_in(cast), taken_in(cast)
    _send(*Lot.objects.all())
    before = _books()
    for member in (cast.keeper, cast.centre):
        with pytest.raises(services.UnderWay):
            act(member.actor, seen_before)
    with pytest.raises(Forbidden):
        act(cast.neighbour.actor, seen_before)
    assert _books() == before


def test_where_it_grew_a_lot_is_tested_and_recalled_wherever_it_is(cast: Cast) -> None:
    lot = _two_lots_at_the_centre(cast)
    assert not services.may(cast.station.actor, Permission.RECORD, lot)
    _send(lot)
    lot.refresh_from_db()
    services.recall(by=cast.packer.actor, lot=lot, reason="Residues", now=NOW)
    lot.refresh_from_db()
    assert lot.is_recalled


def test_the_pages_and_the_interface_offer_it_only_where_the_lot_lies(cast: Cast) -> None:
    lot = _two_lots_at_the_centre(cast)
    url = f"/lots/{lot.number}/"
    pages = {who: getattr(cast, who).client.get(url).content.decode() for who in ("station", "centre")}
    for act in ("split", "merge", "loss", "steps/new"):
        assert (f"{url}{act}/" in pages["station"], f"{url}{act}/" in pages["centre"]) == (False, True), act
        assert cast.station.client.get(f"{url}{act}/").status_code == 403
    sent = {"quantity": {"steps": 1_000, "unit": "KGM"}, "reason": "rotten"}
    api = f"/api/v1/lots/{lot.number}/losses"
    assert cast.station.client.post(api, sent, content_type="application/json").status_code == 403
    assert Lot.objects.get(pk=lot.pk).left == kilos(800)
    assert cast.centre.client.post(api, sent, content_type="application/json").status_code == 200
