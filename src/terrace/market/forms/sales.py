"""Filters and forms of the seller's orders."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from terrace.http.forms import DayField, FilterForm
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.words import _
from terrace.market import queries
from terrace.market.domain import DisputeKind, DisputeStatus, OrderStatus


class SaleFilter(FilterForm):
    """Filters of the list of orders."""

    text = forms.CharField(label=_("Number or phone"), required=False, max_length=40)
    status = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *OrderStatus.choices()])
    late = forms.BooleanField(label=_("Only late ones"), required=False)
    back = forms.BooleanField(label=_("Only with goods that came back"), required=False)
    first = DayField(label=_("Ordered from"), required=False)
    last = DayField(label=_("Until"), required=False)

    def narrow(self, actor: Actor, rows: QuerySet[Any], now: datetime) -> QuerySet[Any]:
        """Return the orders that the given filters leave; of goods that came back those that the actor puts away."""
        given = self.given()
        if text := given.get("text", "").strip():
            rows = rows.filter(Q(number=text.upper()) | Q(phone__endswith=text))
        if "status" in given:
            rows = rows.filter(status=given["status"])
        if "late" in given:
            rows = rows.filter(status__in=queries.LATE, paid_at__lt=queries.late_before(now))
        if "back" in given:
            rows = rows.filter(pk__in=queries.orders_brought_back(actor).values("pk"))
        if "first" in given:
            rows = rows.filter(created_at__gte=clock.begin_of(given["first"]))
        if "last" in given:
            rows = rows.filter(created_at__lt=clock.begin_of(given["last"] + timedelta(days=1)))
        return rows


class NoFilter(FilterForm):
    """No filters: a list that is short by itself."""


class RecalledFilter(FilterForm):
    """Filters of the list of orders with recalled goods."""

    lot = forms.CharField(label=_("Lot"), required=False, max_length=40)
    status = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *OrderStatus.choices()])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the orders that stand where the filter says; which lot is meant, the query knows."""
        given = self.given()
        return rows.filter(status=given["status"]) if "status" in given else rows


class DisputeFilter(FilterForm):
    """Filters of the list of disputes."""

    status = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *DisputeStatus.choices()])
    kind = forms.ChoiceField(label=_("What is wrong"), required=False, choices=[("", _("All")), *DisputeKind.choices()])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the disputes that the given filters leave."""
        return rows.filter(**self.given())
