"""The components: colours that can be read, icons that exist, words in the reader's manner, states that are drawn."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.template import Context, Template, engines
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.signals import template_rendered
from django.urls import reverse
from django.utils import translation

from terrace.http import written
from terrace.http.forms import ActForm, SecretForm
from terrace.http.listing import Cell, Head, Kind
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.registry.forms import MarksForm
from terrace.web import gallery
from terrace.web.navigation import DESTINATIONS
from terrace.web.templatetags import shell
from terrace.web.templatetags import terrace as tags

ROOT = Path(__file__).resolve().parents[2]
STYLES = ROOT / "frontend" / "styles"
SOURCE = ROOT / "src" / "terrace"
TEMPLATES = SOURCE / "web" / "templates"
ICONS: list[str] = json.loads((ROOT / "frontend" / "icons.json").read_text())

TEXT, LARGE = 4.5, 3.0
"""Contrast that WCAG AA asks of words, and of large words, icons and the borders of inputs."""
SURFACES = ("page", "surface", "sunken")
PAIRS = [
    *[(ink, paper, TEXT) for ink in ("text", "quiet", "green", "green-strong", "clay") for paper in SURFACES],
    *[("text", f"{hue}-tint", TEXT) for hue in ("green", "ochre", "clay", "sky")],
    *[("quiet", "green-tint", TEXT), ("green", "green-tint", TEXT), ("green-strong", "green-tint", TEXT)],
    *[("ochre-ink", paper, TEXT) for paper in ("page", "surface", "ochre-tint")],
    *[("sky-ink", paper, TEXT) for paper in ("page", "surface", "sky-tint")],
    *[("clay", "clay-tint", TEXT), ("on-green", "green", TEXT), ("on-green", "green-strong", TEXT)],
    *[("on-clay", "clay", TEXT)],
    *[(mark, paper, LARGE) for mark in ("ochre", "sky", "control") for paper in ("page", "surface")],
    *[(f"chart-{n}", "surface", LARGE) for n in range(1, 7)],
    *[("text", f"shade-{n}", TEXT) for n in range(1, 6)],
]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Read in English unless a test says otherwise."""
    with translation.override("en"):
        yield


