"""Forms of advice, and what narrows its lists."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from terrace.http.forms import FilterForm
from terrace.kernel.words import _
from terrace.sourcing.forms.choosing import AskingForm, offer, product_choices


class AdviceForm(AskingForm):
    """Advice to the stations and points of an area."""

    area = forms.ChoiceField(label=_("To all stations and points in"))
    sure = forms.BooleanField(label=_("Yes, to all of them"), required=False, widget=forms.HiddenInput)
    product = forms.ChoiceField(label=_("About"), required=False)
    title = forms.CharField(label=_("In one line"), max_length=120)
    text = forms.CharField(label=_("Advice"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area", areas if len(areas) == 1 else [("", _("Choose")), *areas])
        offer(self, "product", [("", _("Anything")), *product_choices()])


class AdviceFilter(FilterForm):
    """Filters of the list of advice."""

    text = forms.CharField(label=_("Text"), required=False)
    waiting = forms.BooleanField(label=_("Only what waits for you"), required=False)

    def narrow(self, rows: QuerySet[Any], waiting: Collection[int]) -> QuerySet[Any]:
        """Return the rows that the given filters leave; `waiting` are the ids that the reader has to take note of."""
        given = self.given()
        if "text" in given:
            rows = rows.filter(Q(title__icontains=given["text"]) | Q(text__icontains=given["text"]))
        return rows.filter(pk__in=waiting) if given.get("waiting") else rows


class ReceiptFilter(FilterForm):
    """Filters of the units that a piece of advice reached."""

    waiting = forms.BooleanField(label=_("Only who still has to take note"), required=False)

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the given filters leave."""
        return rows.filter(acknowledged_at__isnull=True) if self.given().get("waiting") else rows
