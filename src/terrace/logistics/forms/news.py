"""Forms of what carriers are told of their parcels."""

from django import forms

from terrace.http.forms import ActForm, DayField, FilterForm
from terrace.kernel.words import _


class WebhookForm(ActForm):
    """Where a carrier's news is posted."""

    url = forms.CharField(
        label=_("Address of the carrier's server"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
        help_text=_("Empty: news is only in the files."),
    )
    renew = forms.BooleanField(
        label=_("Make a new secret"), required=False, help_text=_("The old one signs nothing any more.")
    )


class NewsFileForm(FilterForm):
    """The days that a file of news tells of."""

    first = DayField(label=_("From the day"), required=False)
    last = DayField(label=_("Until the day"), required=False)
    form = forms.ChoiceField(label=_("As"), required=False, choices=[("xlsx", _("xlsx file")), ("csv", _("CSV file"))])
