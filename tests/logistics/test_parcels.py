"""Parcels: announced, carried up, carried down."""

import re

import pytest
from django.db import ProgrammingError, transaction

from terrace.kernel import events
from terrace.kernel.errors import Forbidden, Invalid
from terrace.logistics import queries, services
from terrace.logistics.domain import (
    Direction,
    Effect,
    Impossible,
    ParcelDelivered,
    ParcelLost,
    ParcelReturned,
    ParcelSent,
    ParcelStatus,
    ScanKind,
)
from terrace.logistics.models import Parcel, Scan
from terrace.logistics.services import NewParcel
from terrace.messaging.models import OutgoingMessage
from tests.conftest import Cast
from tests.logistics.conftest import Places, later


def heard(monkeypatch: pytest.MonkeyPatch) -> list[events.Event]:
    """Return the list in which what is published about parcels will stand."""
    told: list[events.Event] = []
    for event in (ParcelSent, ParcelDelivered, ParcelReturned, ParcelLost):
        monkeypatch.setitem(events._handlers, event, [told.append])
    return told


def code_of() -> str:
    """Return the pick-up code of the last message."""
    text = OutgoingMessage.objects.latest("id").text
    return re.findall(r"\d{6}", text)[-1]


def test_a_parcel_goes_up_by_its_carrier(cast: Cast, up: Parcel, monkeypatch: pytest.MonkeyPatch) -> None:
    told = heard(monkeypatch)
    services.hand_to_carrier(by=cast.packer.actor, parcel=up, waybill="SC77", now=later(5))
    services.carrier_says(by=cast.packer.actor, parcel=up, status=ParcelStatus.IN_TRANSIT, now=later(60))
    services.carrier_says(by=cast.packer.actor, parcel=up, status=ParcelStatus.DELIVERED, now=later(2000))
    up.refresh_from_db()
    assert up.status == ParcelStatus.DELIVERED
    assert [type(event).__name__ for event in told] == ["ParcelSent", "ParcelDelivered"]
    assert [scan.kind for scan in queries.scans_of(up)] == ["registered", "to_carrier", "in_transit", "handed_over"]
    assert queries.parcels_about("order/O-TEST0001").get() == up


def test_who_hears_of_delivery_first_learns_that_it_was_sent(
    cast: Cast, up: Parcel, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = heard(monkeypatch)
    services.carrier_says(by=cast.packer.actor, parcel=up, status=ParcelStatus.DELIVERED, now=later(5))
    assert [type(event).__name__ for event in told] == ["ParcelSent", "ParcelDelivered"]


def test_a_parcel_comes_down_and_is_handed_over_for_its_code(
    cast: Cast, places: Places, down: Parcel, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = heard(monkeypatch)
    services.scan(by=cast.clerk.actor, code="SC100200300", kind=ScanKind.ARRIVED, unit=places.centre, now=later(1))
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    assert list(queries.shelf_of(places.point.pk)) == [down]
    services.hand_over(by=cast.keeper.actor, parcel=down, code=code_of(), now=later(10))
    down.refresh_from_db()
    assert down.status == ParcelStatus.DELIVERED
    assert down.ended_at == later(10)
    assert [type(event).__name__ for event in told] == ["ParcelDelivered"]


def test_the_same_scan_twice_changes_nothing_and_sends_no_second_code(cast: Cast, places: Places, down: Parcel) -> None:
    for _ in range(2):
        _found, effect = services.scan(
            by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9)
        )
    assert effect is Effect.REPEAT
    assert OutgoingMessage.objects.count() == 1
    assert Scan.objects.filter(parcel=down).count() == 2


def test_a_wrong_code_is_counted_and_after_five_none_opens(cast: Cast, places: Places, down: Parcel) -> None:
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    right = code_of()
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(4):
        with pytest.raises(services.WrongCode):
            services.hand_over(by=cast.keeper.actor, parcel=down, code=wrong, now=later(10))
    for code in (wrong, right):
        with pytest.raises(services.CodeLocked):
            services.hand_over(by=cast.keeper.actor, parcel=down, code=code, now=later(10))
    down.refresh_from_db()
    assert (down.status, down.code_tries) == (ParcelStatus.AT_POINT, 5)
    services.renew_code(by=cast.keeper.actor, parcel=down)
    services.hand_over(by=cast.keeper.actor, parcel=down, code=code_of(), now=later(11))
    down.refresh_from_db()
    assert down.status == ParcelStatus.DELIVERED


def test_what_was_not_scanned_in_is_not_handed_over(cast: Cast, down: Parcel) -> None:
    with pytest.raises(Impossible, match="Scan it as arrived"):
        services.hand_over(by=cast.keeper.actor, parcel=down, code="123456", now=later(3))
    down.refresh_from_db()
    assert down.status == ParcelStatus.REGISTERED
    assert Scan.objects.filter(parcel=down).count() == 1


def test_a_neighbour_can_neither_scan_nor_hand_over(cast: Cast, places: Places, down: Parcel) -> None:
    with pytest.raises(Forbidden):
        services.scan(by=cast.neighbour.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point)
    with pytest.raises(Forbidden):
        services.hand_over(by=cast.neighbour.actor, parcel=down, code="123456")
    down.refresh_from_db()
    assert down.status == ParcelStatus.REGISTERED
    assert not queries.parcels_visible_to(cast.neighbour.actor).exists()


def test_a_parcel_down_needs_a_phone_for_its_code(cast: Cast, places: Places) -> None:
    new = NewParcel(Direction.DOWN, "Zhao Suqin", "", places.centre.pk, 500, to_unit_id=places.point.pk)
    with pytest.raises(Invalid) as refused:
        services.register_parcel(by=cast.clerk.actor, new=new)
    assert refused.value.field == "phone"
    assert not Parcel.objects.exists()


def test_a_waybill_is_given_once(cast: Cast, places: Places, down: Parcel) -> None:
    new = NewParcel(
        Direction.DOWN,
        "Li Hua",
        "13993901235",
        places.centre.pk,
        500,
        to_unit_id=places.point.pk,
        carrier_id=places.courier.pk,
        waybill="SC100200300",
    )
    with pytest.raises(services.KnownWaybill):
        services.register_parcel(by=cast.clerk.actor, new=new)
    assert Parcel.objects.count() == 1


def test_a_scan_is_never_changed(up: Parcel) -> None:
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Scan.objects.filter(parcel=up).update(note="other")
    assert Scan.objects.get(parcel=up).note == ""
