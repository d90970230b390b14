"""Photos of goods, drawn: a tray of them on a table, in the product's colours. No picture of somebody's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from random import Random
from types import MappingProxyType

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw, ImageFilter

from terrace.http.photos import clean_photo

WIDTH, HEIGHT = 1200, 900
PLANKS = ("#b98d5f", "#b28556", "#bf9466", "#ad8052", "#b88a5b")
TRAY, TRAY_EDGE, TRAY_INSIDE = "#8a5f34", "#a97a48", "#6f4a28"
MIDDLE, ACROSS, DOWN = (600, 480), 470, 300
"""Of the tray: its middle, and half of its width and height."""


@dataclass(frozen=True, slots=True)
class Heaped:
    """What a heap of a product is drawn of: bodies so large, so much wider than high, in these colours."""

    colour: str
    light: str
    shade: str
    radius: int
    width: float = 1.0


HEAPED: Mapping[str, Heaped] = MappingProxyType(
    {
        "apple": Heaped("#cf4632", "#ea8a6a", "#8f2a1d", 84),
        "pear": Heaped("#d8b94f", "#f0dc92", "#9c7f27", 80, 0.88),
        "peach": Heaped("#e9967a", "#f8cbb4", "#b55c49", 78),
        "cherry": Heaped("#a81f35", "#e0677a", "#64101f", 40),
        "kiwifruit": Heaped("#8a7440", "#b8a36b", "#594923", 62, 1.25),
        "persimmon": Heaped("#e57f24", "#f9bb74", "#a8530f", 82, 1.12),
        "olive": Heaped("#6f8040", "#a8b673", "#455223", 34, 1.35),
        "walnut": Heaped("#b98a52", "#dcb988", "#7d572b", 50, 1.08),
        "chestnut": Heaped("#7a4226", "#b27a58", "#47220f", 46, 1.1),
        "sichuan-pepper": Heaped("#93302a", "#c8685c", "#571512", 19),
        "kidney-bean": Heaped("#7d2b2e", "#b96b66", "#481214", 26, 1.7),
        "potato": Heaped("#c79a5e", "#e6c692", "#8b6633", 74, 1.35),
        "garlic": Heaped("#e9e2d4", "#fbf8f1", "#b3a68f", 58),
        "eggs": Heaped("#e3b891", "#f6dec6", "#ab7d54", 58, 1.22),
    }
)
"""The products whose heap is round bodies; others have no photo."""


def photo_of(product: str, seed: int) -> ContentFile[bytes]:
    """Return the photo of a tray of the product, cleaned as one that somebody sent; the same seed, the same picture."""
    random, written = Random(seed), BytesIO()  # noqa: S311 - the same for everybody on purpose
    _drawn(HEAPED[product], random).save(written, "BMP")
    written.seek(0)
    return clean_photo(written)


def _drawn(heap: Heaped, random: Random) -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT), PLANKS[0])
    _draw_table(ImageDraw.Draw(picture), random)
    _cast_shadow(picture)
    draw = ImageDraw.Draw(picture)
    _ellipse(draw, MIDDLE, ACROSS, DOWN, TRAY)
    _ellipse(draw, MIDDLE, ACROSS - 12, DOWN - 12, TRAY_EDGE)
    _ellipse(draw, MIDDLE, ACROSS - 34, DOWN - 34, TRAY_INSIDE)
    for place in _places(heap, random):
        _draw_body(draw, place, heap, heap.radius * random.uniform(0.88, 1.06))
    return picture.filter(ImageFilter.GaussianBlur(0.8))


def _draw_table(draw: ImageDraw.ImageDraw, random: Random) -> None:
    """Draw boards with a little grain."""
    high = HEIGHT // len(PLANKS)
    for number, colour in enumerate(PLANKS):
        top = number * high
        draw.rectangle((0, top, WIDTH, top + high), fill=colour)
        for _ in range(9):
            y, x = top + random.randint(8, high - 8), random.randint(-200, WIDTH)
            draw.line((x, y, x + random.randint(150, 600), y + random.randint(-3, 3)), fill="#a3774a", width=2)
        draw.line((0, top, WIDTH, top), fill="#84603a", width=4)


def _cast_shadow(picture: Image.Image) -> None:
    shadow = Image.new("L", picture.size, 0)
    _ellipse(ImageDraw.Draw(shadow), (MIDDLE[0] + 18, MIDDLE[1] + 34), ACROSS, DOWN, 130)
    picture.paste("#3c2813", mask=shadow.filter(ImageFilter.GaussianBlur(22)))


def _places(heap: Heaped, random: Random) -> Iterator[tuple[float, float]]:
    """Yield where the bodies lie, from the back to the front, in rows that fill the tray and rise in its middle."""
    across, down = ACROSS - 40 - heap.radius * heap.width, DOWN - 40 - heap.radius
    step = heap.radius * 1.15
    y = float(-down)
    while y <= down:
        half = across * (1 - (y / down) ** 2) ** 0.5
        count = max(1, int(2 * half / (step * 1.45 * heap.width)))
        for n in range(count + 1):
            x = -half + 2 * half * n / count + random.uniform(-0.2, 0.2) * step
            rise = 44 * max(0.0, 1 - (x / ACROSS) ** 2 - (y / DOWN) ** 2)
            yield MIDDLE[0] + x, MIDDLE[1] + 14 + y - rise + random.uniform(-0.15, 0.15) * step
        y += step * 0.72


def _draw_body(draw: ImageDraw.ImageDraw, place: tuple[float, float], heap: Heaped, radius: float) -> None:
    """Draw one body, lit from the upper left: its shade, itself, and three steps towards the light."""
    x, y = place
    _ellipse(draw, (x + radius * 0.07, y + radius * 0.12), radius * heap.width, radius, heap.shade)
    _ellipse(draw, place, radius * heap.width * 0.97, radius * 0.95, heap.colour)
    for step in (1, 2, 3):
        size, shift = 0.62 - 0.15 * step, 0.16 + 0.07 * step
        spot = (x - radius * heap.width * shift, y - radius * shift)
        _ellipse(draw, spot, radius * heap.width * size, radius * size, _between(heap.colour, heap.light, step / 3))


def _ellipse(
    draw: ImageDraw.ImageDraw, middle: tuple[float, float], across: float, down: float, colour: str | int
) -> None:
    x, y = middle
    draw.ellipse((x - across, y - down, x + across, y + down), fill=colour)


def _between(one: str, other: str, share: float) -> str:
    """Return the colour that lies `share` of the way from one to the other."""
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(a + (b - a) * share) for a, b in pairs).hex()
