"""Parcels that nobody fetches: a reminder, a call, and back they go."""

from datetime import datetime, timedelta

import pytest

from terrace.kernel.errors import Forbidden, Invalid
from terrace.logistics import queries, services
from terrace.logistics.domain import ParcelStatus, ScanKind
from terrace.logistics.domain.shelf import Care, ShelfDays
from terrace.logistics.models import Carrier, Parcel
from terrace.messaging.models import OutgoingMessage
from tests.conftest import Cast
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.test_checks import found, plant
from tests.logistics.test_out_of_place import todo
from tests.planted import plants
from tests.unchanged import nothing_changes


def after(days: int) -> datetime:
    """Return the moment so many days and an hour after noon."""
    return NOON + timedelta(days=days, hours=1)


@pytest.fixture
def shelved(cast: Cast, places: Places, down: Parcel) -> Parcel:
    """Return a parcel that waits at the keeper's point since noon."""
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=NOON)
    down.refresh_from_db()
    return down


def test_a_recipient_is_reminded_once(shelved: Parcel) -> None:
    assert services.remind_recipients(now=after(2)) == 0
    assert services.remind_recipients(now=after(3)) == 1
    assert services.remind_recipients(now=after(4)) == 0
    told = OutgoingMessage.objects.latest("id")
    assert (told.address, OutgoingMessage.objects.count()) == ("+8613993901234", 2)
    assert shelved.number in told.text
    assert "2026-11-27" in told.text


def test_nobody_is_reminded_of_what_was_fetched_or_refused(cast: Cast, shelved: Parcel) -> None:
    services.refuse(by=cast.keeper.actor, parcel=shelved, now=later(5))
    assert services.remind_recipients(now=after(3)) == 0
    assert found() == {}


def test_what_lies_too_long_is_the_keepers_task_until_it_is_sent_back(cast: Cast, shelved: Parcel) -> None:
    with pytest.raises(services.NotOverdue):
        services.send_back(by=cast.keeper.actor, parcel=shelved, now=after(6))
    assert list(queries.overdue_at(cast.keeper.actor.units, after(6))) == []
    assert list(queries.overdue_at(cast.keeper.actor.units, after(7))) == [shelved]
    services.send_back(by=cast.keeper.actor, parcel=shelved, note="Nobody answers", now=after(7))
    shelved.refresh_from_db()
    assert (shelved.status, shelved.is_refused, shelved.code) == (ParcelStatus.REFUSED, True, "")
    assert queries.scans_of(shelved).latest("id").kind == ScanKind.NOT_FETCHED
    assert list(queries.overdue_at(cast.keeper.actor.units, after(8))) == []
    services.send_back(by=cast.keeper.actor, parcel=shelved, now=after(8))
    assert queries.scans_of(shelved).count() == 3
    assert found() == {}


def test_who_said_to_come_gets_more_days_but_not_for_ever(cast: Cast, shelved: Parcel) -> None:
    services.keep_longer(by=cast.keeper.actor, parcel=shelved, days=3, now=after(7))
    shelved.refresh_from_db()
    assert shelved.keep_until == after(10)
    with nothing_changes("logistics"):
        for days, now in ((0, after(7)), (15, after(7)), (10, after(55))):
            with pytest.raises(Invalid):
                services.keep_longer(by=cast.keeper.actor, parcel=shelved, days=days, now=now)
        with pytest.raises(Forbidden):
            services.keep_longer(by=cast.neighbour.actor, parcel=shelved, days=3, now=after(7))
        with pytest.raises(Forbidden):
            services.send_back(by=cast.neighbour.actor, parcel=shelved, now=after(20))


def test_a_carriers_own_days_count_for_what_comes_from_then_on(cast: Cast, places: Places, down: Parcel) -> None:
    carrier = Carrier.objects.get()
    services.set_shelf_days(by=cast.clerk.actor, carrier=carrier, version=1, days=ShelfDays(1, 2))
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=NOON)
    down.refresh_from_db()
    assert (down.remind_at, down.keep_until) == (NOON + timedelta(days=1), NOON + timedelta(days=2))


@pytest.mark.parametrize(
    ("remind", "keep", "field"), [(3, 2, "remind_days"), (0, 2, "remind_days"), (1, 61, "keep_days")]
)
def test_days_that_make_no_sense_are_refused_at_their_field(remind: int, keep: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        ShelfDays(remind, keep)
    assert refused.value.field == field


def test_the_pages_lead_from_the_first_page_to_the_end(cast: Cast, shelved: Parcel) -> None:
    plant("update logistics_parcel set keep_until = now() - interval '1 hour' where id = %s", shelved.pk)
    assert (todo(cast.keeper, Care.OVERDUE), todo(cast.neighbour, Care.OVERDUE)) == (1, 0)
    assert shelved.number in cast.keeper.client.get("/logistics/parcels/?care=overdue").content.decode()
    page = cast.keeper.client.get(f"/logistics/parcels/{shelved.number}/").content.decode()
    assert "Lies too long" in page
    client, url = cast.keeper.client, f"/logistics/parcels/{shelved.number}"
    assert client.post(f"{url}/keep-longer/", {"days": "40"}).status_code == 422
    assert client.post(f"{url}/keep-longer/", {"days": "2"}).status_code == 302
    assert client.post(f"{url}/send-back/").status_code == 422, "it is kept for two days more"
    plant("update logistics_parcel set keep_until = now() - interval '1 hour' where id = %s", shelved.pk)
    assert client.post(f"{url}/send-back/", {"note": "Moved away"}).status_code == 302
    shelved.refresh_from_db()
    assert shelved.is_refused


def test_the_centre_enters_a_carriers_days(cast: Cast, places: Places) -> None:
    carrier = Carrier.objects.get()
    url, form = f"/logistics/carriers/{carrier.number}/shelf/", {"version": "1", "remind_days": "2", "keep_days": "5"}
    assert cast.keeper.client.get(url).status_code == 403
    assert cast.clerk.client.post(url, form | {"keep_days": "1"}).status_code == 422
    assert cast.clerk.client.post(url, form).status_code == 302
    carrier.refresh_from_db()
    assert (carrier.remind_days, carrier.keep_days) == (2, 5)


@plants("a parcel that waits for its recipient has a day until which it does")
def test_verify_names_a_parcel_that_waits_without_an_end(shelved: Parcel) -> None:
    plant("update logistics_parcel set keep_until = null where id = %s", shelved.pk)
    assert found() == {"a parcel that waits for its recipient has a day until which it does": [shelved.number]}
