"""What a reader of figures chooses, and what a keeper enters."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.http import urlencode

from terrace.catalog import queries as catalog
from terrace.catalog.models import Product
from terrace.http.forms import ActForm, DayField, FilterForm, MoneyField
from terrace.kernel.words import _, in_language
from terrace.statistics.domain import Period, Span
from terrace.statistics.domain.outlets import LONGEST_NOTE
from terrace.statistics.models import OutletCost


@dataclass(frozen=True, slots=True)
class Chosen:
    """The period that a page is of, with the product whose season it is, or whose figures alone are wanted."""

    period: Period
    product: Product | None = None

    def query(self, period: Period | None = None, **more: str) -> str:
        """Return what stands behind the question mark for this choice, for another `period` when one is named."""
        wanted = period or self.period
        return _query(wanted.span, wanted.days.first, self.product.code if self.product else "", tuple(more.items()))

    def query_of(self, span: Span, on: date) -> str:
        """Return the same for the period of another span in which `on` lies."""
        season = self.product.season if self.product and span is Span.SEASON else None
        return self.query(Period.of(span, on, season))


@lru_cache(maxsize=1024)
def _query(span: Span, first: date, product: str, more: tuple[tuple[str, str], ...]) -> str:
    """Write a choice as an address: a page of figures leads to hundreds of pages with the same one."""
    known = [("span", span.value), ("on", first.isoformat()), *([("product", product)] if product else [])]
    return urlencode([*known, *more])


class CostForm(ActForm):
    """What an outlet paid for one kind of thing in a month; version 0 says that nothing was entered yet."""

    amount = MoneyField(label=_("Paid in this month"))
    note = forms.CharField(label=_("Note"), required=False, max_length=LONGEST_NOTE)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    @classmethod
    def of(cls, sent: QueryDict | None, cost: OutletCost | None) -> "CostForm":
        """Return the form for a cost that was entered, or for a new one."""
        known = {"amount": cost.amount, "note": cost.note, "version": cost.version} if cost else {"version": 0}
        return cls(sent, initial=known)


class PeriodForm(FilterForm):
    """Span, a day of the period, and a product: what was mistyped counts as not given, and says so."""

    span = forms.ChoiceField(label=_("Period"), choices=Span.choices(), required=False)
    on = DayField(label=_("A day of it"), required=False)

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.products = {product.code: product for product in catalog.by_name(catalog.products())}
        named = [(code, in_language(product.names)) for code, product in self.products.items()]
        self.fields["product"] = forms.ChoiceField(
            label=_("Product"), required=False, choices=[("", _("All products")), *named]
        )

    def chosen(self) -> Chosen:
        """Return the choice: this month where nothing is said, a year where a season is asked for of no product."""
        given = self.given()
        product = self.products.get(given.get("product", ""))
        span = Span(given.get("span", Span.MONTH))
        if span is Span.SEASON and (product is None or product.season.is_all_year):
            span = Span.YEAR
        months = product.season if product and span is Span.SEASON else None
        return Chosen(Period.of(span, given.get("on", self.today), months), product)
