"""A photo chosen in a form that came back with a mistake: it is kept, shown, and recorded with the next sending."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from terrace.sourcing.models import SupplyNotice
from tests.conftest import Cast

NEW = "/sourcing/supply/new/apple/"
FORM = {"variety": "fuji", "quantity": "800", "opens_on": "2026-09-25", "closes_on": "2026-10-01", "note": ""}
WRONG = {**FORM, "quantity": "abc"}


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path, time_machine: Any) -> Path:
    """Let it be harvest time, and keep the files in a folder of the test's own."""
    time_machine.move_to("2026-09-20T02:00:00+00:00", tick=False)
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def _photo() -> BytesIO:
    target = BytesIO()
    Image.new("RGB", (20, 10), "red").save(target, "PNG")
    target.seek(0)
    target.name = "apples.png"
    return target


def _refused(cast: Cast, sent: dict[str, Any], address: str = NEW) -> dict[str, str]:
    """Send a form that comes back, and return what it carries of the photo."""
    answer = cast.keeper.client.post(address, {"party": cast.farmer.party.number, **sent})
    assert answer.status_code == 422
    return _carried(answer.content.decode())


def _carried(page: str) -> dict[str, str]:
    found = re.findall(r'name="(photo_waiting)"\s+value="([^"]+)"', page)
    assert bool(found) == ("data:image/jpeg;base64," in page)
    return dict(found)


@pytest.mark.parametrize("wrong", [{"quantity": "abc"}, {"closes_on": "2026-09-01"}], ids=["field", "act"])
def test_the_photo_of_a_refused_form_is_recorded_with_the_mended_one(
    cast: Cast, folder: Path, wrong: dict[str, str]
) -> None:
    carried = _refused(cast, {**FORM, **wrong, "photo": _photo()})
    carried = _refused(cast, {**WRONG, **carried})
    assert not SupplyNotice.objects.exists()

    cast.keeper.client.post(NEW, {**FORM, **carried, "party": cast.farmer.party.number})

    notice = SupplyNotice.objects.get()
    with notice.photo.open("rb") as file, Image.open(file) as image:
        assert (image.format, image.size) == ("JPEG", (20, 10))


def test_a_change_keeps_its_photo_too(cast: Cast) -> None:
    cast.keeper.client.post(NEW, {**FORM, "party": cast.farmer.party.number})
    address = f"/sourcing/supply/{SupplyNotice.objects.get().number}/change/"
    carried = _refused(cast, {**WRONG, "version": 1, "photo": _photo()}, address)

    cast.keeper.client.post(address, {**FORM, "version": 1, **carried})

    assert SupplyNotice.objects.get().photo


def test_a_kept_photo_is_left_out_or_replaced_on_wish(cast: Cast) -> None:
    carried = _refused(cast, {**WRONG, "photo": _photo()})
    assert _refused(cast, {**WRONG, **carried, "photo_unwanted": "on"}) == {}
    assert _refused(cast, {**WRONG, **carried, "photo": _photo()}) != carried

    cast.keeper.client.post(NEW, {**FORM, **carried, "photo_unwanted": "on", "party": cast.farmer.party.number})
    assert not SupplyNotice.objects.get().photo


def test_a_photo_that_is_gone_or_somebody_elses_is_asked_for_again(cast: Cast, folder: Path) -> None:
    carried = _refused(cast, {**WRONG, "photo": _photo()})
    stranger = cast.farmer.client.post(NEW, {**FORM, **carried, "party": cast.farmer.party.number})
    for path in folder.glob("waiting/*/*"):
        path.unlink()
    keeper = cast.keeper.client.post(NEW, {**FORM, **carried, "party": cast.farmer.party.number})

    for answer in (stranger, keeper):
        assert answer.status_code == 422
        assert "Choose the photo again." in answer.content.decode()
        assert _carried(answer.content.decode()) == {}
    assert not SupplyNotice.objects.exists()


def test_a_file_that_is_no_photo_is_not_kept(cast: Cast, folder: Path) -> None:
    broken = BytesIO(b"no photo")
    broken.name = "apples.png"
    assert _refused(cast, {**WRONG, "photo": broken}) == {}
    assert not list(folder.glob("waiting/*/*"))
