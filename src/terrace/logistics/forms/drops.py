"""The form by which a keeper confirms what a tour brought."""

from collections.abc import Sequence
from typing import Any

from django import forms

from terrace.http.forms import ActForm
from terrace.kernel.words import _
from terrace.logistics.domain.drops import Dropped


class DropForm(ActForm):
    """How each piece is: here, unless the keeper says otherwise."""

    note = forms.CharField(label=_("Note"), required=False, max_length=200)

    def __init__(self, *args: Any, pieces: Sequence[tuple[str, str, Dropped]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = [number for number, _title, _usual in pieces]
        for number, title, usual in pieces:
            self.fields[number] = forms.ChoiceField(label=title, choices=Dropped.choices(), initial=usual)
        self.order_fields([*self.numbers, "note"])

    def said(self, what: Dropped) -> list[str]:
        """Return the pieces of which this was said."""
        return [number for number in self.numbers if self.values[number] == what]
