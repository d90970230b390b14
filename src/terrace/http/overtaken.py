"""A form that somebody else overtook: it keeps what was typed, tells what is there now, and may be sent again."""

from collections.abc import Mapping
from copy import copy
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from terrace.http import written
from terrace.kernel.errors import Stale
from terrace.kernel.money import Money
from terrace.kernel.words import _, one_by_one

VERSION = "version"
DIFFERENT = _(
    "Somebody changed this in the meantime. What you typed is kept, and beside it stands what is there now. "
    "Correct it, or save again to put yours in its place."
)
UNSEEN = _("Somebody changed this in the meantime. Look at it first; send this again if it is still right.")


def catch_up(form: forms.BaseForm) -> None:
    """Tell at each field what is there now where that is not what was typed, and take over the present version.

    A form is bound anew from the row with each request, so its initial values
    are what stands there now. Sending it once more is then the reader's own
    decision. Where the row changes yet again meanwhile, this comes once more.
    """
    sent: Any = copy(form.data)
    sent[form.add_prefix(VERSION)] = str(form.get_initial_for_field(form.fields[VERSION], VERSION))
    form.data = sent
    others = [bound for bound in form if bound.name in form.initial and not bound.is_hidden]
    different = [(bound, now) for bound in others if not _same(now := _now(bound), form.cleaned_data.get(bound.name))]
    form.add_error(None, ValidationError(DIFFERENT if different else UNSEEN, code=Stale.code))
    for bound, now in different:
        told = _("Now: %(value)s") % {"value": _shown(bound.field, now)}
        form.add_error(bound.name, ValidationError(told, code=Stale.code))


def is_overtaken(form: forms.BaseForm, error: BaseException | None) -> bool:
    """Say whether `form` can catch up with the row that `error` speaks of: it was made from one of its versions."""
    return isinstance(error, Stale) and form.is_bound and VERSION in form.fields


def _now(bound: forms.BoundField) -> Any:
    """Return what stands there now as the field would clean it, so that only what differs is told."""
    field, initial = bound.field, bound.initial
    try:
        return field.clean(field.prepare_value(initial))
    except ValidationError:
        return initial


def _same(one: Any, other: Any) -> bool:
    """What was chosen of a list comes in the list's order, not in the row's."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    return bool(one == other)


def _shown(field: forms.Field, value: Any) -> str:
    """Write a value as the reader knows it from the form."""
    if hasattr(field, "shown"):
        return str(field.shown(value))
    if value in (None, "", [], {}, ()):
        return str(_("nothing"))
    if isinstance(field, forms.ChoiceField):
        labels = dict(_flat(field.choices))
        chosen = value if isinstance(value, list) else [value]
        return one_by_one(str(labels.get(str(one), one)) for one in chosen)
    return _written(value, field.widget.attrs.get("data-unit", ""))


def _written(value: Any, unit: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, Money):
        return written.money(value)
    if isinstance(value, date):
        return written.localdate(value)
    if isinstance(value, Mapping):
        return one_by_one(value.values())
    return f"{value} {unit}".strip()


def _flat(choices: Any) -> list[tuple[str, Any]]:
    """Return the choices with those of groups among them."""
    flat: list[tuple[str, Any]] = []
    for value, label in choices:
        flat += _flat(label) if isinstance(label, list | tuple) else [(str(value), label)]
    return flat
