"""The desk's pages of lots: the list, a lot, its label, and what is done to it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.http import HttpResponse
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from terrace.http import typeset
from terrace.kernel.actors import SYSTEM
from terrace.traceability import queries, services
from terrace.traceability.domain import LossReason, Measure, Result
from terrace.traceability.models import Inspection, Lot, LotEvent
from terrace.traceability.views import labels
from tests.conftest import Cast
from tests.traceability.conftest import NOW, kilos, taken_in

TEST = services.InspectionGiven(
    [Result(Measure.SUGAR, Decimal("14.5"), Decimal(12)), Result(Measure.DEFECTS, Decimal(6), Decimal(5))],
    "County laboratory",
    date(2026, 9, 19),
)


def _page(cast: Cast, url: str, who: str = "keeper") -> str:
    answer = getattr(cast, who).client.get(url)
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())


def _left(lot: Lot) -> int:
    return Lot.objects.get(pk=lot.pk).steps


def test_the_list_shows_what_the_reader_sees_and_narrows_it(cast: Cast) -> None:
    lot, other = taken_in(cast), taken_in(cast, 5)
    services.recall(by=SYSTEM, lot=other, reason="Too much residue", now=NOW)
    assert {number in _page(cast, "/lots/") for number in (lot.number, other.number)} == {True}
    narrowed = _page(cast, "/lots/?standing=recalled&product=apple&area=621226101200")
    assert (lot.number in narrowed, other.number in narrowed) == (False, True)
    assert lot.number in _page(cast, f"/lots/?text={lot.number[2:6].lower()}&sort=-left")
    assert lot.number not in _page(cast, "/lots/", "neighbour")
    assert lot.number in _page(cast, "/lots/", "farmer")
    assert cast.keeper.client.get("/lots/?export=xlsx")["Content-Type"].endswith("sheet")


@pytest.mark.parametrize("rows", [1, 20])
def test_the_list_asks_as_often_for_many_lots(
    cast: Cast, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _n in range(rows):
        taken_in(cast, 1)
    client = cast.keeper.client
    client.get("/lots/")
    with django_assert_max_num_queries(22):
        client.get("/lots/")


def test_a_lot_tells_where_its_mass_went_and_its_family(cast: Cast) -> None:
    lot = taken_in(cast)
    part = services.split_lot(by=cast.keeper.actor, lot=lot, parts=[kilos(100)], now=NOW)[0]
    services.lose(by=cast.keeper.actor, lot=lot, quantity=kilos(20), reason=LossReason.ROTTEN, note="wet", now=NOW)
    services.pack(by=SYSTEM, lot_id=lot.pk, quantity=kilos(5), reference="parcel/W-ABC", now=NOW)
    services.inspect(by=SYSTEM, lot=lot, given=TEST, now=NOW)
    page = _page(cast, f"/lots/{lot.number}/")
    for words in ("800", "−100", "−20", "Rotten · wet", "W-ABC", "675", "County laboratory", "Not passed", "14.5 °Bx"):
        assert words in page
    assert f'href="/lots/{part.number}/"' in page
    assert f'href="/lots/{lot.number}/"' in _page(cast, f"/lots/{part.number}/")
    assert "Zhao Suqin" in page
    assert cast.stranger.client.get(f"/lots/{lot.number}/").status_code == 404


def test_only_what_the_reader_may_do_is_offered(cast: Cast) -> None:
    lot = taken_in(cast)
    offered = {
        who: f"/lots/{lot.number}/recall/" in _page(cast, f"/lots/{lot.number}/", who) for who in ("packer", "keeper")
    }
    assert offered == {"packer": True, "keeper": False}
    assert "/split/" not in _page(cast, f"/lots/{lot.number}/", "farmer")
    for who, status in (("keeper", 403), ("bureau", 403), ("stranger", 404)):
        assert getattr(cast, who).client.get(f"/lots/{lot.number}/recall/").status_code == status
    assert cast.farmer.client.get(f"/lots/{lot.number}/split/").status_code == 403


def test_the_label_is_a_pdf_for_each_copy(cast: Cast) -> None:
    lot = taken_in(cast)
    answer = cast.keeper.client.get(f"/lots/{lot.number}/label.pdf?copies=3")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    assert answer.content.count(b"/Type/Page/") + answer.content.count(b"/Type/Page\n") in (0, 3)
    assert cast.keeper.client.get(f"/lots/{lot.number}/label.pdf?copies=5000").status_code == 422
    assert cast.stranger.client.get(f"/lots/{lot.number}/label.pdf").status_code == 404


def test_the_code_leads_to_the_sites_own_address_whichever_the_keepers_browser_used(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    lot, sheets = taken_in(cast), []

    def keep(_name: str, _template: str, sheet: dict[str, str]) -> HttpResponse:
        sheets.append(sheet)
        return HttpResponse()

    monkeypatch.setattr(labels.typeset, "answer", keep)
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, site_url="https://terrace.example.org/"))
    cast.keeper.client.get(f"/lots/{lot.number}/label.pdf")
    assert sheets[0]["link"] == f"https://terrace.example.org/01/{lot.gtin}/10/{lot.number}"
    assert sheets[0]["code"] == typeset.qr(sheets[0]["link"])


def test_the_keeper_splits_and_loses_on_the_page(cast: Cast) -> None:
    lot = taken_in(cast)
    client = cast.keeper.client
    answer = client.post(f"/lots/{lot.number}/split/", {"part_1": "100", "part_3": "50.5"})
    assert (answer.status_code, _left(lot)) == (302, 649_500)
    answer = client.post(f"/lots/{lot.number}/loss/", {"quantity": "9.5", "reason": "bruised"})
    assert (answer.status_code, _left(lot)) == (302, 640_000)
    for sent in ({"quantity": "641", "reason": "rotten"}, {"quantity": "1", "reason": "other"}, {"quantity": "x"}):
        assert client.post(f"/lots/{lot.number}/loss/", sent).status_code == 422
    assert client.post(f"/lots/{lot.number}/split/", {"part_1": "700"}).status_code == 422
    assert (_left(lot), LotEvent.objects.count()) == (640_000, 4)


def test_lots_that_lie_together_are_merged_on_the_page(cast: Cast) -> None:
    one, other = taken_in(cast, 10), taken_in(cast, 20)
    apart = taken_in(cast, 30, grade="first")
    url = f"/lots/{one.number}/merge/"
    page = _page(cast, url)
    assert (other.number in page, apart.number in page) == (True, False)
    assert cast.keeper.client.post(url, {"lots": [apart.number]}).status_code == 422
    assert cast.keeper.client.post(url, {"lots": [other.number]}).status_code == 302
    assert [lot.left for lot in Lot.objects.order_by("-id")[:1]] == [kilos(30)]


def test_a_step_is_recorded_by_hand_and_buyers_read_no_note(cast: Cast) -> None:
    lot = taken_in(cast)
    client, url = cast.keeper.client, f"/lots/{lot.number}/steps/new/"
    assert url in _page(cast, f"/lots/{lot.number}/")
    assert client.post(url, {"kind": "cooled", "note": "door was open"}).status_code == 302
    for sent in ({"kind": "noted"}, {"kind": "graded"}, {"kind": "noted", "note": "x" * 201}):
        assert client.post(url, sent).status_code == 422
    assert cast.farmer.client.get(url).status_code == 403
    assert LotEvent.objects.filter(kind__in=["cooled", "noted", "graded"]).count() == 1
    assert "door was open" in _page(cast, f"/lots/{lot.number}/")
    public = _page(cast, f"/01/{lot.gtin}/10/{lot.number}")
    assert ("Cooled" in public, "door was open" in public) == (True, False)


def _photo() -> ContentFile[bytes]:
    target = io.BytesIO()
    Image.new("RGB", (8, 8)).save(target, "PNG")
    return ContentFile(target.getvalue(), name="report.png")


def test_a_test_is_recorded_with_its_report(cast: Cast) -> None:
    lot = taken_in(cast)
    url = f"/lots/{lot.number}/tests/new/"
    sent = {
        "sugar": "13.2",
        "sugar_limit": "12",
        "residues": "0.02",
        "residues_passed": "yes",
        "residues_substance": "x",
    }
    who = {"tested_by": "County laboratory", "tested_on": "2026-09-19"}
    answer = cast.packer.client.post(url, {**sent, **who, "document": _photo()})
    assert answer.status_code == 302
    test = Inspection.objects.get()
    results = [(row.measure, row.value, row.limit, row.passed) for row in test.results.order_by("id")]
    assert results == [("sugar", Decimal("13.2"), Decimal(12), True), ("residues", Decimal("0.02"), None, True)]
    report = f"/lots/{lot.number}/tests/{test.pk}/report.jpg"
    assert report in _page(cast, f"/lots/{lot.number}/")
    assert cast.keeper.client.get(report)["Content-Type"] == "image/jpeg"
    assert cast.neighbour.client.get(report).status_code == 404


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "Enter the value of one test"),
        ({"sugar": "13"}, "Enter the limit, or say whether it passed"),
        ({"defects": "130", "defects_limit": "5"}, "out of reach"),
        ({"sugar": "13", "sugar_limit": "12", "tested_on": "2026-09-25"}, "still to come"),
    ],
)
def test_a_test_that_says_nothing_is_refused(cast: Cast, sent: dict[str, str], field: str) -> None:
    lot = taken_in(cast)
    who = {"tested_by": "County laboratory", "tested_on": "2026-09-19"}
    answer = cast.packer.client.post(f"/lots/{lot.number}/tests/new/", {**who, **sent})
    assert (answer.status_code, Inspection.objects.count()) == (422, 0)
    assert field in answer.content.decode()


def test_a_lot_is_graded_and_who_waits_for_it_hears(cast: Cast) -> None:
    lot = taken_in(cast)
    answer = cast.packer.client.post(f"/lots/{lot.number}/grade/", {"grade": "first"})
    assert (answer.status_code, Lot.objects.get().grade) == (302, "first")
    assert "Class I" in _page(cast, f"/lots/{lot.number}/")
    assert cast.keeper.client.post(f"/lots/{lot.number}/grade/", {"grade": "extra"}).status_code == 403
    assert cast.packer.client.post(f"/lots/{lot.number}/grade/", {"grade": "superb"}).status_code == 422
    assert Lot.objects.get().grade == "first"


def test_a_recall_reaches_what_was_made_of_it_and_ends_lot_by_lot(cast: Cast) -> None:
    lot = taken_in(cast)
    part = services.split_lot(by=SYSTEM, lot=lot, parts=[kilos(100)], now=NOW)[0]
    client = cast.packer.client
    assert client.post(f"/lots/{lot.number}/recall/", {"reason": " "}).status_code == 422
    assert not Lot.objects.filter(recalled_at__isnull=False).exists()
    assert client.post(f"/lots/{lot.number}/recall/", {"reason": "Too much residue"}).status_code == 302
    assert Lot.objects.filter(recall_reason="Too much residue").count() == 2
    with pytest.raises(services.Recalled):
        services.pack(by=SYSTEM, lot_id=part.pk, quantity=kilos(1), reference="parcel/W-1", now=NOW)
    assert client.post(f"/lots/{lot.number}/recall/", {"reason": "Again"}).status_code == 422
    assert client.post(f"/lots/{lot.number}/recall/end/").status_code == 302
    assert [found.is_recalled for found in Lot.objects.order_by("id")] == [False, True]
    assert client.post(f"/lots/{lot.number}/recall/end/").status_code == 422
    assert queries.lots_by_id([lot.pk])[lot.pk].recall_reason == ""
