"""What the gallery shows: every component in every state, with invented people and goods. Plain data, no database."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from django import forms

from terrace.http import small_tables
from terrace.http.forms import DayField, FilterForm, MoneyField, QuantityField
from terrace.http.listing import Cell, Empty, Head, Kind, Listing, Row
from terrace.http.pager import PageLinks
from terrace.http.photos import PhotoField
from terrace.kernel.money import Money
from terrace.kernel.paging import Page
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Names, Text, _, in_language
from terrace.web.navigation import Entry


class SampleFilters(FilterForm):
    """Filters of the sample list."""

    q = forms.CharField(label=_("Search"), required=False)
    product = forms.ChoiceField(
        label=_("Product"), required=False, choices=[("", _("All")), ("apple", _("Apples")), ("walnut", _("Walnuts"))]
    )
    ripe_from = DayField(label=_("Ripe from"), required=False)


class SampleForm(forms.Form):
    """One field of each kind."""

    keeps_draft = True
    household = forms.ChoiceField(
        label=_("Household"), choices=[("", "–"), ("1", "王秀兰 Wang Xiulan"), ("2", "何建国 He Jianguo")]
    )
    amount = QuantityField(
        label=_("Quantity"),
        min_value=1,
        help_text=_("What will be ripe in the window below; an estimate will do."),
        widget=forms.TextInput(attrs={"data-unit": _("kg")}),
    )
    price = MoneyField(label=_("Asking price"), required=False)
    ripe_on = DayField(label=_("Ripe from"))
    packing = forms.ChoiceField(
        label=_("Packing"), choices=[("loose", _("Loose")), ("box", _("Boxes of 5 kg"))], widget=forms.RadioSelect
    )
    grades = forms.MultipleChoiceField(
        label=_("Grades"),
        required=False,
        choices=[("1", _("First grade")), ("2", _("Second grade"))],
        widget=forms.CheckboxSelectMultiple,
    )
    photo = PhotoField(label=_("Photo"), required=False)
    remarks = forms.CharField(label=_("Remarks"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agreed = forms.BooleanField(label=_("The household agrees that buyers see this."))


class SampleScan(forms.Form):
    """What a scan asks for."""

    use_required_attribute = False
    code = forms.CharField(label=_("Number or waybill"))


def sample_columns() -> tuple[Head, ...]:
    """Return a column of each common kind."""
    return (
        Head("product", str(_("Product")), Kind.NAMES, False, "", sort_url="?sort=product"),
        Head("village", str(_("Village")), Kind.NAMES, False, ""),
        Head("amount", str(_("Quantity")), Kind.QUANTITY, True, str(Unit.KILOGRAM.label), "?sort=amount", "desc"),
        Head("price", str(_("Asking price")), Kind.MONEY, True, str(_("yuan a kg"))),
        Head("ripe", str(_("Ripe from")), Kind.DATE, False, "", sort_url="?sort=ripe"),
        Head("state", str(_("State")), Kind.BADGE, False, ""),
        Head("checked", str(_("Seen")), Kind.BOOLEAN, False, ""),
    )


HARVESTS: list[tuple[str, str, str, str, int, int, date, str, Text]] = [
    ("Fuji apple", "富士苹果", "Xiaping", "下坪村", 800_000, 760, date(2026, 11, 24), "good", _("Open")),
    ("Walnut", "核桃", "Shangwan", "上湾村", 12_450_500, 2480, date(2026, 11, 26), "warn", _("Ends soon")),
    ("Sichuan pepper", "花椒", "Longtan", "龙潭村", 96_000, 8850, date(2026, 12, 1), "neutral", _("Withdrawn")),
    ("Honey", "蜂蜜", "Baiyang", "白杨村", 240_000, 4600, date(2026, 12, 3), "bad", _("Expired")),
]


def sample_rows() -> list[Row]:
    """Return four rows, one in each state."""
    product, place, amount, price, ripe, state, checked = sample_columns()
    return [
        Row(
            "#",
            (
                Cell(product, {"en": english, "zh-hans": chinese}),
                Cell(place, {"en": village, "zh-hans": village_in_chinese}),
                Cell(amount, Quantity(grams, Unit.KILOGRAM)),
                Cell(price, Money(minor, "CNY")),
                Cell(ripe, day),
                Cell(state, tone, tone=tone, text=str(label)),
                Cell(checked, tone == "good", text=str(_("yes") if tone == "good" else _("no"))),
            ),
        )
        for english, chinese, village, village_in_chinese, grams, minor, day, tone, label in HARVESTS
    ]


EMPTY = Empty(
    title=_("No supply notices yet"),
    text=_("Here you will see what the households of your village will have for sale, and when."),
    action_url="#",
    action_label=_("Record supply"),
    illustration="no-supply",
)


def sample_listing(rows: list[Row], data: dict[str, str] | None = None) -> Listing:
    """Return the second page of a long list, as components/list.html draws it."""
    page = Page.of(total=1340, number=2)
    links = [(number, f"?page={number}") for number in page.window()]
    return Listing(
        form=SampleFilters(data or {}),
        columns=sample_columns(),
        rows=tuple(rows),
        page=PageLinks(page, "?page=1", "?page=3", links),
        export_url="#",
        empty=EMPTY,
        filtered=bool(data),
    )


FIGURES = (
    (_("Open supply"), "12,480", Unit.KILOGRAM.label, "+8.2 %", "up", _("than the week before"), "#"),
    (_("Open demand"), "9,150", Unit.KILOGRAM.label, "−3.1 %", "down", _("than the week before"), "#"),
    (_("Households"), "214", "", "", "", _("41 of them led by women"), ""),
    (_("Reference price, Fuji"), "¥7.60", "", "", "", _("a kg, today"), ""),
)


def sample_figures() -> list[dict[str, Any]]:
    """Return four figures, with and without a change and a link."""
    names = ("label", "number", "unit", "change", "trend", "line", "url")
    return [dict(zip(names, figure, strict=True)) for figure in FIGURES]


def sample_todo() -> list[dict[str, Any]]:
    """Return what to do next at a point."""
    return [
        {
            "title": _("Confirm three harvests that are ripe tomorrow"),
            "text": _("Buyers see them as uncertain until you do."),
            "url": "#",
            "icon": "plant-2",
            "count": 3,
        },
        {
            "title": _("Read the centre's advice on walnuts"),
            "text": "",
            "url": "#",
            "icon": "speakerphone",
            "count": 0,
        },
        {
            "title": _("Call Nanshan Fresh about 160 boxes"),
            "text": _("They want what you have."),
            "url": "#",
            "icon": "phone",
            "count": 0,
        },
    ]


STEPS = [
    {"label": _("Recorded"), "state": "done", "line": _("Nov 18")},
    {"label": _("Matched"), "state": "done", "line": _("Nov 20")},
    {"label": _("Delivered"), "state": "now", "line": ""},
    {"label": _("Paid"), "state": "next", "line": ""},
]

EVENTS = [
    {
        "at": datetime(2026, 11, 20, 8, 40, tzinfo=UTC),
        "title": _("Price changed"),
        "text": _("From ¥7.20 to ¥7.60 a kg."),
        "who": "王秀兰",
    },
    {"at": datetime(2026, 11, 18, 2, 5, tzinfo=UTC), "title": _("Recorded"), "text": "", "who": "He Jianguo"},
]

ROW_PROBLEMS = [
    {"sheet": "prices", "row": 4, "column": _("Variety"), "reason": _("This product has no such variety.")},
    {"sheet": "prices", "row": 17, "column": _("Price"), "reason": _("Enter a price above zero.")},
]

MONTHS = ["6", "7", "8", "9", "10", "11"]
PRICES: list[tuple[float | None, float]] = [(None, 6.1), (5.9, 5.8), (6.2, 5.5), (6.8, 6.0), (7.2, 6.6), (7.6, 7.0)]


def sample_chart(kind: str) -> dict[str, Any]:
    """Return what components/chart.html wants."""
    return {
        "kind": kind,
        "title": _("Reference price of Fuji apples"),
        "unit": _("yuan a kg"),
        "head": _("Month"),
        "series": [_("This year"), _("Last year")],
        "rows": [
            (month, [(value, "–" if value is None else f"{value:.2f}") for value in pair])
            for month, pair in zip(MONTHS, PRICES, strict=True)
        ],
    }


def sample_map() -> dict[str, Any]:
    """Return what components/map.html wants; the outlines are the gallery's own, two made counties."""
    return {
        "title": _("Open supply by county"),
        "outlines": "",
        "units": "",
        "unit": Unit.KILOGRAM.label,
        "counts": True,
        "tables": [
            small_tables.Small(
                _("Open supply by county"),
                (small_tables.Head(_("County")), small_tables.Head(_("Supply"), True, Unit.KILOGRAM.label)),
                [[("Lixian 礼县", "#"), ("8,200", "")], [("Kangxian 康县", "#"), ("4,280", "")]],
            )
        ],
    }


