"""Founding, changing, placing and closing units: rules, scope, record, and refusals that change nothing."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from terrace.audit.models import Act
from terrace.kernel import events
from terrace.kernel.errors import DomainError, Forbidden, Invalid, NotFound, Stale
from terrace.network import services
from terrace.network.domain import UnitClosed, UnitFounded
from terrace.network.domain.hours import Period
from terrace.network.models import Area, ServiceUnit
from terrace.network.services import Details, StandsHere, UnitIsClosed
from tests import factories
from tests.conftest import OTHER_COUNTY_VILLAGE, VILLAGE, Cast

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
DETAILS = Details(
    names={"en": "Paitou Service Point", "zh-hans": "排头村服务点"},
    services=["send", "sell"],
    hours=[Period((1, 2, 3), time(8, 30), time(12))],
    phone="0939-4400123",
    address="Beside the school",
)


@pytest.fixture
def unit(cast: Cast) -> ServiceUnit:
    return services.found_unit(by=cast.centre.actor, area=VILLAGE, details=DETAILS, now=NOW)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[events.Event]:
    """Return the list to which every event is added that a service publishes."""
    told: list[events.Event] = []
    monkeypatch.setattr(events, "publish", told.append)
    return told


def _row(unit: ServiceUnit) -> dict[str, Any]:
    return ServiceUnit.objects.filter(pk=unit.pk).values().get()


def test_a_unit_stands_in_its_area_at_its_tier(unit: ServiceUnit) -> None:
    founded = ServiceUnit.objects.get(number=unit.number)
    assert (founded.area_id, founded.area_path, founded.tier) == (VILLAGE, VILLAGE, "village")
    assert founded.founded_on == date(2026, 11, 21)
    assert founded.services == ["sell", "send"]
    assert founded.phone == "+869394400123"
    assert founded.opening_hours == tuple(DETAILS.hours)
    assert "ptcfwd" in founded.search


def test_founding_is_on_record_and_told_upward(cast: Cast, heard: list[events.Event]) -> None:
    unit = services.found_unit(by=cast.centre.actor, area=VILLAGE, details=DETAILS, now=NOW)

    act = Act.objects.get(act="network.found_unit")
    assert (act.subject_id, act.area_path, act.person_id) == (str(unit.pk), VILLAGE, cast.centre.person.pk)
    assert heard[-1] == UnitFounded(unit.pk, VILLAGE)


@pytest.mark.parametrize("who", ["keeper", "station", "clerk", "bureau", "stranger", "farmer"])
def test_only_who_manages_the_area_may_found_a_unit(cast: Cast, who: str) -> None:
    before = ServiceUnit.objects.count()

    with pytest.raises(Forbidden):
        services.found_unit(by=getattr(cast, who).actor, area=VILLAGE, details=DETAILS)

    assert ServiceUnit.objects.count() == before
    assert not Act.objects.filter(act="network.found_unit").exists()


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (Details(names={}), "names"),
        (Details(names={"en": "  "}), "names"),
        (Details(names={"en": "P" * 121}), "names"),
        (Details(names={"fr": "Point"}), "names"),
        (Details(names={"en": "Point"}, services=["magic"]), "services"),
        (Details(names={"en": "Point"}, phone="12"), "phone"),
        (Details(names={"en": "Point"}, phone="call us"), "phone"),
        (Details(names={"en": "Point"}, address="a" * 201), "address"),
        (Details(names={"en": "Point"}, hours=[Period((1,), time(12), time(12))]), "hours"),
        (Details(names={"en": "Point of 621226188501011233"}), "names"),
        (Details(names={"en": "Point"}, address="Ask for 621226300101123"), "address"),
    ],
)
def test_details_that_break_a_rule_are_refused_at_their_field(cast: Cast, details: Details, field: str) -> None:
    before = ServiceUnit.objects.count()

    with pytest.raises(Invalid) as refusal:
        services.found_unit(by=cast.centre.actor, area=VILLAGE, details=details)

    assert refusal.value.field == field
    assert ServiceUnit.objects.count() == before


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1899, 12, 31)])
def test_no_unit_is_founded_before_there_were_any(cast: Cast, day: date) -> None:
    before = ServiceUnit.objects.count()

    with pytest.raises(Invalid) as refusal:
        services.found_unit(by=cast.centre.actor, area=VILLAGE, details=DETAILS, founded_on=day)

    assert refusal.value.field == "founded_on"
    assert ServiceUnit.objects.count() == before


@pytest.mark.parametrize("code", [VILLAGE[:4], VILLAGE[:6], VILLAGE[:9]])
def test_a_second_unit_above_the_villages_has_to_be_confirmed(cast: Cast, code: str) -> None:
    units = ServiceUnit.objects.filter(area=code).order_by("pk")
    before = list(units)

    with pytest.raises(StandsHere, match=str(before[0])):
        services.found_unit(by=cast.administrator.actor, area=code, details=DETAILS)
    assert list(units.all()) == before

    services.found_unit(by=cast.administrator.actor, area=code, details=DETAILS, is_further=True)
    assert units.all().count() == len(before) + 1


def test_a_unit_takes_the_place_of_one_that_closed_without_a_question(cast: Cast) -> None:
    ServiceUnit.objects.filter(area=VILLAGE[:9]).update(closed_on=date(2026, 11, 20))

    assert services.found_unit(by=cast.centre.actor, area=VILLAGE[:9], details=DETAILS).is_open


def test_no_unit_is_founded_in_the_future_outside_the_network_or_nowhere(cast: Cast) -> None:
    before = ServiceUnit.objects.count()
    above = factories.AreaFactory(code="62")
    Area.objects.filter(pk=VILLAGE).update(tier="")

    with pytest.raises(Invalid, match="to come"):
        services.found_unit(
            by=cast.centre.actor, area=VILLAGE[:9], details=DETAILS, founded_on=date(2026, 11, 22), now=NOW
        )
    with pytest.raises(Invalid, match="tiers"):
        services.found_unit(by=cast.centre.actor, area=VILLAGE, details=DETAILS)
    with pytest.raises(Forbidden):
        services.found_unit(by=cast.administrator.actor, area=above.code, details=DETAILS)
    with pytest.raises(NotFound):
        services.found_unit(by=cast.centre.actor, area="621226999", details=DETAILS)
    assert ServiceUnit.objects.count() == before


def test_a_change_keeps_what_was_before_on_record(cast: Cast, unit: ServiceUnit) -> None:
    changed = Details(names=DETAILS.names, services=["sell"], phone="13800138000")

    services.change_unit(by=cast.centre.actor, unit=unit, version=1, details=changed)

    after = ServiceUnit.objects.get(pk=unit.pk)
    assert (after.version, after.services, after.hours, after.phone) == (2, ["sell"], [], "+8613800138000")
    act = Act.objects.get(act="network.change_unit")
    assert act.details["services"] == [["sell", "send"], ["sell"]]
    assert "names" not in act.details


def test_a_change_from_an_old_version_is_refused(cast: Cast, unit: ServiceUnit) -> None:
    services.change_unit(by=cast.centre.actor, unit=unit, version=1, details=Details(names={"en": "First"}))
    before = _row(unit)

    with pytest.raises(Stale):
        services.change_unit(by=cast.centre.actor, unit=unit, version=1, details=Details(names={"en": "Second"}))

    assert _row(unit) == before
    assert Act.objects.filter(act="network.change_unit").count() == 1


@pytest.mark.parametrize("who", ["keeper", "station", "bureau", "stranger"])
@pytest.mark.parametrize("act", ["change", "place", "close"])
def test_only_who_manages_the_area_may_touch_a_unit(cast: Cast, unit: ServiceUnit, who: str, act: str) -> None:
    acts = {
        "change": (services.change_unit, {"details": Details(names={"en": "Taken over"})}),
        "place": (services.place_unit, {"latitude": 34.0, "longitude": 105.0}),
        "close": (services.close_unit, {}),
    }
    service, values = acts[act]
    before = _row(unit)

    with pytest.raises(Forbidden):
        service(by=getattr(cast, who).actor, unit=unit, version=1, **values)

    assert _row(unit) == before
    assert Act.objects.filter(subject="network.serviceunit").count() == 1


def test_closing_tells_those_who_rely_on_the_unit(cast: Cast, unit: ServiceUnit, heard: list[events.Event]) -> None:
    services.close_unit(by=cast.centre.actor, unit=unit, version=1, now=NOW)

    assert ServiceUnit.objects.get(pk=unit.pk).closed_on == date(2026, 11, 21)
    assert heard[-1] == UnitClosed(unit.pk, VILLAGE, date(2026, 11, 21))


@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2026, 11, 22)])
def test_a_unit_closes_neither_before_its_founding_nor_in_the_future(cast: Cast, unit: ServiceUnit, day: date) -> None:
    before = _row(unit)

    with pytest.raises(Invalid) as refusal:
        services.close_unit(by=cast.centre.actor, unit=unit, version=1, closed_on=day, now=NOW)

    assert refusal.value.field == "closed_on"
    assert _row(unit) == before


def test_a_closed_unit_cannot_be_touched(cast: Cast, unit: ServiceUnit) -> None:
    services.close_unit(by=cast.centre.actor, unit=unit, version=1, now=NOW)
    before = _row(unit)

    for act in (
        lambda: services.change_unit(by=cast.centre.actor, unit=unit, version=2, details=DETAILS),
        lambda: services.place_unit(by=cast.centre.actor, unit=unit, version=2, latitude=34.0, longitude=105.0),
        lambda: services.close_unit(by=cast.centre.actor, unit=unit, version=2),
    ):
        with pytest.raises(UnitIsClosed):
            act()
    assert _row(unit) == before


def test_a_handler_that_fails_undoes_the_closing(
    cast: Cast, unit: ServiceUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(event: object) -> None:
        raise Invalid("no")

    monkeypatch.setattr(events, "publish", fail)
    before = _row(unit)

    with pytest.raises(DomainError):
        services.close_unit(by=cast.centre.actor, unit=unit, version=1, now=NOW)

    assert _row(unit) == before


def test_a_placed_unit_lends_its_point_to_an_area_that_has_none(cast: Cast, unit: ServiceUnit) -> None:
    services.place_unit(by=cast.centre.actor, unit=unit, version=1, latitude=34.26389, longitude=105.46389)
    services.place_unit(by=cast.centre.actor, unit=unit, version=2, latitude=34.3, longitude=105.5)

    village = Area.objects.get(pk=VILLAGE)
    assert (village.latitude, village.longitude, village.is_placed) == (34.3, 105.5, True)
    assert Area.objects.get(pk=VILLAGE[:9]).latitude is None


def test_an_area_keeps_its_own_point_when_a_unit_is_placed(cast: Cast, unit: ServiceUnit) -> None:
    Area.objects.filter(pk=VILLAGE).update(latitude=34.2, longitude=105.4, is_placed=True)

    services.place_unit(by=cast.centre.actor, unit=unit, version=1, latitude=34.3, longitude=105.5)

    assert Area.objects.get(pk=VILLAGE).latitude == 34.2


def test_villages_without_a_point_follow_their_station_when_it_is_placed(cast: Cast) -> None:
    station = ServiceUnit.objects.get(area_id=VILLAGE[:9])

    services.place_unit(by=cast.centre.actor, unit=station, version=1, latitude=34.3, longitude=105.5)

    village = Area.objects.get(pk=VILLAGE)
    assert (village.latitude, village.is_placed) == (34.3, False)
    assert Area.objects.get(pk=OTHER_COUNTY_VILLAGE[:6]).latitude is None


@pytest.mark.parametrize(
    ("latitude", "longitude", "field"),
    [
        (91.0, 105.0, "latitude"),
        (34.0, 181.0, "longitude"),
        (float("inf"), 105.0, "latitude"),
        (105.4, 34.2, "latitude"),
    ],
)
def test_a_point_that_cannot_be_is_refused(
    cast: Cast, unit: ServiceUnit, latitude: float, longitude: float, field: str
) -> None:
    before = _row(unit)

    with pytest.raises(Invalid) as refusal:
        services.place_unit(by=cast.centre.actor, unit=unit, version=1, latitude=latitude, longitude=longitude)

    assert refusal.value.field == field
    assert _row(unit) == before


def test_a_point_far_outside_the_area_is_refused(cast: Cast, unit: ServiceUnit) -> None:
    Area.objects.filter(pk=VILLAGE).update(latitude=34.2, longitude=105.4)
    before = _row(unit)

    with pytest.raises(Invalid, match="far outside"):
        services.place_unit(by=cast.centre.actor, unit=unit, version=1, latitude=34.2, longitude=15.4)

    assert _row(unit) == before
    assert not Area.objects.get(pk=VILLAGE).is_placed


@pytest.mark.parametrize(("placed", "is_near"), [(VILLAGE, False), (VILLAGE[:9], False), (VILLAGE[:6], True)])
def test_a_slip_of_a_degree_is_refused_where_the_point_of_the_place_itself_is_known(
    cast: Cast, unit: ServiceUnit, placed: str, is_near: bool
) -> None:
    Area.objects.filter(pk=VILLAGE).update(latitude=34.2, longitude=105.4)
    Area.objects.filter(pk=placed).update(latitude=34.2, longitude=105.4, is_placed=True)
    before = _row(unit)

    if is_near:
        services.place_unit(by=cast.centre.actor, unit=unit, version=1, latitude=35.2, longitude=105.4)
        assert _row(unit) != before
        return
    with pytest.raises(Invalid, match="far outside"):
        services.place_unit(by=cast.centre.actor, unit=unit, version=1, latitude=35.2, longitude=105.4)
    assert _row(unit) == before
