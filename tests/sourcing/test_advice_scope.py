"""Whose name advice is given in, who may take note of it, and who reads which receipts."""

from dataclasses import replace

import pytest
from allauth.mfa.totp.internal.auth import TOTP

from terrace.accounts.models import Person
from terrace.kernel.errors import Forbidden
from terrace.network.models import ServiceUnit
from terrace.sourcing import queries, services
from terrace.sourcing.models import Advice, AdviceReceipt
from tests.conftest import NEIGHBOUR_VILLAGE, OTHER_COUNTY_VILLAGE, VILLAGE, Cast, Member
from tests.factories import AreaFactory, PostFactory, UnitFactory
from tests.one_time_codes import SECOND_FACTOR

COUNTY, OTHER_COUNTY = VILLAGE[:6], OTHER_COUNTY_VILLAGE[:6]


def _also(person: Person, role: str, area: str) -> ServiceUnit:
    """Give the person another post, and return its unit."""
    unit: ServiceUnit = UnitFactory(area=AreaFactory(code=area))
    PostFactory(person=person, unit=unit, role=role)
    if not person.authenticator_set.exists():
        TOTP.activate(person, SECOND_FACTOR)
    return unit


def _advise(member: Member, area: str) -> Advice:
    return services.give_advice(by=member.actor, area=area, title="Hold the walnuts", text="Prices rise.")


def _units(member: Member) -> set[int]:
    return set(member.actor.units)


def test_advice_is_signed_by_the_unit_over_the_area_though_another_post_is_wider(cast: Cast) -> None:
    (home,) = _units(cast.station)
    other = _also(cast.station.person, "centre-manager", OTHER_COUNTY)
    AreaFactory(code=OTHER_COUNTY_VILLAGE)
    UnitFactory(area=AreaFactory(code=OTHER_COUNTY_VILLAGE))
    assert _advise(cast.station, VILLAGE).unit_id == home
    assert _advise(cast.station, OTHER_COUNTY_VILLAGE).unit_id == other.pk


def test_of_two_units_over_the_area_the_nearer_signs_if_its_own_post_advises(cast: Cast) -> None:
    (bureau,) = _units(cast.bureau)
    centre = _also(cast.bureau.person, "centre-manager", COUNTY)
    _also(cast.bureau.person, "centre-clerk", OTHER_COUNTY)  # a post that gives no advice
    UnitFactory(area=AreaFactory(code=OTHER_COUNTY_VILLAGE))
    assert _advise(cast.bureau, VILLAGE).unit_id == centre.pk
    assert _advise(cast.bureau, OTHER_COUNTY_VILLAGE).unit_id == bureau


def test_who_holds_a_post_at_the_unit_without_the_permission_takes_no_note_for_it(cast: Cast) -> None:
    advice = _advise(cast.centre, COUNTY)
    visitor = replace(cast.keeper.actor, grants={})
    with pytest.raises(Forbidden):
        services.acknowledge_advice(by=visitor, advice=advice.number)
    assert not AdviceReceipt.objects.filter(acknowledged_at__isnull=False).exists()


def test_everybody_reads_the_receipts_of_their_own_area_and_units_only(cast: Cast) -> None:
    AreaFactory(code=NEIGHBOUR_VILLAGE)
    advice = _advise(cast.centre, COUNTY)
    point, station, next_door = (_units(m) for m in (cast.keeper, cast.station, cast.neighbour))
    read = {
        name: set(queries.receipts_of(getattr(cast, name).actor, advice).values_list("unit_id", flat=True))
        for name in ("centre", "station", "keeper", "neighbour", "stranger", "farmer")
    }
    assert read == {
        "centre": point | station | next_door,
        "station": point | station,
        "keeper": point,
        "neighbour": next_door,
        "stranger": set(),
        "farmer": set(),
    }
