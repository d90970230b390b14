"""Filters of the record of acts."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet

from terrace.audit.domain import labels
from terrace.audit.models import Act
from terrace.audit.queries import path_of_place
from terrace.http.forms import DayField, FilterForm
from terrace.kernel.db import within
from terrace.kernel.deployment import current
from terrace.kernel.words import _


class ActFilter(FilterForm):
    """Which acts to show: by whom, of which kind, where, on which day."""

    person = forms.CharField(label=_("Person"), required=False, max_length=120)
    act = forms.ChoiceField(label=_("Act"), required=False)
    area = forms.CharField(label=_("Code of the area"), required=False, max_length=120)
    day = DayField(label=_("Day"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["act"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("All")), *sorted(labels().items(), key=lambda choice: str(choice[1]))]

    def narrow(self, rows: QuerySet[Act]) -> QuerySet[Act]:
        """Return `rows` narrowed by the filters that were given."""
        given = self.given()
        if person := given.get("person"):
            rows = rows.filter(person_id=int(person)) if _is_id(person) else rows.filter(person_name__icontains=person)
        if act := given.get("act"):
            rows = rows.filter(act=act)
        if area := given.get("area"):
            path = path_of_place(area)
            rows = rows.none() if path is None else rows.filter(within([path]))
        if day := given.get("day"):
            midnight = datetime.combine(day, time.min, ZoneInfo(current().time_zone))
            rows = rows.filter(at__gte=midnight, at__lt=midnight + timedelta(days=1))
        return rows


def _is_id(text: str) -> bool:
    """Say whether the filter names a person by id, as links to this page do."""
    return text.isdecimal() and len(text) < 18
