"""Filters of the list of notices."""

from django import forms

from terrace.http.forms import FilterForm
from terrace.kernel.words import _
from terrace.messaging.domain import Topic


class NoticeFilter(FilterForm):
    """Which of one's notices to show."""

    topic = forms.ChoiceField(label=_("About"), required=False, choices=[("", _("Everything")), *Topic.choices()])
    unread = forms.BooleanField(label=_("Unread only"), required=False)
