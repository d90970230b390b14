"""Lots that nobody can lay hands on: those under way, and those that wait to go somewhere whole."""

from collections.abc import Callable

import pytest

from terrace.audit.models import Act
from terrace.kernel.actors import SYSTEM
from terrace.network.models import ServiceUnit
from terrace.traceability import queries, services
from terrace.traceability.domain import EventKind, Grade, LossReason
from terrace.traceability.models import Lot, LotEvent, LotUse
from terrace.traceability.queries import CHECKS
from tests.conftest import VILLAGE, Cast
from tests.traceability.conftest import NOW, kilos, point_of, taken_in

WAITS = "consignment/K-TEST0001"


def _centre() -> ServiceUnit:
    return ServiceUnit.objects.filter(area_path=VILLAGE[:6]).order_by("pk")[0]


def _send(lot: Lot) -> None:
    services.note(by=SYSTEM, lot_ids=[lot.pk], kind=EventKind.SENT, now=NOW)


def _arrive(lot: Lot) -> None:
    services.note(by=SYSTEM, lot_ids=[lot.pk], kind=EventKind.ARRIVED, unit_id=_centre().pk, now=NOW)


def _wait(lot: Lot) -> None:
    services.set_aside(by=SYSTEM, lot_ids=[lot.pk], reference=WAITS, now=NOW)


def _split(lot: Lot) -> object:
    return services.split_lot(by=SYSTEM, lot=lot, parts=[kilos(1)], now=NOW)


def _merge(lot: Lot) -> object:
    other = Lot.objects.exclude(pk=lot.pk).get()
    return services.merge_lots(by=SYSTEM, lots=[lot, other], now=NOW)


def _pack(lot: Lot) -> object:
    return services.pack(by=SYSTEM, lot_id=lot.pk, quantity=kilos(1), reference="parcel/W-1", now=NOW)


def _grade(lot: Lot) -> object:
    return services.grade(by=SYSTEM, lot=lot, grade=Grade.FIRST, now=NOW)


def _lose(lot: Lot) -> object:
    return services.lose(by=SYSTEM, lot=lot, quantity=kilos(1), reason=LossReason.MISSING, now=NOW)


def _take_back(lot: Lot) -> object:
    return services.take_back_lot(by=SYSTEM, lot_id=lot.pk, note="By mistake", now=NOW)


def _set_aside(lot: Lot) -> object:
    return services.set_aside(by=SYSTEM, lot_ids=[lot.pk], reference="consignment/K-TEST0002", now=NOW)


def _books() -> tuple[int, int, int]:
    return Lot.objects.count(), LotEvent.objects.count(), Act.objects.count()


@pytest.mark.parametrize("act", [_split, _merge, _pack, _grade, _lose, _set_aside])
def test_nothing_is_done_with_a_lot_that_is_under_way(cast: Cast, act: Callable[[Lot], object]) -> None:
    lot, _other = taken_in(cast), taken_in(cast)
    _send(lot)
    before = _books()
    with pytest.raises(services.UnderWay):
        act(lot)
    assert _books() == before
    _arrive(lot)
    assert Lot.objects.get(pk=lot.pk).unit_at_id == _centre().pk


@pytest.mark.parametrize("act", [_split, _merge, _pack, _grade, _lose, _take_back, _set_aside])
def test_a_lot_that_waits_to_go_stays_whole_until_it_is_released(cast: Cast, act: Callable[[Lot], object]) -> None:
    lot, other = taken_in(cast), taken_in(cast)
    _wait(lot)
    before = _books()
    with pytest.raises(services.SetAside, match="K-TEST0001"):
        act(lot)
    assert _books() == before
    assert list(queries.lots_at(unit_ids=[point_of(cast).pk])) == [other]
    services.release(by=SYSTEM, lot_ids=[lot.pk], reference=WAITS, now=NOW)
    act(lot)
    assert [problem for check in CHECKS for problem in check.find()] == []


def test_what_is_lost_on_the_way_is_written_off_by_who_carries_it(cast: Cast) -> None:
    lot = taken_in(cast)
    _send(lot)
    reason = LossReason.MISSING
    services.lose(by=SYSTEM, lot=lot, quantity=kilos(1), reason=reason, reference="consignment/K-1", now=NOW)
    assert Lot.objects.get(pk=lot.pk).left == kilos(799)


