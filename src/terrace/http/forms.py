"""The form of an act: where what the domain refuses lands at its field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import TracebackType
from typing import Any, ClassVar

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
from terrace.kernel.readings import narrow
from terrace.kernel.steps import is_number, plain_number
from terrace.kernel.words import Text, _

KEY = "idempotency_key"
PLAINLY = {
    "required": _("This is needed."),
    "invalid_choice": _("This cannot be chosen here."),
    "invalid_list": _("This cannot be chosen here."),
    "min_length": _("This text is shorter than %(limit_value)d characters."),
    "max_length": _("This text is longer than %(limit_value)d characters."),
    "null_characters_not_allowed": _("This text has characters that nobody can read."),
    "min_value": _("Enter %(limit_value)s or more."),
    "max_value": _("Enter %(limit_value)s or less."),
    "max_digits": _("This is more than can be recorded."),
    "max_whole_digits": _("This is more than can be recorded."),
    "max_decimal_places": _("This has too many decimals."),
}
"""What a field says when it refuses a value, instead of the framework's own sentences: short, in both languages."""
PLAINLY_OF: dict[type[forms.Field], dict[str, Text]] = {
    forms.EmailField: {"invalid": _("This is not an e-mail address.")},
    forms.IntegerField: {"invalid": _("Enter a whole number such as 12.")},
    forms.DecimalField: {"invalid": _("Enter a number such as 12.50.")},
    forms.DateField: {"invalid": _("Enter a day such as 2026-09-30.")},
    forms.FileField: {
        "required": _("Choose a file."),
        "missing": _("Choose a file."),
        "empty": _("This file is empty."),
    },
}


def speak_plainly(field: forms.Field) -> None:
    """Give the field our own sentences; one that was written for it, or for its kind, stays."""
    kinds = [kind for kind in reversed(type(field).__mro__) if kind.__module__.startswith("django.")]
    theirs: dict[str, Text] = {}
    ours: dict[str, Text] = dict(PLAINLY)
    for kind in kinds:
        theirs |= kind.__dict__.get("default_error_messages", {})
        ours |= PLAINLY_OF.get(kind, {})
    said = field.error_messages
    field.error_messages = said | {code: text for code, text in ours.items() if said.get(code) is theirs.get(code)}


class PlainForm(forms.Form):
    """A form that refuses in our own words."""

    either: ClassVar[tuple[str, ...]] = ()
    """Names of fields of which one is needed, though none of them for itself: they say so instead of "optional"."""

    def full_clean(self) -> None:
        """Judge what was sent; only now are all fields there, also those that a form adds for its reader."""
        for field in self.fields.values():
            speak_plainly(field)
        super().full_clean()

    def refusals(self) -> Refusals:
        """Return the context in which a refused act becomes this form's error instead of an exception."""
        return Refusals(self)


class ActForm(PlainForm):
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


class FilterForm(PlainForm):
    """The filters of a list, sent by GET. A filter left empty filters nothing; so does a wrong one, and says so."""

    def given(self) -> dict[str, Any]:
        """Return the filters that were given a valid value, wide letters and digits as plain ones."""
        self.is_valid()
        given = self.cleaned_data.items()
        return {name: _narrow(value) for name, value in given if value is not False and value not in (None, "", [])}


def _narrow(value: Any) -> Any:
    return narrow(value) if isinstance(value, str) else value


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
        """Return the number; say what is unclear about it. One with letters, `1e5`, is none."""
        try:
            number = plain_number(value) if isinstance(value, str) else value
        except Invalid as refused:
            raise ValidationError(str(refused), code=refused.code) from refused
        if isinstance(number, str) and number and not is_number(number):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(number)


class WholeField(Typed, forms.IntegerField):
    """A whole number, nought or more."""

    keyboard = "numeric"


class DegreesField(Typed, forms.IntegerField):
    """A whole number that may lie below nought: the keyboards for numbers have no minus on many phones."""

    keyboard = "text"


class CoordinateField(Typed, forms.FloatField):
    """Degrees of latitude or longitude."""

    keyboard = "text"
    default_error_messages: ClassVar = {"invalid": _("Enter degrees with a decimal point, such as 33.39791.")}


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

    default_error_messages: ClassVar = {"min_value": _("Enter a quantity above zero.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 0, "max_digits": 12, "decimal_places": 3, **options})

    @staticmethod
    def of(amount: Any, unit: Unit, *, field: str = "quantity") -> Quantity:
        """Return `amount` of `unit` as a `Quantity`; raise `Invalid` at `field` when it is none or too fine."""
        quantity = Quantity.parse(str(amount), unit, field=field)
        if quantity.steps <= 0:
            raise Invalid(_("Enter a quantity above zero."), field=field)
        return quantity


class PermilleField(Typed, forms.DecimalField):
    """A part of a whole as people say it, 14.5 %, cleaned to whole thousandths: 145."""

    default_error_messages: ClassVar = {"min_value": _("Enter a part such as 14.5."), "max_value": _("All is 100 %.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": 100, "max_digits": 4, "decimal_places": 1, **options})
        self.widget.attrs["data-unit"] = "%"

    def clean(self, value: Any) -> int | None:
        """Return the thousandths, None when nothing was entered and nothing is required."""
        percent = super().clean(value)
        return None if percent is None else int(percent * 10)

    def prepare_value(self, value: Any) -> Any:
        """Show thousandths as per cent."""
        return f"{Decimal(value).scaleb(-1).normalize():f}" if isinstance(value, int) else value


def currency_sign() -> str:
    """Return the sign of the installation's currency as the reader's language writes it before an amount."""
    return str(get_currency_symbol(current().currency, locale=to_locale(get_language() or "en")))


class MoneyField(Typed, forms.DecimalField):
    """An amount of the installation's currency, cleaned to `Money`."""

    default_error_messages: ClassVar = {"min_value": _("Enter a price above zero.")}

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
