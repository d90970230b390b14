"""What `terrace verify` finds: one corruption of each kind, planted past the triggers, named by its number."""

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from terrace.kernel.quantity import Quantity, Unit
from terrace.ledger import services as ledger
from terrace.logistics import queries, services
from terrace.logistics.domain import ScanKind, TariffKind
from terrace.logistics.models import Consignment, Load, Parcel, ParcelFee, Tour
from terrace.logistics.services import Short
from terrace.traceability.domain import LossReason
from terrace.traceability.models import Lot
from tests.amounts import fen
from tests.conftest import NEIGHBOUR_VILLAGE, Cast
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.test_consignments import goods, lot  # noqa: F401 - fixtures
from tests.logistics.test_fees import agree, deliver
from tests.logistics.test_tours import put_on, tour, vehicle  # noqa: F401 - fixtures
from tests.planted import plants

Z = "set session_replication_role = "


def found() -> dict[str, list[str]]:
    """Return what the checks find."""
    told = {check.name: list(check.find()) for check in queries.CHECKS}
    return {name: references for name, references in told.items() if references}


def plant(sql: str, *values: object) -> None:
    """Change rows as no statement of ours could: without the triggers' guard."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute(f"{Z} replica")
        cursor.execute(sql, values)
        cursor.execute(f"{Z} default")


@pytest.fixture
def day(
    cast: Cast,
    places: Places,
    tour: Tour,  # noqa: F811
    down: Parcel,
    goods: Consignment,  # noqa: F811
) -> Tour:
    """Return a tour under way: a parcel on board for the point, and goods that were counted short at the centre."""
    agree(cast, TariffKind.OUTLET, 50, 0)
    put_on(cast, tour, down)
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(1))
    services.take_all(by=cast.driver.actor, tour=tour, now=later(2))
    services.scan(by=cast.driver.actor, code=goods.number, kind=ScanKind.LOADED, tour=tour, now=later(3))
    services.scan(by=cast.packer.actor, code=goods.number, kind=ScanKind.ARRIVED, unit=places.centre, now=later(9))
    tour.refresh_from_db()
    return tour


def count_short(cast: Cast, goods: Consignment) -> None:  # noqa: F811
    """Count the goods in, 20 kg short."""
    came = {goods.lines.get().lot_id: Quantity(480_000, Unit.KILOGRAM)}
    short = Short(LossReason.BRUISED)
    services.receive_consignment(
        by=cast.packer.actor, consignment=goods, arrived=came, short=short, now=NOON + timedelta(hours=2)
    )


def test_nothing_is_wrong_on_a_usual_day(cast: Cast, day: Tour, goods: Consignment) -> None:  # noqa: F811
    assert found() == {}
    count_short(cast, goods)
    services.finish_tour(by=cast.driver.actor, tour=day, now=later(90))
    assert found() == {}


def test_nothing_is_wrong_when_goods_come_back_and_are_given_up(
    cast: Cast,
    places: Places,
    tour: Tour,  # noqa: F811
    goods: Consignment,  # noqa: F811
) -> None:
    put_on(cast, tour, goods)
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(1))
    services.scan(by=cast.driver.actor, code=goods.number, kind=ScanKind.LOADED, tour=tour, now=later(3))
    services.scan(by=cast.keeper.actor, code=goods.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    assert found() == {}
    services.cancel_consignment(by=cast.keeper.actor, consignment=goods, now=later(20))
    assert found() == {}


@plants("a parcel stands where its latest scan says")
def test_a_parcel_that_stands_elsewhere_than_scanned_is_named(day: Tour, down: Parcel) -> None:
    plant("update logistics_parcel set status = 'at_hub', unit_at_id = from_unit_id where id = %s", down.pk)
    assert found()["a parcel stands where its latest scan says"] == [down.number]


@plants("a parcel stands where its latest scan says", "a consignment stands where its latest scan says")
def test_a_parcel_or_consignment_that_was_put_elsewhere_unscanned_is_named(
    cast: Cast,
    places: Places,
    day: Tour,
    down: Parcel,
    goods: Consignment,  # noqa: F811
) -> None:
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    assert found() == {}
    plant("update logistics_parcel set unit_at_id = %s where id = %s", places.station.pk, down.pk)
    plant("update logistics_consignment set unit_at_id = %s where id = %s", places.station.pk, goods.pk)
    told = found()
    assert told["a parcel stands where its latest scan says"] == [down.number]
    assert told["a consignment stands where its latest scan says"] == [goods.number]


@plants("a parcel stands where its latest scan says")
def test_a_parcel_on_a_vehicle_that_is_said_to_lie_somewhere_is_named(day: Tour, down: Parcel) -> None:
    plant("update logistics_parcel set unit_at_id = from_unit_id where id = %s", down.pk)
    assert found()["a parcel stands where its latest scan says"] == [down.number]


@plants("a consignment stands where its latest scan says")
def test_a_consignment_that_stands_elsewhere_than_scanned_is_named(day: Tour, goods: Consignment) -> None:  # noqa: F811
    plant("update logistics_consignment set status = 'waiting' where id = %s", goods.pk)
    assert found()["a consignment stands where its latest scan says"] == [goods.number]


@plants("a parcel or consignment lies in the areas of its units")
def test_a_parcel_that_others_see_is_named(day: Tour, down: Parcel) -> None:
    plant("update logistics_parcel set to_path = %s where id = %s", NEIGHBOUR_VILLAGE, down.pk)
    assert found() == {"a parcel or consignment lies in the areas of its units": [down.number]}


@plants("what was sent in a consignment is in its lots, and what lacked has left them")
def test_goods_that_are_not_in_their_lot_are_named(cast: Cast, day: Tour, goods: Consignment) -> None:  # noqa: F811
    count_short(cast, goods)
    plant("update logistics_consignmentline set arrived_steps = 1000 where consignment_id = %s", goods.pk)
    name = "what was sent in a consignment is in its lots, and what lacked has left them"
    assert found() == {name: [goods.number]}


@plants("what was sent in a consignment is in its lots, and what lacked has left them")
@pytest.mark.parametrize(("sent", "arrived"), [(520_000, 500_000), (500_000, 500_000)])
def test_a_line_that_was_changed_after_counting_is_named(
    cast: Cast,
    day: Tour,
    goods: Consignment,  # noqa: F811
    sent: int,
    arrived: int,
) -> None:
    count_short(cast, goods)
    plant(
        "update logistics_consignmentline set sent_steps = %s, arrived_steps = %s where consignment_id = %s",
        sent,
        arrived,
        goods.pk,
    )
    name = "what was sent in a consignment is in its lots, and what lacked has left them"
    assert found() == {name: [goods.number]}


@plants("a parcel left when its scans say")
@pytest.mark.parametrize("sent_at", [None, NOON - timedelta(days=1)])
def test_a_parcel_that_left_at_another_moment_than_scanned_is_named(
    cast: Cast, up: Parcel, sent_at: datetime | None
) -> None:
    services.hand_to_carrier(by=cast.packer.actor, parcel=up, waybill="SC77", now=later(5))
    assert found() == {}
    plant("update logistics_parcel set sent_at = %s where id = %s", sent_at, up.pk)
    assert found() == {"a parcel left when its scans say": [up.number]}


KEPT = "a consignment that waits holds lots that are kept for it"


@plants(KEPT)
@pytest.mark.parametrize(
    "change",
    [
        "update traceability_lot set set_aside_for = '' where id = %s",
        "update traceability_lot set steps = steps - 1000 where id = %s",
        "update logistics_consignmentline set sent_steps = 400000 where lot_id = %s",
        "delete from logistics_consignmentline where lot_id = %s",
    ],
)
def test_a_waiting_consignment_without_its_lots_is_named(goods: Consignment, change: str) -> None:  # noqa: F811
    assert found() == {}
    plant(change, goods.lines.get().lot_id)
    assert found() == {KEPT: [goods.number]}


@plants("a lot under way lies nowhere")
def test_a_lot_under_way_that_lies_somewhere_is_named(day: Tour, goods: Consignment, places: Places) -> None:  # noqa: F811
    Lot.objects.filter(pk=goods.lines.get().lot_id).update(unit_at=places.point.pk)
    assert found() == {"a lot under way lies nowhere": [goods.number]}


@plants("a consignment that arrived was counted")
def test_goods_that_arrived_uncounted_are_named(cast: Cast, day: Tour, goods: Consignment) -> None:  # noqa: F811
    count_short(cast, goods)
    plant("update logistics_consignmentline set arrived_steps = null where consignment_id = %s", goods.pk)
    assert found()["a consignment that arrived was counted"] == [goods.number]


@plants("what a tour carries is on its vehicle, and the other way round")
def test_a_load_that_is_on_no_vehicle_is_named(day: Tour, down: Parcel) -> None:
    Load.objects.filter(parcel=down).update(state="dropped")
    assert found() == {"what a tour carries is on its vehicle, and the other way round": [down.number]}


@plants("what a tour carries is on its vehicle, and the other way round")
def test_a_vehicle_that_carries_what_lies_on_a_shelf_is_named(
    cast: Cast, places: Places, day: Tour, down: Parcel
) -> None:
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    Load.objects.filter(parcel=down).update(state="loaded")
    assert found() == {"what a tour carries is on its vehicle, and the other way round": [down.number]}


@plants("a tour that ended carries nothing")
def test_an_ended_tour_that_carries_something_is_named(cast: Cast, day: Tour, down: Parcel) -> None:
    services.finish_tour(by=cast.driver.actor, tour=day, now=later(90))
    Load.objects.filter(parcel=down).update(state="planned")
    assert found() == {"a tour that ended carries nothing": [day.number]}


@plants("what has ended rides on no tour")
def test_what_rides_on_after_its_end_is_named(cast: Cast, places: Places, day: Tour, down: Parcel) -> None:
    deliver(cast, places, down)
    assert found() == {}
    Load.objects.filter(parcel=down).update(state="planned")
    assert found() == {"what has ended rides on no tour": [down.number]}


@plants("what has ended rides on no tour")
def test_goods_that_ride_on_after_they_were_counted_are_named(
    cast: Cast,
    day: Tour,
    goods: Consignment,  # noqa: F811
) -> None:
    count_short(cast, goods)
    Load.objects.filter(consignment=goods).update(state="planned")
    assert found() == {"what has ended rides on no tour": [goods.number]}


@plants("a tour drives with a vehicle of its own centre")
def test_a_tour_with_the_vehicle_of_another_unit_is_named(day: Tour, places: Places) -> None:
    plant("update logistics_vehicle set unit_id = %s", places.station.pk)
    assert found() == {"a tour drives with a vehicle of its own centre": [day.number]}


@plants("a parcel was refused as its scans say")
@pytest.mark.parametrize("is_refused", [True, False])
def test_a_parcel_that_is_refused_unlike_its_scans_is_named(
    cast: Cast, places: Places, day: Tour, down: Parcel, is_refused: bool
) -> None:
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    if not is_refused:
        services.refuse(by=cast.keeper.actor, parcel=down, note="", now=later(10))
    assert found() == {}
    plant("update logistics_parcel set is_refused = %s, code = '' where id = %s", is_refused, down.pk)
    assert found() == {"a parcel was refused as its scans say": [down.number]}


WAITS = "a parcel waits with a code where it is handed over, and nowhere else"


@plants(WAITS)
@pytest.mark.parametrize(
    "slip",
    [
        "update logistics_parcel set shelved_at = null where id = %s",
        "update logistics_parcel set code = '' where id = %s",
    ],
)
def test_a_parcel_on_its_shelf_that_nobody_is_told_of_is_named(
    cast: Cast, places: Places, day: Tour, down: Parcel, slip: str
) -> None:
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    assert found() == {}
    plant(slip, down.pk)
    assert found() == {WAITS: [down.number]}


@plants(WAITS)
@pytest.mark.parametrize(
    "slip",
    [
        "update logistics_parcel set shelved_at = now() where id = %s",
        "update logistics_parcel set code = 'x' where id = %s",
    ],
)
def test_a_parcel_on_a_vehicle_that_is_said_to_wait_on_a_shelf_is_named(day: Tour, down: Parcel, slip: str) -> None:
    assert found() == {}
    plant(slip, down.pk)
    assert found() == {WAITS: [down.number]}


@plants(WAITS)
def test_a_refused_parcel_that_a_code_still_opens_is_named(cast: Cast, places: Places, day: Tour, down: Parcel) -> None:
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    services.refuse(by=cast.keeper.actor, parcel=down, note="", now=later(10))
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(11))
    assert found() == {}
    plant("update logistics_parcel set code = 'x' where id = %s", down.pk)
    assert found() == {WAITS: [down.number]}


@plants("a fee is what the tariff says, and paid as the ledger says")
def test_a_fee_that_the_ledger_did_not_pay_is_named(cast: Cast, places: Places, day: Tour, down: Parcel) -> None:
    ledger.deposit(by=cast.clerk.actor, party=places.courier, amount=fen(50), bank_reference="SC", now=NOON)
    deliver(cast, places, down)
    assert found() == {}
    name = "a fee is what the tariff says, and paid as the ledger says"
    for slip in ({"amount_minor": 49}, {"paid_at": None}, {"unit": places.station.pk}, {"payer": cast.farmer.party}):
        with transaction.atomic():
            ParcelFee.objects.update(**slip)
            assert found()[name] == [down.number], slip
            transaction.set_rollback(True)
    ParcelFee.objects.all().delete()
    assert found()[name] == [down.number]
