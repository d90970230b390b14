"""Filters of the record of acts."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from terrace.audit import queries
from terrace.audit.domain import labels
from terrace.audit.models import Act
from terrace.http.forms import DayField, FilterForm
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
        return queries.narrowed(rows, **self.given())