PLACES: list[Names] = [
    {"en": "Longnan", "zh-hans": "陇南"},
    {"en": "Lixian", "zh-hans": "礼县"},
    {"en": "Yongxing", "zh-hans": "永兴镇"},
    {"en": "Xiaping", "zh-hans": "下坪村"},
]


def sample_places() -> list[tuple[str, str]]:
    """Return the four tiers above a village's page."""
    return [(in_language(place), "#" if place is not PLACES[-1] else "") for place in PLACES]


def sample_navigation() -> list[Entry]:
    """Return seven places, more than a phone's bar holds."""
    places: list[tuple[Text, str]] = [
        (_("Today"), "home"),
        (_("Supply"), "basket"),
        (_("Demand"), "shopping-cart"),
        (_("Balance"), "scale"),
        (_("Prices"), "chart-line"),
        (_("Advice"), "speakerphone"),
        (_("Network"), "map-pin"),
    ]
    headings = {"basket": _("Goods"), "speakerphone": _("Network")}
    return [
        Entry(
            label,
            f"#{icon}",
            icon,
            active=icon == "home",
            on_bar=place < 4,
            heading=headings.get(icon, ""),
            menu_heading=headings.get(icon, "") if place >= 4 else "",
        )
        for place, (label, icon) in enumerate(places)
    ]


