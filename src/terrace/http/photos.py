"""Photos that people send: decoded, turned upright, made smaller, and freed of where and when they were taken."""

from __future__ import annotations

import struct
from io import SEEK_END, BytesIO
from typing import IO, Any

from django import forms
from django.conf import settings
from django.core.files.base import ContentFile
from django.template.defaultfilters import filesizeformat
from PIL import Image, ImageOps, UnidentifiedImageError

from terrace.http import waiting_photos
from terrace.http.forms import PlainForm
from terrace.kernel import ids
from terrace.kernel.errors import Invalid
from terrace.kernel.words import _

LONGEST_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
"""What phones and cameras write. Other decoders of the library are not let near a stranger's file."""
ACCEPTED = "image/jpeg,image/png,image/webp"
"""What a phone is asked for, from camera or album: one that keeps its photos as HEIC sends a JPEG then."""
MOST_PIXELS = 60_000_000
"""Above this a small file would unfold to more memory than a phone's photo ever needs."""
UNREADABLE = (
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    OverflowError,
    struct.error,
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
"""What the library raises at a broken file: it parses formats of forty years in its own way each."""


class PhotoInput(forms.FileInput):
    """Asks for a photo; with one that waits, shows it and sends its name again."""

    template_name = "django/forms/widgets/photo_input.html"
    waiting = ""
    thumbnail = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the photo that waits, if one does."""
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"waiting": self.waiting, "thumbnail": self.thumbnail}
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the file that was sent now, else the name of the one that waits unless it is no longer wanted."""
        wanted = "" if data.get(f"{name}_unwanted") else data.get(f"{name}_waiting", "")
        return super().value_from_datadict(data, files, name) or wanted or None


class PhotoField(forms.FileField):
    """A photo that somebody sends, cleaned to a file without metadata; None when none was sent.

    A form that knows its `owner`, a person, keeps the photo when it is refused: see `PhotosForm`.
    """

    widget = PhotoInput
    owner: int | None = None

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs |= {"accept": ACCEPTED, "data-photo": ""}

    def clean(self, data: Any, initial: Any = None) -> ContentFile[bytes] | None:
        """Return the photo; say at the field what is wrong with it."""
        if isinstance(data, str):
            return self._waiting(data)
        upload = super().clean(data, initial)
        try:
            return clean_photo(upload) if upload else None
        except Invalid as refused:
            raise forms.ValidationError(str(refused), code=refused.code) from refused

    def keep(self, photo: ContentFile[bytes] | None) -> None:
        """Keep what `clean` returned for the form's next sending, and show it there."""
        if photo and self.owner and isinstance(self.widget, PhotoInput):
            self.widget.waiting = waiting_photos.put_aside(photo, owner=self.owner)
            self.widget.thumbnail = waiting_photos.thumbnail(photo)

    def _waiting(self, token: str) -> ContentFile[bytes]:
        photo = waiting_photos.take_back(token, owner=self.owner) if self.owner else None
        if photo is None:
            raise forms.ValidationError(_("Choose the photo again."), code="gone")
        return photo


class SignatureInput(PhotoInput):
    """Asks for a signature drawn on the screen; where that cannot be, for a picture of one."""

    template_name = "django/forms/widgets/signature_input.html"


class SignatureField(PhotoField):
    """A signature that somebody draws, as a picture; None when none was drawn."""

    widget = SignatureInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs |= {"data-signature": ""}


class PhotosForm(PlainForm):
    """A form with photos: one that is refused keeps those that came, for who sent them.

    A browser sends no file a second time by itself. Without an owner nothing is
    kept: who buys without an account chooses the photo again.
    """

    def let_wait_for(self, owner: int | None) -> None:
        """Say whose the photos of this form are: the person who sends it."""
        for field in self._photos().values():
            field.owner = owner

    def keep_files(self) -> None:
        """Keep the photos that can be used, once the form was refused."""
        for name, field in self._photos().items():
            field.keep(self.cleaned_data.get(name))

    def _photos(self) -> dict[str, PhotoField]:
        return {name: field for name, field in self.fields.items() if isinstance(field, PhotoField)}


def clean_photo(upload: IO[bytes], *, field: str = "photo") -> ContentFile[bytes]:
    """Return the photo as a new JPEG of at most 1600 px a side, without any metadata.

    Only the pixels are carried over, so position, time, camera and thumbnails
    are gone whatever tag they hid in. Raises `Invalid` at `field` for a file
    that is no photo, too large to be sent, or too large to unfold.
    """
    _check_size(upload, field)
    try:
        with Image.open(upload, formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Invalid(_("This picture is too large."), field=field)
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except UNREADABLE:
        raise Invalid(_("This file is not a photo that can be read. Send a JPEG, PNG or WebP."), field=field) from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    pixels = Image.new("RGB", upright.size)
    pixels.paste(upright)
    target = BytesIO()
    pixels.save(target, "JPEG", quality=82, optimize=True, progressive=True)
    return ContentFile(target.getvalue(), name=f"{ids.secret()}.jpg")


def smaller(photo: IO[bytes], longest: int) -> ContentFile[bytes]:
    """Return a cleaned photo once more with at most `longest` px a side: for tiles and telephones."""
    photo.seek(0)
    target = BytesIO()
    with Image.open(photo, formats=["JPEG"]) as image:
        image.thumbnail((longest, longest))
        image.save(target, "JPEG", quality=72, optimize=True, progressive=True)
    photo.seek(0)
    return ContentFile(target.getvalue(), name=f"{ids.secret()}.jpg")


def size_of(photo: IO[bytes]) -> tuple[int, int]:
    """Return width and height of a cleaned photo in pixels."""
    photo.seek(0)
    with Image.open(photo, formats=["JPEG"]) as image:
        width, height = image.size
    photo.seek(0)
    return width, height


def _check_size(upload: IO[bytes], field: str) -> None:
    """Refuse a file that is larger than the installation takes, before any decoder sees it."""
    most: int = settings.ENV.photo_max_bytes
    upload.seek(0, SEEK_END)
    size = upload.tell()
    upload.seek(0)
    if size > most:
        raise Invalid(_("This photo is larger than %(most)s.") % {"most": filesizeformat(most)}, field=field)
