"""The form of an act: where what the domain refuses lands at its field."""

from __future__ import annotations

from datetime import date
from types import TracebackType
from typing import Any

from babel.numbers import get_currency_symbol
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, to_locale

from terrace.http import resent
from terrace.http.overtaken import catch_up, is_overtaken
from terrace.kernel import ids
from terrace.kernel.days import EARLIEST, LATEST, refuse_far_day
from terrace.kernel.deployment import current
from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.money import Money, without_sign
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.steps import plain_number
from terrace.kernel.words import _

KEY = "idempotency_key"


class ActForm(forms.Form):
    """A form that performs one act, carrying the key that makes sending it twice harmless."""

    keeps_draft = True
    """Whether the device keeps what is typed until it was done; never a secret or somebody's private life."""

    idempotency_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[KEY].initial = ids.secret

    def full_clean(self) -> None:
        """Refuse what was sent under a key that other values used up: the reader decides whether it is done as well."""
        super().full_clean()
        if said := resent.told(self.data):
            self.add_error(None, ValidationError(said, code="key_reused"))

    @property
    def values(self) -> dict[str, Any]:
        """The cleaned values without the key: the arguments of the act."""
        return {name: value for name, value in self.cleaned_data.items() if name != KEY}

    def refusals(self) -> Refusals:
        """Return the context in which a refused act becomes this form's error instead of an exception."""
        return Refusals(self)


class VersionForm(ActForm):
    """An act on a row that people edit, made from the version that was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class SecretForm(ActForm):
    """A form whose answer shows a secret once.

    It carries no key of idempotency: the answer to it would be kept in the
    database for two days, and the secret with it.
    """

    keeps_draft = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields[KEY]


class Refusals:
    """Puts a `DomainError` raised inside at its field of the form, or above the form when it has none."""

    def __init__(self, form: forms.BaseForm) -> None:
        self.form = form

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, DomainError) or not self._can_mend(error):
            return False
        if is_overtaken(self.form, error):
            catch_up(self.form)
            return True
        known = error.field if error.field in self.form.fields else None
        self.form.add_error(known, ValidationError(str(error), code=error.code))
        return True

    def _can_mend(self, error: DomainError) -> bool:
        """A reference that leads nowhere is a mistake in its field; without one, the page itself is not there."""
        return error.status != 403 and (error.status != 404 or error.field in self.form.fields)


class FilterForm(forms.Form):
    """The filters of a list, sent by GET. A filter left empty filters nothing; so does a wrong one, and says so."""

    def given(self) -> dict[str, Any]:
        """Return the filters that were given a valid value."""
        self.is_valid()
        given = self.cleaned_data.items()
        return {name: value for name, value in given if value is not False and value not in (None, "", [])}


class Typed(forms.Field):
    """A number that a person types, read on the server.

    An input of the type "number" drops what it does not know: a phone's "12，5"
    would arrive as 125. So it is a line of text with the keyboard for numbers.
    """

    keyboard = "decimal"

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"widget": forms.TextInput, "localize": False, **options})
        self.widget.attrs |= {"inputmode": self.keyboard, "autocomplete": "off"}

    def to_python(self, value: Any) -> Any:
        """Return the number; say what is unclear about it."""
        try:
            return super().to_python(plain_number(value) if isinstance(value, str) else value)
        except Invalid as refused:
            raise ValidationError(str(refused), code=refused.code) from refused


class WholeField(Typed, forms.IntegerField):
    """A whole number, nought or more."""

    keyboard = "numeric"


class DegreesField(Typed, forms.IntegerField):
    """A whole number that may lie below nought: the keyboards for numbers have no minus on many phones."""

    keyboard = "text"


class CoordinateField(Typed, forms.FloatField):
    """Degrees of latitude or longitude."""

    keyboard = "text"


class DayField(forms.DateField):
    """A day, picked from the browser's own calendar; one centuries off is refused."""

    def __init__(self, **options: Any) -> None:
        ends = {"min": EARLIEST.isoformat(), "max": LATEST.isoformat()}
        widget = forms.DateInput(attrs={"type": "date", **ends}, format="%Y-%m-%d")
        super().__init__(**{"widget": widget, **options})

    def validate(self, value: date | None) -> None:
        """Refuse a day from which nothing can be reckoned."""
        super().validate(value)
        try:
            refuse_far_day(value)
        except Invalid as refused:
            raise ValidationError(str(refused), code=refused.code) from refused


class QuantityField(Typed, forms.DecimalField):
    """A quantity of the unit that the form's other fields decide; cleaned to a `Decimal` of units."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 0, "max_digits": 12, "decimal_places": 3, **options})

    @staticmethod
    def of(amount: Any, unit: Unit, *, field: str = "quantity") -> Quantity:
        """Return `amount` of `unit` as a `Quantity`; raise `Invalid` at `field` when it is none or too fine."""
        quantity = Quantity.parse(str(amount), unit, field=field)
        if quantity.steps <= 0:
            raise Invalid(_("Enter a quantity above zero."), field=field)
        return quantity


def currency_sign() -> str:
    """Return the sign of the installation's currency as the reader's language writes it before an amount."""
    return str(get_currency_symbol(current().currency, locale=to_locale(get_language() or "en")))


class MoneyField(Typed, forms.DecimalField):
    """An amount of the installation's currency, cleaned to `Money`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 0, "max_digits": 14, **options})

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """Show the currency beside the input, the installation's as it is when the form is drawn."""
        self.widget.attrs["data-unit"] = currency_sign()
        return super().get_bound_field(form, field_name)

    def to_python(self, value: Any) -> Any:
        """Return the amount; the sign of the currency may stand beside it."""
        if isinstance(value, str):
            value = without_sign(value, current().currency, current().languages)
        return super().to_python(value)

    def clean(self, value: Any) -> Money | None:
        """Return the `Money`, None when nothing was entered and nothing is required."""
        amount = super().clean(value)
        if amount is None:
            return None
        try:
            return Money.parse(amount, current().currency)
        except Invalid as refused:
            raise ValidationError(str(refused), code=refused.code) from refused

    def prepare_value(self, value: Any) -> Any:
        """Show an amount of money as a plain number."""
        return value.amount if isinstance(value, Money) else value
