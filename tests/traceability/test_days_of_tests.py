"""A test is told on the day and by whom it was made, and is never older than the goods."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client

from terrace.audit.models import Act
from terrace.kernel.actors import SYSTEM
from terrace.kernel.errors import Invalid
from terrace.traceability import services
from terrace.traceability.domain import EventKind, link_path
from terrace.traceability.models import Inspection, Lot, LotEvent
from tests.conftest import Cast
from tests.traceability.conftest import HARVEST, NOW, kilos, point_of, taken_in
from tests.traceability.test_pages import TEST

STAGE = re.compile(r"<li>(.*?)</li>", re.DOTALL)
WAY = ["Harvested", "Tested", "Taken in", "Sent", "Arrived"]
EARLY = date(2026, 9, 17)


def _way(lot: Lot) -> list[str]:
    """Return the stages of the way as a buyer reads them, a line each."""
    page = Client().get(link_path(lot.gtin, lot.number)).content.decode()
    way = page[page.index("Its way") :]
    stages = STAGE.findall(way[: way.index("</ol>")])
    return [" ".join(re.sub("<[^>]+>", " ", stage).split()) for stage in stages]


def test_a_report_that_comes_late_is_told_on_the_day_of_the_test_with_the_laboratory(cast: Cast) -> None:
    lot, point = taken_in(cast), point_of(cast)
    services.note(by=SYSTEM, lot_ids=[lot.pk], kind=EventKind.SENT, now=NOW + timedelta(days=1))
    there = NOW + timedelta(days=2)
    services.note(by=SYSTEM, lot_ids=[lot.pk], kind=EventKind.ARRIVED, unit_id=point.pk, now=there)
    services.inspect(by=SYSTEM, lot=lot, given=TEST, now=NOW + timedelta(days=5))
    way = _way(lot)
    told = [next(word for word in WAY if word in stage) for stage in way]
    assert told == WAY
    tested = way[1]
    assert "Sep 19, 2026" in tested
    assert "County laboratory" in tested
    assert "Sep 25" not in " ".join(way)


def _books() -> tuple[int, int, int]:
    return LotEvent.objects.count(), Inspection.objects.count(), Act.objects.count()


def test_a_test_from_before_the_harvest_is_refused(cast: Cast) -> None:
    lot = taken_in(cast)
    before = _books()
    with pytest.raises(Invalid, match=r"harvested on Sep 18, 2026\. A test from before") as refused:
        services.inspect(by=cast.packer.actor, lot=lot, given=replace(TEST, tested_on=EARLY), now=NOW)
    assert refused.value.field == "tested_on"
    sent = {"tested_by": "County laboratory", "tested_on": "2026-09-17", "sugar": "13", "sugar_limit": "12"}
    answer = cast.packer.client.post(f"/lots/{lot.number}/tests/new/", sent)
    assert (answer.status_code, "A test from before" in answer.content.decode()) == (422, True)
    results = [{"measure": "sugar", "value": "13", "limit": "12"}]
    body = {"results": results, "tested_by": "County laboratory", "tested_on": "2026-09-17"}
    url = f"/api/v1/lots/{lot.number}/tests"
    assert cast.packer.client.post(url, body, content_type="application/json").status_code == 422
    assert _books() == before
    services.inspect(by=cast.packer.actor, lot=lot, given=replace(TEST, tested_on=HARVEST), now=NOW)


def test_of_a_mixture_the_oldest_goods_count(cast: Cast) -> None:
    one, other = taken_in(cast), taken_in(cast, harvested_on=EARLY)
    mixed = services.merge_lots(by=SYSTEM, lots=[one, other], now=NOW)
    services.inspect(by=SYSTEM, lot=mixed, given=replace(TEST, tested_on=EARLY), now=NOW)
    with pytest.raises(Invalid, match="harvested on Sep 17"):
        services.inspect(by=SYSTEM, lot=mixed, given=replace(TEST, tested_on=EARLY - timedelta(days=1)), now=NOW)
    assert Inspection.objects.count() == 1


def test_where_nobody_knows_the_harvest_a_test_is_no_older_than_goods_keep(cast: Cast) -> None:
    lot = taken_in(cast, harvested_on=None)
    Lot.objects.filter(pk=lot.pk).update(created_at=NOW)
    first = NOW.date() - timedelta(days=lot.product.keeps_days)
    with pytest.raises(Invalid, match="cannot be older"):
        services.inspect(by=SYSTEM, lot=lot, given=replace(TEST, tested_on=first - timedelta(days=1)), now=NOW)
    assert Inspection.objects.count() == 0
    services.inspect(by=SYSTEM, lot=lot, given=replace(TEST, tested_on=first), now=NOW)
    services.lose(by=SYSTEM, lot=lot, quantity=kilos(1), reason=services.LossReason.SAMPLE, now=NOW)
