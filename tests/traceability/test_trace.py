"""The public page behind a label's code: light, kind, and no more of anybody than they consent to."""

import gzip
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from terrace.kernel import events
from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.network.models import Area, AreaOutline
from terrace.registry import services as registry
from terrace.registry.domain import TraceName
from terrace.traceability import services
from terrace.traceability.domain import (
    EventKind,
    Fact,
    LossReason,
    Section,
    Share,
    TraceRequested,
    element_string,
    link_path,
)
from terrace.traceability.models import Lot
from tests import factories
from tests.conftest import VILLAGE, Cast
from tests.traceability.conftest import NOW, kilos, point_of, taken_in
from tests.traceability.test_pages import TEST

LIGHT = 80_000
COUNTY = {"type": "Polygon", "coordinates": [[[104.0, 34.0], [105.0, 34.0], [105.0, 33.5], [104.0, 34.0]]]}


def _read(lot: Lot, language: str = "en") -> str:
    answer = Client().get(link_path(lot.gtin, lot.number), headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert answer["X-Robots-Tag"].startswith("noindex")
    return str(answer.content.decode())


@pytest.fixture
def shares() -> Iterator[None]:
    """Let somebody above tell where the money went."""

    def tell(asked: TraceRequested) -> None:
        shares = (Share("Growers", Money(4000, "CNY")), Share("Transport", Money(1000, "CNY")))
        asked.add(Section("Where the money went", (Fact("Above the market", Money(50, "CNY")),), shares, "Per box"))

    events.subscribe(TraceRequested, tell)
    yield
    events._handlers[TraceRequested].remove(tell)


def test_whoever_scans_the_label_reads_the_history(cast: Cast) -> None:
    lot = taken_in(cast)
    services.inspect(by=SYSTEM, lot=lot, given=TEST, now=NOW)
    services.lose(by=SYSTEM, lot=lot, quantity=kilos(3), reason=LossReason.ROTTEN, now=NOW)
    point = point_of(cast)
    services.note(by=SYSTEM, lot_ids=[lot.pk], kind=EventKind.ARRIVED, unit_id=point.pk, now=NOW)
    page = _read(lot)
    for words in ("Apple · Fuji", lot.number, "Harvested", "Arrived", "County laboratory", "≥ 12 °Bx", "noindex"):
        assert words in page
    assert "Rotten" not in page, "a loss is the house's own business"
    assert 'lang="zh-hans"' in _read(lot, "zh-hans")


def test_nobody_is_named_who_has_not_consented(cast: Cast) -> None:
    lot = taken_in(cast)
    assert cast.farmer.party
    page = _read(lot)
    assert ("Zhao" in page, "A household of the village" in page) == (False, True)
    registry.set_trace_name(by=cast.farmer.actor, party=cast.farmer.party, version=1, shown=TraceName.SURNAME)
    page = _read(lot)
    assert ("The Zhao household" in page, "Suqin" in page) == (True, False)
    registry.set_trace_name(by=cast.farmer.actor, party=cast.farmer.party, version=2, shown=TraceName.FULL)
    assert "Zhao Suqin" in _read(lot)


def test_a_mixture_names_all_its_growers(cast: Cast) -> None:
    firm = factories.PartyFactory(area=factories.AreaFactory(code=VILLAGE), kind="cooperative", name="Cloud Orchard")
    lots = [taken_in(cast, 5), taken_in(cast, 7), taken_in(cast, 9, producer_id=firm.pk)]
    made = services.merge_lots(by=SYSTEM, lots=lots, now=NOW)
    page = _read(made)
    assert page.index("Cloud Orchard") > 0
    assert "A household of the village, 2 deliveries" in page
    assert page.count("Taken in") == 1


def test_a_part_tells_nothing_of_what_happened_to_the_rest_after_it_was_taken_out(cast: Cast) -> None:
    lot = taken_in(cast)
    services.note(by=SYSTEM, lot_ids=[lot.pk], kind=EventKind.COOLED, now=NOW)
    (part,) = services.split_lot(by=SYSTEM, lot=lot, parts=[kilos(100)], now=NOW)
    services.inspect(by=SYSTEM, lot=lot, given=TEST, now=NOW)
    services.note(by=SYSTEM, lot_ids=[lot.pk], kind=EventKind.SENT, now=NOW)
    services.note(by=SYSTEM, lot_ids=[lot.pk], kind=EventKind.ARRIVED, unit_id=point_of(cast).pk, now=NOW)
    (third,) = services.split_lot(by=SYSTEM, lot=part, parts=[kilos(1)], now=NOW)
    for branch in (part, third):
        page = _read(branch)
        for words, is_told in (("Cooled", True), ("Taken in", True), ("Arrived", False), ("County laboratory", False)):
            assert (words in page) is is_told, words
        answer = cast.keeper.client.get(f"/api/v1/lots/{branch.number}/journey").json()
        assert not {"sent", "arrived", "inspected"} & {step["kind"] for step in answer}
    assert "County laboratory" in _read(lot)
    later = services.merge_lots(by=SYSTEM, lots=[part, lot], now=NOW)
    assert "County laboratory" in _read(later)
    assert "Arrived" in _read(later)


def test_parcels_that_leave_for_weeks_are_one_stage(cast: Cast) -> None:
    lot, point = taken_in(cast), point_of(cast)
    for day in range(14):
        at = NOW + timedelta(days=day)
        services.note(by=SYSTEM, lot_ids=[lot.pk], kind=EventKind.SHIPPED, unit_id=point.pk, now=at)
    page = _read(lot)
    assert page.count("Packed and sent to buyers") == 1
    (part,) = services.split_lot(by=SYSTEM, lot=lot, parts=[kilos(1)], now=NOW)
    assert "Packed and sent to buyers" not in _read(part)
    assert 'datetime="2026-10-03"' in page


def test_the_parts_of_a_picture_are_a_hundred_per_cent(cast: Cast) -> None:
    def tell(asked: TraceRequested) -> None:
        minors = (515, 324, 11, 9, 21, 103, 18)
        asked.add(Section("Money", shares=tuple(Share(str(minor), Money(minor, "CNY")) for minor in minors)))

    events.subscribe(TraceRequested, tell)
    try:
        page = _read(taken_in(cast))
    finally:
        events._handlers[TraceRequested].remove(tell)
    parts = [part.replace(".", "") for part in re.findall(r"([0-9]+[.][0-9]) %", page)]
    assert sum(map(int, parts)) == 1000


def test_contexts_above_tell_where_the_money_went_with_a_table_beside_the_picture(cast: Cast, shares: None) -> None:
    page = _read(taken_in(cast))
    for words in (
        "Where the money went",
        "Above the market",
        "CN¥40.00",
        "80.0 %",
        "20.0 %",
        "CN¥50.00",
        'width="800"',
    ):
        assert words in page


def test_a_recalled_lot_warns(cast: Cast) -> None:
    lot = taken_in(cast)
    services.recall(by=SYSTEM, lot=lot, reason="Bring it back to any service point", now=NOW)
    page = _read(lot)
    assert "please do not eat" in page
    assert "Bring it back" in page


def test_goods_that_went_back_say_so_and_get_no_label(cast: Cast) -> None:
    lot = taken_in(cast)
    assert "went back" not in _read(lot)
    services.take_back_lot(by=SYSTEM, lot_id=lot.pk, note="Weighed by mistake", now=NOW)

    assert "These goods went back" in _read(lot)
    assert "Weighed by mistake" not in _read(lot)
    assert cast.keeper.client.get(f"/lots/{lot.number}/label.pdf").status_code in (400, 422)


def test_an_unknown_code_is_told_kindly(cast: Cast) -> None:
    lot = taken_in(cast)
    for url in (link_path(lot.gtin, "B-00000000"), link_path("00614141999996", lot.number)):
        answer = Client().get(url)
        assert answer.status_code == 404
        assert "This code is not known" in answer.content.decode()
        assert answer["X-Robots-Tag"].startswith("noindex")


def test_the_code_of_a_pack_leads_there_too(cast: Cast) -> None:
    lot = taken_in(cast)
    pack = factories.PackFactory(product=factories.ProductFactory())
    assert Client().get(link_path(pack.number, lot.number)).status_code == 200


def test_the_village_stands_on_a_sketch_map(cast: Cast) -> None:
    lot = taken_in(cast)
    assert '<svg class="sketch"' not in _read(lot)
    AreaOutline.objects.create(area_id=VILLAGE[:6], geometry=COUNTY)
    Area.objects.filter(code=VILLAGE).update(latitude=33.9, longitude=104.6)
    page = _read(lot)
    assert 'class="sketch-here"' in page
    assert 'class="sketch-place"' in page


def test_the_page_is_light_and_asks_little(
    cast: Cast, shares: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lots = [taken_in(cast, n) for n in range(1, 41)]
    made = services.merge_lots(by=SYSTEM, lots=lots, now=NOW)
    with django_assert_max_num_queries(30):
        page = _read(made)
    assert len(gzip.compress(page.encode())) < LIGHT // 2
    assert '<script type="module"' in page
    assert page.count("<script") == 1


def test_codes_are_written_as_gs1_lays_down(cast: Cast) -> None:
    lot = taken_in(cast)
    assert link_path(lot.gtin, lot.number) == f"/01/{lot.gtin}/10/{lot.number}"
    assert element_string(lot.gtin, lot.number) == f"(01){lot.gtin}(10){lot.number}"
    assert len(lot.gtin) == 14