def wrong_form() -> SampleForm:
    """Return the form as it comes back with mistakes in it."""
    form = SampleForm({"amount": "-5", "packing": "loose"}, auto_id="wrong_%s")
    form.keeps_draft = False
    form.add_error(None, _("This harvest is already recorded for the same week."))
    return form


SAMPLES: dict[str, Callable[[], Any]] = {
    "navigation": sample_navigation,
    "figures": sample_figures,
    "todo": sample_todo,
    "listing": lambda: sample_listing(sample_rows()),
    "form": SampleForm,
    "wrong_form": wrong_form,
    "scan": SampleScan,
    "line_chart": lambda: sample_chart("line"),
    "bar_chart": lambda: sample_chart("bar"),
    "map": sample_map,
}


def context() -> dict[str, Any]:
    """Return everything that web/gallery.html shows."""
    return {
        **{name: make() for name, make in SAMPLES.items()},
        "breadcrumb": sample_places(),
        "tones": ["good", "info", "warn", "bad"],
        "steps": STEPS,
        "events": EVENTS,
        "row_problems": ROW_PROBLEMS,
        "items": [
            (_("Producer"), "王秀兰 Wang Xiulan"),
            (_("Village"), "下坪村 Xiaping"),
            (_("Telephone"), "138 0000 0000"),
            (_("Remarks"), ""),
        ],
        "facts": [
            (_("Quantity"), "quantity", Quantity(800_000, Unit.KILOGRAM)),
            (_("Price"), "price", (Money(520, "CNY"), Unit.KILOGRAM.one)),
            (_("First day"), "date", date(2026, 10, 12)),
        ],
        "tabs": [
            {"label": _("Open"), "url": "#", "active": True, "count": 12},
            {"label": _("Withdrawn"), "url": "#", "active": False, "count": None},
        ],
        "primary": {"label": _("Record supply"), "url": "#", "icon": "plus"},
        "actions": [{"label": _("Print"), "url": "#", "icon": "printer"}],
        "empty": EMPTY,
        "colours": ["green", "ochre", "clay", "sky", "surface", "sunken"],
    }
