"""Ways through a road network that was uploaded: fastest, with closed and slow edges, and files of it."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from hypothesis import given
from hypothesis import strategies as st

from terrace.kernel import clock
from terrace.logistics import services
from terrace.logistics.domain.roads import CLOSED, Circle, Condition, Detour, Placed, RoadSource, great_circles
from terrace.logistics.domain.roads.network import Edge, graph_of
from terrace.logistics.domain.routing import NO_ROAD
from terrace.logistics.models import RoadNetwork
from terrace.logistics.services import ConditionGiven
from terrace.network.domain.places import Point
from tests.conftest import Cast
from tests.logistics.conftest import Places
from tests.logistics.planned import put_on_the_map

A, B, C, D = (Point(33.5, 105 + east / 20) for east in range(4))
FAR = Point(33.6, 105.05)
CHAIN = [Edge(A, B, 6_000, 60), Edge(B, C, 7_000, 60), Edge(C, D, 8_000, 60)]
DETOUR = [Edge(A, FAR, 20_000, 60), Edge(FAR, C, 22_000, 60)]


def placed(*points: Point) -> list[Placed]:
    """Return places at points, from which roads are as long as the crow flies."""
    return [Placed(point, detour=Detour(100)) for point in points]


def test_a_way_is_as_long_as_its_edges() -> None:
    tables = graph_of(CHAIN).between(placed(A, C, D))
    assert tables.metres.tolist() == [[0, 13_000, 21_000], [13_000, 0, 8_000], [21_000, 8_000, 0]]
    assert tables.seconds[0].tolist() == [0, 780, 1260]


def test_the_fastest_way_is_taken_and_its_own_metres_counted() -> None:
    tables = graph_of([*CHAIN[:2], Edge(A, C, 30_000, 120), Edge(A, C, 12_000, 6)]).between(placed(A, C))
    assert (tables.metres[0][1], tables.seconds[0][1]) == (13_000, 780)
    quick = graph_of([*CHAIN[:2], Edge(A, C, 20_000, 120)]).between(placed(A, C))
    assert (quick.metres[0][1], quick.seconds[0][1]) == (20_000, 600)


def test_a_one_way_road_leads_one_way() -> None:
    tables = graph_of([Edge(A, B, 6_000, 60, is_one_way=True)]).between(placed(A, B))
    assert tables.metres.tolist() == [[0, 6_000], [NO_ROAD, 0]]


def test_a_landslide_leads_around_or_nowhere() -> None:
    shut = Condition(Circle(Point(33.5, 105.025), 300), CLOSED)
    around = graph_of([*CHAIN, *DETOUR]).with_circles([shut]).between(placed(A, C))
    assert around.metres[0][1] == 42_000
    assert graph_of(CHAIN).with_circles([shut]).between(placed(A, C, D)).metres[0].tolist() == [0, NO_ROAD, NO_ROAD]


def test_snow_slows_the_edges_in_it() -> None:
    snow = Condition(Circle(Point(33.5, 105.025), 20_000), 50)
    tables = graph_of(CHAIN).with_circles([snow]).between(placed(A, B))
    assert (tables.metres[0][1], tables.seconds[0][1]) == (6_000, 720)


def test_how_far_a_place_is_from_the_road_counts() -> None:
    beside = Point(33.51, 105.0)
    away = great_circles([A], [beside])[0][0]
    tables = graph_of(CHAIN).between(placed(beside, B))
    assert tables.metres[0][1] == round(6_000 + away)
    assert tables.seconds[0][1] == round(360 + away * 0.36)


@given(
    st.lists(
        st.builds(
            Edge,
            st.sampled_from([A, B, C, D, FAR]),
            st.sampled_from([A, B, C, D, FAR]),
            st.integers(1, 90_000),
            st.integers(5, 120),
            st.booleans(),
        ),
        min_size=1,
        max_size=12,
    ),
    st.builds(
        Condition,
        st.builds(Circle, st.sampled_from([A, FAR]), st.integers(50, 9_000)),
        st.sampled_from([CLOSED, 20, 90]),
    ),
)
def test_no_condition_makes_a_way_through_the_network_faster(edges: list[Edge], condition: Condition) -> None:
    graph, places = graph_of(edges), placed(A, B, C, D, FAR)
    before, after = graph.between(places), graph.with_circles([condition]).between(places)
    assert (after.seconds >= before.seconds).all()
    assert (before.metres >= 0).all()
    assert not before.metres.diagonal().any()


HEAD = "from_latitude,from_longitude,to_latitude,to_longitude,metres,kmh,one_way"
GOOD = "33.91,105.3,33.95,105.3,6000,40,no\n33.95,105.3,33.99,105.3,7000,40,\n"


def upload(cast: Cast, places: Places, rows: str) -> HttpResponse:
    """Send a sheet as the clerk of the centre."""
    file = SimpleUploadedFile("roads.csv", f"{HEAD}\n{rows}".encode())
    return cast.clerk.client.post("/logistics/roads/network/", {"centre": places.centre.number, "file": file})


def test_an_uploaded_network_tells_distances_until_it_is_taken_out_of_use(cast: Cast, places: Places) -> None:
    put_on_the_map(places.centre, places.station, places.point)
    answer = upload(cast, places, GOOD)
    assert answer.status_code == 302, answer.content.decode()
    units, today = [places.centre.pk, places.point.pk], clock.today()
    roads = services.roads_between(unit=places.centre, unit_ids=units, on=today)
    assert (roads.source, roads.matrix().distances[0][1]) == (RoadSource.NETWORK, 13_000)
    shut = ConditionGiven(today, "Landslide", point=Point(33.97, 105.3), radius_m=200)
    services.add_condition(by=cast.clerk.actor, centre_id=places.centre.pk, given=shut)
    assert services.roads_between(unit=places.centre, unit_ids=units, on=today).matrix().distances[0][1] == NO_ROAD
    assert "roads.csv" in cast.clerk.client.get("/logistics/roads/").content.decode()
    found = RoadNetwork.objects.get()
    assert cast.clerk.client.post(f"/logistics/roads/network/{found.pk}/drop/").status_code == 302
    assert services.roads_between(unit=places.centre, unit_ids=units, on=today).source is RoadSource.AIR


def test_every_bad_row_is_told_and_none_is_taken(cast: Cast, places: Places) -> None:
    bad = "33.91,105.3,33.95,105.3,10,40,no\n33.91,north,33.95,105.3,6000,40,no\n33.91,105.3,33.95,105.3,6000,40,x\n"
    answer = upload(cast, places, GOOD + bad)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert all(words in shown for words in ("shorter than the straight line", "Enter -180 to 180", "Enter yes or no"))
    assert not RoadNetwork.objects.exists()