def test_only_who_set_a_lot_aside_releases_it_and_a_lot_that_was_sent_waits_no_more(cast: Cast) -> None:
    lot = taken_in(cast)
    _wait(lot)
    assert services.release(by=SYSTEM, lot_ids=[lot.pk], reference="consignment/K-OTHER", now=NOW) == []
    assert Lot.objects.get(pk=lot.pk).set_aside_for == WAITS
    _send(lot)
    assert Lot.objects.get(pk=lot.pk).set_aside_for == ""


def test_a_recalled_lot_is_not_set_aside(cast: Cast) -> None:
    lot = taken_in(cast)
    services.recall(by=SYSTEM, lot=lot, reason="Bring it back", now=NOW)
    with pytest.raises(services.Recalled):
        _wait(lot)
    assert Lot.objects.get(pk=lot.pk).set_aside_for == ""


def test_the_pages_offer_nothing_that_would_be_refused(cast: Cast) -> None:
    lot = taken_in(cast)
    url = f"/lots/{lot.number}/"
    _wait(lot)
    page = cast.centre.client.get(url).content.decode()
    assert "K-TEST0001" in page
    for act in ("split", "merge", "loss", "grade"):
        assert f"{url}{act}/" not in page
    answer = cast.centre.client.post(f"{url}loss/", {"quantity": "1", "reason": "rotten"})
    assert answer.status_code == 422
    assert "waits in K-TEST0001" in answer.content.decode()
    _send(lot)
    page = cast.centre.client.get(url).content.decode()
    assert f"{url}split/" not in page
    assert f"{url}loss/" not in page


@pytest.mark.parametrize("leave", [_send, _wait])
def test_goods_that_are_unpacked_stay_where_they_were_packed(cast: Cast, leave: Callable[[Lot], None]) -> None:
    lot = taken_in(cast)
    services.pack(by=SYSTEM, lot_id=lot.pk, quantity=kilos(5), reference="parcel/W-1", now=NOW)
    leave(lot)
    services.unpack(by=SYSTEM, reference="parcel/W-1", now=NOW)
    away, here = Lot.objects.order_by("pk")
    assert (away.left, here.left, here.unit_at_id) == (kilos(795), kilos(5), point_of(cast).pk)
    assert (here.set_aside_for, queries.composition([here.pk])) == ("", {here.pk: [(lot.pk, 5_000)]})
    assert LotUse.objects.get().undone_at == NOW
    assert [problem for check in CHECKS for problem in check.find()] == []


def test_goods_that_stayed_were_not_sent_with_their_lot_nor_graded_with_it(cast: Cast) -> None:
    lot = taken_in(cast)
    services.grade(by=SYSTEM, lot=lot, grade=Grade.SECOND, now=NOW)
    services.pack(by=SYSTEM, lot_id=lot.pk, quantity=kilos(5), reference="parcel/W-1", now=NOW)
    _send(lot)
    _arrive(lot)
    services.grade(by=SYSTEM, lot=lot, grade=Grade.FIRST, now=NOW)
    services.unpack(by=SYSTEM, reference="parcel/W-1", now=NOW)
    away, here = Lot.objects.order_by("pk")
    assert [step.kind for step in queries.journey(here)] == [
        EventKind.HARVESTED,
        EventKind.TAKEN_IN,
        EventKind.GRADED,
        EventKind.PACKED,
        EventKind.SPLIT,
    ]
    assert (away.grade, here.grade) == (Grade.FIRST, Grade.SECOND)
    assert [problem for check in CHECKS for problem in check.find()] == []


def test_unpacked_goods_of_a_recalled_lot_stay_recalled(cast: Cast) -> None:
    lot = taken_in(cast)
    services.pack(by=SYSTEM, lot_id=lot.pk, quantity=kilos(5), reference="parcel/W-1", now=NOW)
    _send(lot)
    services.recall(by=SYSTEM, lot=lot, reason="Bring it back", now=NOW)
    services.unpack(by=SYSTEM, reference="parcel/W-1", now=NOW)
    assert [found.is_recalled for found in Lot.objects.order_by("pk")] == [True, True]
    here = Lot.objects.order_by("pk")[1]
    assert [step.kind for step in queries.steps_of([here.pk])] == [EventKind.SPLIT, EventKind.RECALLED]
    assert [problem for check in CHECKS for problem in check.find()] == []
