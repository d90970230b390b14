"""Photos lose where they were taken, and a broken file harms nobody."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image
from pytest_django import Settings

from terrace.http.photos import LONGEST_SIDE, PhotoField, clean_photo
from terrace.kernel.errors import Invalid

RED, BLUE = (200, 30, 30), (30, 30, 200)


def _photo(size: tuple[int, int] = (40, 20), *, kind: str = "JPEG", orientation: int = 1, mode: str = "RGB") -> BytesIO:
    """Return a photo, red on its left and blue on its right, with everything that phones write beside it."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "SECRET-CAMERA"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (33.0, 24.0, 1.0)
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:21 08:00:00"
    target = BytesIO()
    options: dict[str, Any] = {"exif": exif} if kind in {"JPEG", "PNG", "WEBP"} else {}
    if kind == "JPEG":
        options["comment"] = b"SECRET-COMMENT"
    image.convert(mode).save(target, kind, **options)
    target.seek(0)
    return target


def _cleaned(upload: BytesIO) -> Image.Image:
    return Image.open(BytesIO(clean_photo(upload).read()))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_the_pixels_is_kept(kind: str) -> None:
    given_photo = _photo(kind=kind)
    assert b"SECRET" in given_photo.getvalue()

    content = clean_photo(given_photo).read()

    image = Image.open(BytesIO(content))
    assert dict(image.getexif()) == {}
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
    assert b"SECRET" not in content
    assert b"Exif" not in content


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [(1, (40, 20), (2, 10)), (3, (40, 20), (37, 10)), (6, (20, 40), (10, 2)), (8, (20, 40), (10, 37))],
)
def test_a_photo_is_turned_upright(orientation: int, size: tuple[int, int], red_at: tuple[int, int]) -> None:
    image = _cleaned(_photo(orientation=orientation))
    assert image.size == size
    pixel = image.getpixel(red_at)
    assert isinstance(pixel, tuple)
    red, _, blue = pixel
    assert red > 150 > 100 > blue


@pytest.mark.parametrize("size", [(3000, 1500), (1200, 4000), (LONGEST_SIDE, 10)])
def test_a_large_photo_is_made_smaller_in_proportion(size: tuple[int, int]) -> None:
    image = _cleaned(_photo(size))
    assert max(image.size) == LONGEST_SIDE
    assert abs(image.width / image.height - size[0] / size[1]) < 0.01 * size[0] / size[1]


def test_a_small_photo_keeps_its_size() -> None:
    assert _cleaned(_photo((40, 20))).size == (40, 20)


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "L"), ("PNG", "P"), ("GIF", "P"), ("BMP", "RGB"), ("JPEG", "CMYK")]
)
def test_every_usual_kind_becomes_a_jpeg(kind: str, mode: str) -> None:
    image = _cleaned(_photo(kind=kind, mode=mode))
    assert (image.format, image.mode) == ("JPEG", "RGB")


def test_a_photo_gets_a_name_that_nobody_guesses() -> None:
    names = {clean_photo(_photo()).name for _ in range(3)}
    assert len(names) == 3
    assert all(str(name).endswith(".jpg") and len(str(name)) > 30 for name in names)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a photo",
        b"\xff\xd8\xff\xe0",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
    ],
    ids=["empty", "text", "half a head", "svg", "postscript"],
)
def test_refuses_what_is_no_photo_at_its_field(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        clean_photo(BytesIO(content), field="picture")
    assert refused.value.field == "picture"


@pytest.mark.parametrize("size", [(10_000, 7_000), (10_000, 9_000), (14_000, 13_000)])
def test_refuses_a_small_file_that_would_unfold_to_a_huge_picture(size: tuple[int, int]) -> None:
    bomb = BytesIO()
    Image.new("1", size).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 500_000
    bomb.seek(0)
    with pytest.raises(Invalid):
        clean_photo(bomb)


def test_refuses_a_photo_larger_than_the_installation_takes(settings: Settings) -> None:
    photo = _photo()
    settings.ENV = replace(settings.ENV, photo_max_bytes=len(photo.getvalue()))
    assert clean_photo(photo)

    settings.ENV = replace(settings.ENV, photo_max_bytes=len(photo.getvalue()) - 1)
    with pytest.raises(Invalid) as refused:
        clean_photo(photo, field="picture")
    assert refused.value.field == "picture"
    assert "larger than" in str(refused.value)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # it warns of damaged metadata, which we throw away
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "BMP"]),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=12),
    st.floats(0.05, 1),
)
@pytest.mark.slow
def test_a_damaged_photo_is_a_photo_or_refused(kind: str, hits: list[tuple[float, int]], kept: float) -> None:
    content = bytearray(_photo(kind=kind, mode="P" if kind == "GIF" else "RGB").getvalue())
    for where, value in hits:
        content[int(where * len(content))] = value
    try:
        image = _cleaned(BytesIO(bytes(content[: int(kept * len(content))])))
    except Invalid:
        return
    assert image.format == "JPEG"


class PictureForm(forms.Form):
    picture = PhotoField(required=False)


def _sent(content: bytes) -> PictureForm:
    return PictureForm({}, {"picture": SimpleUploadedFile("p.jpg", content, "image/jpeg")} if content else {})


def test_a_form_takes_a_photo_cleaned() -> None:
    form = _sent(_photo().getvalue())
    assert form.is_valid()
    assert b"SECRET" not in form.cleaned_data["picture"].read()


def test_a_form_says_at_its_field_that_a_file_is_no_photo() -> None:
    assert list(_sent(b"not a photo").errors) == ["picture"]


def test_a_phone_offers_camera_and_album_and_sends_what_can_be_read() -> None:
    html = str(PictureForm()["picture"])
    assert "capture" not in html
    assert 'accept="image/jpeg,image/png,image/webp"' in html


def test_who_sends_a_photo_of_a_kind_that_cannot_be_read_is_told_which_can() -> None:
    heic = b"\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 64
    reason = "This file is not a photo that can be read. Send a JPEG, PNG or WebP."
    assert _sent(heic).errors == {"picture": [reason]}


def test_a_form_may_go_without_a_photo() -> None:
    form = _sent(b"")
    assert form.is_valid()
    assert form.cleaned_data["picture"] is None
