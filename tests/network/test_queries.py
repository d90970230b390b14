"""Reading the network: subtrees, scopes, names."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from terrace.kernel.actors import ANONYMOUS, SYSTEM, Actor
from terrace.kernel.errors import Forbidden, NotFound
from terrace.kernel.tiers import Workspace
from terrace.network import queries, services
from terrace.network.models import Area, ServiceUnit
from tests.conftest import NEIGHBOUR_VILLAGE, OTHER_COUNTY_VILLAGE, VILLAGE, Cast
from tests.network.places import rows


def _numbers(units: object) -> set[str]:
    return {unit.area_id for unit in units}


def test_a_place_says_what_distribution_needs(cast: Cast) -> None:
    place = queries.place(VILLAGE)

    assert (place.code, place.path, place.tier, place.county_code) == (VILLAGE, VILLAGE, "village", VILLAGE[:6])


def test_an_unknown_place_is_not_found(db: None) -> None:
    with pytest.raises(NotFound):
        queries.place("9999")
    with pytest.raises(NotFound):
        queries.get_area("9999")


def test_ancestors_begin_at_the_top_of_the_installation_and_end_with_the_place(cast: Cast) -> None:
    assert [area.code for area in queries.ancestors(VILLAGE)] == [VILLAGE[:4], VILLAGE[:6], VILLAGE[:9], VILLAGE]
    assert [area.code for area in queries.ancestors(VILLAGE[:4])] == [VILLAGE[:4]]


def test_ancestors_take_one_query_however_deep(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as caught:
        queries.ancestors(VILLAGE)
    assert len(caught) == 1


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (VILLAGE, {VILLAGE}),
        (VILLAGE[:9], {VILLAGE, VILLAGE[:9]}),
        (VILLAGE[:6], {VILLAGE, VILLAGE[:9], VILLAGE[:6], NEIGHBOUR_VILLAGE}),
    ],
)
def test_a_subtree_has_the_open_units_below_and_no_others(cast: Cast, path: str, found: set[str]) -> None:
    closed = ServiceUnit.objects.filter(area_id=VILLAGE).first()
    services.close_unit(by=cast.centre.actor, unit=closed, version=1)

    assert _numbers(queries.units_under(path)) == found - {VILLAGE}


def test_a_subtree_can_be_narrowed_to_kinds_of_work(cast: Cast) -> None:
    stations = queries.units_under(VILLAGE[:4], [Workspace.STATION, Workspace.POINT])

    assert {unit.tier for unit in stations} == {"township", "village"}


def test_open_units_are_public_and_closed_ones_are_known_above(cast: Cast) -> None:
    unit = ServiceUnit.objects.filter(area_id=VILLAGE).first()
    services.close_unit(by=cast.centre.actor, unit=unit, version=1)

    for who in (cast.station, cast.centre, cast.bureau):
        assert queries.get_unit(who.actor, unit.number) == unit
    for stranger in (cast.keeper.actor, cast.stranger.actor, cast.neighbour.actor, cast.farmer.actor, ANONYMOUS):
        with pytest.raises(NotFound):
            queries.get_unit(stranger, unit.number)
    assert queries.visible_to(ANONYMOUS).filter(area_id=VILLAGE[:6]).exists()


def test_staff_oversee_their_subtree_alone(cast: Cast) -> None:
    assert _numbers(queries.overseen_by(cast.station.actor)) == {VILLAGE[:9], VILLAGE}
    assert not queries.overseen_by(cast.farmer.actor).exists()
    assert not queries.overseen_by(ANONYMOUS).exists()


def test_an_area_page_opens_for_those_above_it_alone(cast: Cast) -> None:
    assert queries.area_for(cast.station.actor, VILLAGE).code == VILLAGE
    for code in (VILLAGE[:6], NEIGHBOUR_VILLAGE, OTHER_COUNTY_VILLAGE):
        with pytest.raises(NotFound):
            queries.area_for(cast.station.actor, code)


def test_home_is_the_widest_area_of_the_actors_own(cast: Cast) -> None:
    both = Actor(person_id=1, grants={"network.view": (VILLAGE, OTHER_COUNTY_VILLAGE[:6])})

    assert queries.home_path(cast.keeper.actor) == VILLAGE
    assert queries.home_path(cast.bureau.actor) == VILLAGE[:4]
    assert queries.home_path(both) == OTHER_COUNTY_VILLAGE[:6]
    assert queries.home_path(SYSTEM) == "6212"
    assert queries.home_area(cast.station.actor).code == VILLAGE[:9]


def test_who_sees_no_area_has_no_home(cast: Cast) -> None:
    for actor in (ANONYMOUS, cast.farmer.actor):
        with pytest.raises(Forbidden):
            queries.home_path(actor)


@pytest.mark.parametrize("text", ["排头", "paitou", "ptc", "PAITOU village", "village pai"])
def test_a_place_is_found_by_name_reading_and_initials(db: None, text: str) -> None:
    services.import_areas(by=SYSTEM, rows=rows())

    assert [area.code for area in queries.search_areas(["6212"], text)] == ["621226101200"]


def test_a_search_stays_in_its_scope_tier_and_network(db: None) -> None:
    services.import_areas(by=SYSTEM, rows=rows())

    assert not queries.search_areas(["621227"], "paitou").exists()
    assert not queries.search_areas([], "paitou").exists()
    assert not queries.search_areas([""], "gansu").exists()
    assert [area.code for area in queries.search_areas([""], "an", "township")] == ["621226101"]


def test_counts_are_those_of_the_subtree(cast: Cast) -> None:
    counted = {area.code: area for area in queries.with_counts(Area.objects.all())}

    assert (counted[VILLAGE[:6]].unit_count, counted[VILLAGE[:6]].area_count) == (7, 4)
    assert (counted[VILLAGE].unit_count, counted[VILLAGE].area_count) == (1, 0)
    assert queries.count_areas(VILLAGE[:4]) == {"county": 2, "township": 2, "village": 2}
    assert queries.count_units(VILLAGE[:9]) == {"township": 1, "village": 1}


def test_a_map_is_drawn_on_the_nearest_outlines(db: None) -> None:
    services.import_shipped(by=SYSTEM)

    assert len(queries.outlines_for(queries.get_area("6212"))) == 9
    assert [area.code for area in queries.outlines_for(queries.get_area("621226"))] == ["621226"]
    assert [area.code for area in queries.outlines_for(queries.get_area("621226101200"))] == ["621226"]
    assert queries.outlines_for(queries.get_area("62")) == []


def test_names_come_in_bulk(cast: Cast) -> None:
    assert set(queries.names_of([VILLAGE, VILLAGE, "9999"])) == {VILLAGE}
    assert set(queries.areas_by_code([VILLAGE, "9999"])) == {VILLAGE}
    assert set(queries.units_by_id([0])) == set()


def test_a_place_is_served_by_its_own_unit_or_the_nearest_above(cast: Cast) -> None:
    village = ServiceUnit.objects.filter(area_id=NEIGHBOUR_VILLAGE).get()
    services.close_unit(by=cast.centre.actor, unit=village, version=1)

    serving = queries.units_serving([VILLAGE, NEIGHBOUR_VILLAGE, OTHER_COUNTY_VILLAGE, "99"])

    assert {path: unit.area_id for path, unit in serving.items()} == {
        VILLAGE: VILLAGE,
        NEIGHBOUR_VILLAGE: VILLAGE[:6],
        OTHER_COUNTY_VILLAGE: OTHER_COUNTY_VILLAGE[:6],
    }
