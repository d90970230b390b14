"""Every act of the network leaves its line in the record."""

from terrace.audit.models import Act
from terrace.audit.queries import visible_to
from terrace.kernel.actors import SYSTEM
from terrace.network import services
from terrace.network.domain import ACTS
from terrace.network.services import Details
from tests.conftest import VILLAGE, Cast
from tests.network.places import CHINA, rows

SQUARE = {"type": "Polygon", "coordinates": [[[105, 34], [105, 35], [106, 35], [105, 34]]]}


def test_every_act_has_words_in_the_record(cast: Cast) -> None:
    by, county = cast.centre.actor, VILLAGE[:6]
    services.import_areas(by=SYSTEM, rows=rows())
    services.import_outlines(by=SYSTEM, collection={"features": [{"properties": {"code": county}, "geometry": SQUARE}]})
    unit = services.found_unit(by=by, area=VILLAGE, details=Details(names={"en": "Point"}))
    services.change_unit(by=by, unit=unit, version=1, details=Details(names={"en": "Post"}))
    services.place_unit(by=by, unit=unit, version=2, latitude=34.2, longitude=105.2)
    services.close_unit(by=by, unit=unit, version=3)

    recorded = {act for act in Act.objects.values_list("act", flat=True) if act.startswith("network.")}
    assert recorded == set(ACTS)


def test_the_people_at_the_top_read_of_imports(cast: Cast) -> None:
    services.import_areas(by=SYSTEM, rows=rows())
    services.import_outlines(by=SYSTEM, collection={"features": [{"properties": {"code": "62"}, "geometry": SQUARE}]})

    read = visible_to(cast.administrator.actor).filter(act__startswith="network.import_").order_by("act")
    assert list(read.values_list("act", "area_path", "subject_id")) == [
        ("network.import_areas", "6212", "6212"),
        ("network.import_outlines", "6212", "6212"),
    ]
    assert not visible_to(cast.clerk.actor).filter(act__startswith="network.import_").exists()


def test_what_is_imported_before_the_top_is_known_is_filed_under_the_topmost_area(db: None) -> None:
    services.import_areas(by=SYSTEM, rows=rows(CHINA[0]))
    assert Act.objects.get(act="network.import_areas").area_path == "62"
