"""A form that somebody else overtook keeps what was typed, tells what is there now, and may be sent again."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from terrace.http.forms import MoneyField, QuantityField, VersionForm
from terrace.kernel.errors import Stale
from terrace.kernel.money import Money


class FieldForm(VersionForm):
    name = forms.CharField()
    quantity = QuantityField()
    price = MoneyField(required=False)
    opens_on = forms.DateField()
    kind = forms.ChoiceField(choices=[("a", "Apples"), ("Nuts", [("w", "Walnuts")])])
    marks = forms.MultipleChoiceField(required=False, choices=[("x", "First"), ("y", "Second")])
    is_open = forms.BooleanField(required=False)
    note = forms.CharField(required=False)
    photo = forms.FileField(required=False)
    extra = forms.CharField(required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["quantity"].widget.attrs["data-unit"] = "kg"


THERE = {
    "name": "Li",
    "quantity": "12.5",
    "price": Money(520, "CNY"),
    "opens_on": date(2026, 9, 25),
    "kind": "w",
    "marks": ["x", "y"],
    "is_open": True,
    "note": "",
    "version": 3,
}
SAME = "name=Li&quantity=12.50&price=5.2&opens_on=2026-09-25&kind=w&marks=y&marks=x&is_open=on&note=&extra=e&version=2"
OTHER = "name=Ma&quantity=8&price=&opens_on=2026-09-26&kind=a&marks=&note=ripe&version=2"


def _overtaken(sent: str) -> FieldForm:
    form = FieldForm(QueryDict(sent.replace("&marks=&", "&")), initial=THERE)
    assert form.is_valid(), form.errors
    with form.refusals():
        raise Stale
    return form


def test_each_field_says_what_is_there_now_where_that_is_not_what_was_typed() -> None:
    errors = _overtaken(OTHER).errors
    assert {name: list(told) for name, told in errors.items() if name != "__all__"} == {
        "name": ["Now: Li"],
        "quantity": ["Now: 12.5 kg"],
        "price": ["Now: CN¥5.20"],
        "opens_on": ["Now: Sep 25, 2026"],
        "kind": ["Now: Walnuts"],
        "marks": ["Now: First, Second"],
        "is_open": ["Now: yes"],
        "note": ["Now: nothing"],
    }
    assert "What you typed is kept" in errors["__all__"][0]


def test_what_was_typed_is_still_there_and_the_version_is_the_present_one() -> None:
    html = str(_overtaken(OTHER))
    assert 'value="Ma"' in html
    assert 'value="2026-09-26"' in html
    assert '<input type="hidden" name="version" value="3"' in html


def test_who_typed_just_what_is_there_now_is_only_told_to_look() -> None:
    assert _overtaken(SAME).errors == {
        "__all__": ["Somebody changed this in the meantime. Look at it first; send this again if it is still right."]
    }


def test_what_is_there_now_is_written_as_text() -> None:
    form = FieldForm(QueryDict(OTHER.replace("&marks=&", "&")), initial={**THERE, "name": "<b>Li</b>"})
    assert form.is_valid()
    with form.refusals():
        raise Stale
    assert "Now: &lt;b&gt;Li&lt;/b&gt;" in str(form)