def palette(theme: str) -> dict[str, str]:
    """Read one theme's colours from the style sheet's source."""
    block = re.search(rf"@mixin {theme} {{(.*?)\n}}", (STYLES / "_palette.scss").read_text(), re.S)
    assert block
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block[1]))


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb` (WCAG 2.2, definition)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper", "least"), PAIRS)
def test_every_pair_of_colours_that_meets_can_be_read(theme: str, ink: str, paper: str, least: float) -> None:
    colours = palette(theme)
    assert contrast(colours[ink], colours[paper]) >= least


def test_both_themes_define_the_same_colours() -> None:
    assert palette("light").keys() == palette("dark").keys()


def test_styles_use_no_colour_outside_the_palette() -> None:
    sheets = [sheet for sheet in STYLES.glob("*.scss") if sheet.name != "_palette.scss"]
    stray = {sheet.name: re.findall(r"#[0-9a-f]{6}\b", sheet.read_text()) for sheet in sheets}
    assert {name: found for name, found in stray.items() if found} == {}


def templates() -> list[Path]:
    """Return every template of the house."""
    return sorted(SOURCE.glob("*/templates/**/*.html"))


def used_icons() -> Iterator[tuple[str, str]]:
    """Yield (where, name) for each icon that a template, the navigation or the code names."""
    for path in templates():
        for name in re.findall(r"""\{% icon "([\w-]+)\"""", path.read_text()):
            yield path.name, name
    for path in SOURCE.rglob("*.py"):
        for name in re.findall(r"""\bicon["']?\s*[:=]\s*["']([\w-]+)["']""", path.read_text()):
            yield path.name, name
    yield from (("navigation", place.icon) for place in DESTINATIONS)
    yield from (("tones", name) for name in tags.TONE_ICONS.values())


def test_every_icon_that_is_used_is_in_the_sprite() -> None:
    assert [(where, name) for where, name in used_icons() if name not in ICONS] == []


def test_no_template_carries_script_style_or_handlers() -> None:
    forbidden = re.compile(r"<script(?![^>]*(src=|type=\"application/json\"))|<style|\sstyle=|\son[a-z]+=\"", re.I)
    assert [path.name for path in templates() if forbidden.search(path.read_text())] == []


def test_every_template_uses_only_classes_that_a_style_sheet_knows() -> None:
    sheets = "".join(path.read_text() for path in [*STYLES.glob("*.scss"), SOURCE / "web/static/web/error.css"])
    known = set(re.findall(r"\.([a-z][\w-]*)", sheets)) | WRITTEN_BY_SASS
    unknown = {(path.name, name) for path in templates() for name in classes(path.read_text()) - known}
    assert sorted(unknown) == []


WRITTEN_BY_SASS = {
    *("figure-label", "figure-number", "figure-change", "figure-line", "todo-text"),
    *(f"shade-{n}" for n in range(1, 6)),
}


def classes(source: str) -> set[str]:
    """Return the class names that a template writes out in full."""
    found: set[str] = set()
    for value in re.findall(r'class="((?:\{%.*?%\}|\{\{.*?\}\}|[^"])*)"', source, re.S):
        written_out = re.sub(r"\{%.*?%\}", " ", value, flags=re.S)
        found |= set(re.sub(r"\S*\{\{.*?\}\}\S*", " ", written_out).split())
    return found


@pytest.fixture
def drawn() -> Iterator[set[str]]:
    """Collect the names of the templates that are drawn."""
    names: set[str] = set()

    def note(template: Any, **_: object) -> None:
        names.add(str(template.name))

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


def test_the_gallery_shows_every_component(client: Client, drawn: set[str]) -> None:
    shell.drawn.cache_clear()  # somebody before may have had the same navigation
    response = client.get(reverse("web:gallery"))

    assert response.status_code == 200
    only_when_signed_in = {"user_menu.html", "account_tabs.html"}
    components = {path.name for path in (TEMPLATES / "components").glob("*.html")} - only_when_signed_in
    assert {name for name in components if f"components/{name}" not in drawn} == set()


def test_the_table_of_a_map_becomes_cards_whose_cells_name_their_column() -> None:
    heads = (("Unit", ""), ("Tier", ""), ("Latitude", "degrees"))
    columns = [{"label": label, "numeric": False, "unit": unit} for label, unit in heads]
    table = {"caption": "Units", "columns": columns, "rows": [[("Xiaping", "#"), ("Point", ""), ("33.908", "")]]}
    page = " ".join(
        render_to_string(
            "components/map.html",
            {"map": {"title": "Units", "outlines": "", "units": "", "unit": "", "tables": [table]}},
        ).split()
    )
    assert 'class="table table-cards"' in page
    assert 'data-label="Tier">Point<' in page
    assert 'data-label="Latitude" data-unit="degrees">33.908<' in page


@pytest.mark.parametrize(("form", "is_kept"), [(ActForm, True), (SecretForm, False), (MarksForm, False)])
def test_what_is_typed_is_kept_on_the_device_unless_it_is_a_secret(form: type[ActForm], is_kept: bool) -> None:
    page = render_to_string("components/form.html", {"form": form()})
    assert ("data-draft" in page) is is_kept


def test_the_gallerys_list_is_the_fragment_that_htmx_gets(client: Client) -> None:
    page = client.get(reverse("web:gallery")).content.decode()
    fragment = client.get(
        reverse("web:gallery"), headers={"HX-Request": "true", "HX-Target": "div#list"}
    ).content.decode()

    assert fragment.strip().startswith('<div class="list"')
    assert squeeze(fragment) in squeeze(page)


def squeeze(html: str) -> str:
    """Return `html` without the blanks that indentation brings."""
    return re.sub(r"\s+", " ", html).strip()


@pytest.mark.parametrize(
    ("language", "write", "value", "expected"),
    [
        ("en", written.quantity, Quantity(12_450_500, Unit.KILOGRAM), "12,450.5\N{NO-BREAK SPACE}kg"),
        ("en", written.quantity, Quantity(800_000, Unit.KILOGRAM), "800\N{NO-BREAK SPACE}kg"),
        ("en", written.quantity, Quantity(0, Unit.PIECE), "0\N{NO-BREAK SPACE}pieces"),
        ("zh-hans", written.money, Money(125_050, "CNY"), "¥1,250.50"),
        ("en", written.money, Money(1250, "JPY"), "¥1,250"),
        ("en", written.localdate, date(2026, 11, 21), "Nov 21, 2026"),
        ("zh-hans", written.localdate, date(2026, 11, 21), "2026年11月21日"),
        ("zh-hans", tags.names, {"en": "Walnut", "zh-hans": "核桃"}, "核桃"),
        ("zh-hans", tags.names, {"en": "Walnut"}, "Walnut"),
        ("en", written.number, 1340, "1,340"),
        ("en", written.quantity, None, ""),
        ("en", written.money, None, ""),
        ("en", written.localdate, None, ""),
    ],
)
def test_values_are_written_in_the_readers_manner(
    language: str, write: Callable[[Any], str], value: object, expected: str
) -> None:
    with translation.override(language):
        assert write(value) == expected


@pytest.mark.parametrize(
    ("style", "expected"),
    [("date", "Nov 22, 2026"), ("short", "Nov 22"), ("long", "Sunday, November 22, 2026")],
)
def test_a_moment_is_told_in_local_time(style: str, expected: str) -> None:
    late_in_london = datetime(2026, 11, 21, 23, 5, tzinfo=UTC)
    assert written.localdate(late_in_london, style) == expected


def test_an_hour_is_told_without_seconds() -> None:
    late_in_london = datetime(2026, 11, 21, 23, 5, 44, tzinfo=UTC)
    assert (
        written.localdate(late_in_london, "time").replace("\N{NARROW NO-BREAK SPACE}", " ") == "Nov 22, 2026, 7:05 AM"
    )
    with translation.override("zh-hans"):
        assert written.localdate(late_in_london, "time") == "2026年11月22日 07:05"


def test_amounts_stand_without_their_unit_when_the_head_names_it() -> None:
    assert written.quantity(Quantity(96_500, Unit.KILOGRAM), "number") == "96.5"
    assert written.money(Money(760, "CNY"), "number") == "7.60"


def test_a_query_string_keeps_what_is_not_changed() -> None:
    context = Context({"request": RequestFactory().get("/", {"q": "苹果", "page": "3"})})
    assert Template("{% query page=4 %}").render(context) == "?q=%E8%8B%B9%E6%9E%9C&amp;page=4"
    assert Template("{% query page=None q='' %}").render(context) == "?"


@pytest.mark.parametrize(
    ("kind", "value", "text", "expected"),
    [
        ("text", "下坪村", "", "下坪村"),
        ("text", None, "", "–"),
        ("number", 0, "", "0"),
        ("quantity", Quantity(96_000, Unit.KILOGRAM), "", "96\N{NO-BREAK SPACE}kg"),
        ("money", Money(760, "CNY"), "about 8", "about 8"),
        ("badge", "open", "Open", '<span class="badge badge-neutral">Open</span>'),
        ("text", "<b>", "", "&lt;b&gt;"),
    ],
)
def test_a_cell_is_written_by_its_columns_kind(kind: str, value: object, text: str, expected: str) -> None:
    item = Cell(Head("name", "Name", Kind(kind), numeric=False, unit=""), value, text=text)
    assert Template("{% cell item %}").render(Context({"item": item})) == expected


def draw_list(**changes: Any) -> str:
    """Draw the sample list with some of its parts changed."""
    request = RequestFactory().get("/gallery")
    listing = replace(gallery.sample_listing(gallery.sample_rows()), **changes)
    return squeeze(render_to_string("components/list.html", {"listing": listing, "request": request}))


def test_a_list_says_how_it_is_sorted_and_labels_its_cells_for_cards() -> None:
    html = draw_list()
    assert html.count('aria-sort="descending"') == 1
    assert 'data-label="Asking price" data-unit="yuan a kg"' in html
    assert '<a class="row-link" href="#">Fuji apple</a>' in html


def test_an_empty_list_says_how_to_begin() -> None:
    html = draw_list(rows=())
    assert "No supply notices yet" in html
    assert "<table" not in html


def test_a_filter_that_finds_nothing_offers_to_show_all() -> None:
    html = draw_list(rows=(), filtered=True)
    assert "Nothing matches" in html
    assert "No supply notices yet" not in html
    assert '<a class="btn btn-primary" href="/gallery">' in html


class OneField(forms.Form):
    """A form with one field."""

    amount = forms.DecimalField(
        label="Quantity", required=False, help_text="About.", widget=forms.NumberInput(attrs={"data-unit": "kg"})
    )


def test_a_field_carries_its_unit_its_help_and_that_it_may_stay_empty() -> None:
    html = squeeze(str(OneField()))
    assert '<label for="id_amount"> Quantity <span class="visually-hidden">(kg)</span> <small>optional</small>' in html
    assert '<span class="unit" aria-hidden="true">kg</span>' in html
    assert '<div class="help" id="id_amount_helptext">About.</div>' in html
    assert 'aria-describedby="id_amount_helptext"' in html


def test_a_wrong_field_is_tied_to_its_error() -> None:
    html = squeeze(str(OneField({"amount": "many"})))
    assert 'class="field field-wrong"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_amount_helptext id_amount_error"' in html
    assert '<ul class="errorlist" id="id_amount_error">' in html
    assert "Enter a number." in html


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "409.html", "429.html"])
def test_an_error_page_shows_the_way_home(name: str) -> None:
    html = render_to_string(name, {}, RequestFactory().get("/"))
    assert f'href="{reverse("web:home")}"' in html


def test_a_refusal_says_why_in_the_domains_words() -> None:
    html = render_to_string("409.html", {"error": "Sold out."}, RequestFactory().get("/"))
    assert "Sold out." in html


def test_the_page_for_our_own_faults_needs_neither_request_nor_database() -> None:
    html = engines["django"].get_template("500.html").render()
    assert "Something went wrong here" in html
    assert "<script" not in html


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_the_page_wears_the_theme_that_its_reader_chose(client: Client, theme: str) -> None:
    client.cookies["theme"] = theme
    assert f'data-theme="{theme}"' in client.get(reverse("web:gallery")).content.decode()


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (Linux; Android 13; V2199A) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36",
            "Chrome · Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148 MicroMessenger/8.0.44",
            "WeChat · iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge · Windows"),
        ("", ""),
    ],
)
def test_a_device_is_named_as_its_owner_names_it(user_agent: str, name: str) -> None:
    assert tags.device(user_agent) == name
