"""Importing a file on pages."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from terrace.http import workbooks
from terrace.registry import services
from terrace.registry.models import (
    ImportRun,
    Party,
)
from tests.conftest import Cast
from tests.registry.conftest import browser, text_of
from tests.registry.sheets import GOOD, sheet


def test_a_file_is_imported_and_its_bad_rows_offered_to_correct(cast: Cast) -> None:
    client = browser(cast.keeper)
    content = sheet(GOOD, {**GOOD, "name": "Li", "phone": "12"})

    answer = client.post(reverse("registry:import"), {"file": SimpleUploadedFile("parties.xlsx", content)})
    run = ImportRun.objects.get()
    assert answer["Location"] == reverse("registry:import_run", args=[run.number])
    page = text_of(client.get(answer["Location"]))
    assert "not a valid phone number" in page
    assert "hx-trigger" not in page.split('id="run"')[1].split(">")[0]

    book = client.get(reverse("registry:import_problems", args=[run.number]))
    [row] = workbooks.read(BytesIO(book.content), services.SHEET)
    assert row.values["phone"] == "12"


def test_an_import_under_way_asks_again_by_itself(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terrace.registry.services.imports.AT_ONCE", 0)
    client = browser(cast.keeper)
    run = services.start_import(by=cast.keeper.actor, content=sheet(GOOD), file_name="p.xlsx")
    address = reverse("registry:import_run", args=[run.number])

    page = text_of(client.get(address))
    part = text_of(client.get(address, headers={"HX-Request": "true", "HX-Target": "div#run"}))

    assert f'hx-get="{address}"' in page
    assert 'hx-trigger="every 2s"' in part
    assert "<html" not in part
    assert part.strip() in page


def test_what_is_no_workbook_is_refused_at_the_file(cast: Cast) -> None:
    answer = browser(cast.keeper).post(
        reverse("registry:import"), {"file": SimpleUploadedFile("parties.xlsx", b"nothing")}
    )

    assert answer.status_code == 422
    assert "not an xlsx workbook" in text_of(answer)
    assert not ImportRun.objects.exists()


def test_somebody_elses_import_is_not_found(cast: Cast) -> None:
    run = services.start_import(by=cast.keeper.actor, content=sheet({**GOOD, "name": ""}), file_name="p.xlsx")

    for name in ("import_run", "import_problems"):
        assert browser(cast.centre).get(reverse(f"registry:{name}", args=[run.number])).status_code == 404


def test_the_pattern_is_an_empty_sheet_with_the_right_columns(cast: Cast) -> None:
    book = browser(cast.keeper).get(reverse("registry:import_pattern"))

    assert workbooks.read(BytesIO(book.content), services.SHEET) == []


def test_the_pages_are_read_in_chinese(cast: Cast, household: Party) -> None:
    with override("zh-hans"):
        page = cast.keeper.client.get(reverse("registry:parties"), headers={"Accept-Language": "zh-hans"})

    assert 'lang="zh-hans"' in text_of(page)


def test_an_import_that_takes_too_long_can_be_started_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terrace.registry.services.imports.AT_ONCE", 0)
    run = services.start_import(by=cast.keeper.actor, content=sheet(GOOD), file_name="p.xlsx")
    address, again = (reverse(f"registry:{name}", args=[run.number]) for name in ("import_run", "import_again"))
    client = browser(cast.keeper)
    assert again not in text_of(client.get(address))
    ImportRun.objects.filter(pk=run.pk).update(created_at="2026-01-01T00:00:00Z", state="checking", checked=1)

    assert again in text_of(client.get(address))
    client.post(again)

    run.refresh_from_db()
    assert (run.state, run.checked) == ("waiting", 0)
