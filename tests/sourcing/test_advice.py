"""Advice goes down, and everybody below takes note."""

from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from terrace.kernel.errors import Forbidden, Invalid, NotFound
from terrace.messaging.models import Notice
from terrace.network import queries as network
from terrace.sourcing import queries, services
from terrace.sourcing.models import Advice, AdviceReceipt
from tests.conftest import OTHER_COUNTY_VILLAGE, VILLAGE, Cast
from tests.factories import AreaFactory


def _given(cast: Cast) -> Advice:
    return services.give_advice(by=cast.centre.actor, area=VILLAGE[:6], title="Hold the walnuts", text="Prices rise.")


def test_a_centres_advice_reaches_every_station_and_point_below_it_as_a_notice(cast: Cast) -> None:
    advice = _given(cast)
    receivers = {receipt.unit_id for receipt in AdviceReceipt.objects.filter(advice=advice)}
    assert receivers == {*cast.station.actor.units, *cast.keeper.actor.units, *cast.neighbour.actor.units}
    told = set(Notice.objects.values_list("person_id", flat=True))
    assert told == {cast.station.person.pk, cast.keeper.person.pk, cast.neighbour.person.pk}


def test_who_received_it_acknowledges_it_once(cast: Cast) -> None:
    advice = _given(cast)
    assert queries.count_unacknowledged(cast.keeper.actor) == 1
    first = services.acknowledge_advice(by=cast.keeper.actor, advice=advice.number)[0].acknowledged_at
    again = services.acknowledge_advice(by=cast.keeper.actor, advice=advice.number)[0].acknowledged_at
    assert first == again
    assert queries.count_unacknowledged(cast.keeper.actor) == 0
    seen = queries.advice_for(cast.centre.actor, advice.number)
    assert (seen.reached, seen.acknowledged) == (3, 1)


def test_who_did_not_receive_it_neither_sees_nor_acknowledges_it(cast: Cast) -> None:
    advice = _given(cast)
    for member in (cast.stranger, cast.farmer, cast.buyer):
        with pytest.raises(NotFound):
            queries.advice_for(member.actor, advice.number)
        with pytest.raises(NotFound):
            services.acknowledge_advice(by=member.actor, advice=advice.number)
    assert not AdviceReceipt.objects.filter(acknowledged_at__isnull=False).exists()


@pytest.mark.parametrize("area", [VILLAGE[:4], OTHER_COUNTY_VILLAGE[:6]])
def test_nobody_advises_outside_the_own_area(cast: Cast, area: str) -> None:
    with pytest.raises(Forbidden):
        services.give_advice(by=cast.centre.actor, area=area, title="x", text="y")
    with pytest.raises(Forbidden):
        services.give_advice(by=cast.keeper.actor, area=VILLAGE, title="x", text="y")
    assert not Advice.objects.exists()
    assert not Notice.objects.exists()


def test_advice_that_nobody_would_receive_is_refused(cast: Cast) -> None:
    empty_township = VILLAGE[:6] + "900"
    AreaFactory(code=empty_township)
    with pytest.raises(Invalid) as refused:
        services.give_advice(by=cast.centre.actor, area=empty_township, title="x", text="y")
    assert refused.value.field == "area"
    assert not Advice.objects.exists()


@pytest.mark.parametrize("field", ["title", "text"])
def test_advice_that_holds_an_identity_number_is_refused(cast: Cast, field: str) -> None:
    said = {"title": "Hold the walnuts", "text": "Prices rise."} | {field: "Call 621226188501011233"}

    with pytest.raises(Invalid) as refused:
        services.give_advice(by=cast.centre.actor, area=VILLAGE[:6], **said)

    assert (refused.value.code, refused.value.field) == ("identity_number", field)
    assert not Advice.objects.exists()


