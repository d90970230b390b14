"""What the forms of logistics share: choices, weights in kilograms, times of the day."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from terrace.http.forms import (
    QuantityField,
)
from terrace.kernel.quantity import Unit
from terrace.kernel.words import _

Choices = Sequence[tuple[str, Any]]
ANY = ("", _("All"))
CHOOSE = ("", _("Choose"))


def offer(form: forms.Form, name: str, choices: Choices) -> None:
    """Give the choice field `name` of `form` its choices; a single one is chosen already."""
    field = cast(forms.ChoiceField, form.fields[name])
    field.choices = list(choices) if len(choices) == 1 or not field.required else [CHOOSE, *choices]


def grams_of(amount: Any, field: str) -> int:
    """Return kilograms that were typed as grams; raise `Invalid` at `field` when they are none, or too fine."""
    return QuantityField.of(amount, Unit.KILOGRAM, field=field).steps


class KilogramField(QuantityField):
    """A weight that is typed in kilograms."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs["data-unit"] = Unit.KILOGRAM.label


class MomentField(forms.DateTimeField):
    """A day with its hour, picked from the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        form = "%Y-%m-%dT%H:%M"
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=form)
        super().__init__(**{"widget": widget, "input_formats": [form, "%Y-%m-%d %H:%M"], **options})


class TimeField(forms.TimeField):
    """A time of the day, picked from the browser's own clock."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        super().__init__(**{"widget": widget, **options})