def test_who_takes_note_has_read_the_notice_that_told_of_it(cast: Cast) -> None:
    first, second = _given(cast), _given(cast)
    services.acknowledge_advice(by=cast.keeper.actor, advice=first.number)
    unread = Notice.objects.filter(read_at__isnull=True).values_list("person_id", "url")
    assert (cast.keeper.person.pk, f"/sourcing/advice/{first.number}/") not in unread
    assert {
        (cast.keeper.person.pk, f"/sourcing/advice/{second.number}/"),
        (cast.station.person.pk, f"/sourcing/advice/{first.number}/"),
    } <= set(unread)


def test_who_sends_advice_to_many_units_is_asked_first(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terrace.sourcing.services.advice.MOST_UNASKED", 2)
    client = cast.centre.client
    client.cookies["language"] = "en"
    sent = {"area": VILLAGE[:6], "title": "Hold the walnuts", "text": "Prices rise.", "product": ""}

    asked = client.post("/sourcing/advice/new/", sent)

    assert asked.status_code == 422
    assert "This goes to 3 stations and points" in asked.content.decode()
    assert 'type="checkbox" name="sure"' in asked.content.decode()
    assert not Advice.objects.exists()
    assert not Notice.objects.exists()
    assert client.post("/sourcing/advice/new/", {**sent, "sure": "on"}).status_code == 302
    assert Advice.objects.count() == 1


def test_nobody_sends_advice_to_everybody_by_leaving_the_area_as_it_is(cast: Cast) -> None:
    choices = cast.bureau.client.get("/sourcing/advice/new/").context["form"].fields["area"].choices
    assert next(iter(choices))[0] == ""


def test_the_list_narrows_to_what_waits_for_the_reader(cast: Cast) -> None:
    first, second = _given(cast), _given(cast)
    services.acknowledge_advice(by=cast.keeper.actor, advice=first.number)
    client = cast.keeper.client
    everything = client.get("/sourcing/advice/").content.decode()
    waiting = client.get("/sourcing/advice/?waiting=on&text=walnut").content.decode()
    assert all(advice.number in everything for advice in (first, second))
    assert second.number in waiting
    assert first.number not in waiting


def _units(answer: Any) -> list[str]:
    return [row.cells[0].value["en"] for row in answer.context["listing"].rows]


def test_who_still_has_to_take_note_comes_first(cast: Cast) -> None:
    advice = _given(cast)
    services.acknowledge_advice(by=cast.station.actor, advice=advice.number)
    done = [receipt.acknowledged_at is not None for receipt in queries.receipts_of(cast.centre.actor, advice)]
    assert done == [False, False, True]
    station = network.units_by_id(cast.station.actor.units)
    page = cast.centre.client.get(f"/sourcing/advice/{advice.number}/")
    assert [name in [unit.names["en"] for unit in station.values()] for name in _units(page)] == [False, False, True]
    assert cast.keeper.client.get(f"/sourcing/advice/{advice.number}/").context["is_waiting"]


def test_the_units_that_advice_reached_are_narrowed_to_who_has_not_taken_note_and_exported(cast: Cast) -> None:
    advice = _given(cast)
    services.acknowledge_advice(by=cast.station.actor, advice=advice.number)
    address = f"/sourcing/advice/{advice.number}/"

    waiting = cast.centre.client.get(address, {"waiting": "on"})
    sheet = cast.centre.client.get(address, {"waiting": "on", "export": "xlsx"})

    assert len(_units(waiting)) == 2
    _heads, *rows = CalamineWorkbook.from_filelike(BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    assert sorted(str(row[0]) for row in rows) == sorted(_units(waiting))


def test_who_received_advice_sees_of_its_units_only_the_own(cast: Cast) -> None:
    advice = _given(cast)
    address = f"/sourcing/advice/{advice.number}/"
    own = network.units_by_id(cast.keeper.actor.units)
    assert _units(cast.keeper.client.get(address)) == [unit.names["en"] for unit in own.values()]
    assert cast.stranger.client.get(address).status_code == 404
