"""Forms: refusals at their field, money, quantities, filters."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec

import pytest
from django import forms
from django.utils import translation

from terrace.http import pages
from terrace.http.forms import (
    ActForm,
    CoordinateField,
    DayField,
    FilterForm,
    MoneyField,
    QuantityField,
    WholeField,
)
from terrace.kernel import deployment
from terrace.kernel.deployment import Deployment
from terrace.kernel.errors import DomainError, Forbidden, Invalid, NotFound, Stale
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from tests.http.conftest import request


class SaleForm(ActForm):
    buyer = forms.CharField()
    price = MoneyField(required=False)


def _sent(**data: str) -> SaleForm:
    form = SaleForm({"buyer": "Li", **data})
    form.is_valid()
    return form


@pytest.mark.parametrize(
    ("error", "field"),
    [(Invalid(field="buyer"), "buyer"), (Invalid(field="elsewhere"), "__all__"), (Stale(), "__all__")],
)
def test_a_refusal_lands_at_its_field_or_above_the_form(error: DomainError, field: str) -> None:
    form = _sent()
    with form.refusals():
        raise error
    assert [problem.code for problem in form.errors.as_data()[field]] == [error.code]
    assert list(form.errors) == [field]


@pytest.mark.parametrize("error", [Forbidden(), NotFound(), LookupError()])
def test_what_no_input_can_mend_goes_on_to_who_shows_the_page(error: Exception) -> None:
    form = _sent()
    with pytest.raises(type(error)), form.refusals():
        raise error
    assert not form.errors


def test_an_act_that_is_not_refused_leaves_the_form_as_it_was() -> None:
    form = _sent()
    with form.refusals():
        pass
    assert not form.errors


def test_every_drawn_form_has_its_own_key_and_a_sent_one_keeps_its() -> None:
    keys = {str(SaleForm()["idempotency_key"].value()) for _ in range(5)}
    assert len(keys) == 5
    assert _sent(idempotency_key="k").cleaned_data["idempotency_key"] == "k"
    assert "idempotency_key" not in _sent(idempotency_key="k").values


@pytest.mark.parametrize(("text", "money"), [("12.50", Money(1250, "CNY")), ("0", Money(0, "CNY")), ("", None)])
def test_money_is_read_in_the_installations_currency(text: str, money: Money | None) -> None:
    form = _sent(price=text)
    assert not form.errors
    assert form.values["price"] == money


@pytest.mark.parametrize("text", ["12.505", "-1", "abc", "1e5", "1E2", "1_000", "1e400", "9" * 20])
def test_refuses_an_amount_that_is_none(text: str) -> None:
    assert list(_sent(price=text).errors) == ["price"]


def test_money_is_shown_as_a_plain_number_beside_its_currency() -> None:
    html = str(SaleForm(initial={"price": Money(1250, "CNY")})["price"])
    assert 'value="12.50"' in html
    assert 'data-unit="CN¥"' in html


def test_another_installation_shows_and_reads_its_own_currency() -> None:
    with deployment.using(Deployment(currency="JPY")):
        assert 'data-unit="¥"' in str(SaleForm()["price"])
        assert _sent(price="1250").values["price"] == Money(1250, "JPY")
        assert list(_sent(price="12.5").errors) == ["price"]


@pytest.mark.parametrize(("amount", "unit", "steps"), [("0.5", Unit.KILOGRAM, 500), ("3", Unit.PIECE, 3)])
def test_a_quantity_is_read_in_its_unit(amount: str, unit: Unit, steps: int) -> None:
    assert QuantityField.of(Decimal(amount), unit) == Quantity(steps, unit)


@pytest.mark.parametrize(("amount", "unit"), [("0", Unit.KILOGRAM), ("0.5", Unit.PIECE), ("-1", Unit.LITRE)])
def test_refuses_a_quantity_of_nothing_or_of_half_a_piece(amount: str, unit: Unit) -> None:
    with pytest.raises(Invalid) as refused:
        QuantityField.of(Decimal(amount), unit, field="content")
    assert refused.value.field == "content"


class HarvestForm(ActForm):
    quantity = QuantityField()
    price = MoneyField(required=False)


@pytest.mark.parametrize(
    "text", ["12.5", "12,5", "12，5", "12。5", "１２．５", "１２，５", " 12.5 ", "12.50", "0012.5"]
)  # fmt: skip
def test_a_number_is_read_as_every_keyboard_writes_it(text: str) -> None:
    form = HarvestForm({"quantity": text, "price": text})
    assert not form.errors
    assert form.values == {"quantity": Decimal("12.5"), "price": Money(1250, "CNY")}


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("1,200", "Is this 1200 or 1.200? Write it without a comma."),
        ("１２，５００", "Is this 12500 or 12.500? Write it without a comma."),
        ("1,200.50", "Write the number without marks between thousands, such as 1200 or 1200.5."),
        ("1,200,000", "Write the number without marks between thousands, such as 1200 or 1200.5."),
        ("1.200.000", "Write the number without marks between thousands, such as 1200 or 1200.5."),
    ],
)
def test_a_number_that_can_be_read_in_two_ways_is_asked_back(text: str, advice: str) -> None:
    form = HarvestForm({"quantity": text, "price": text})
    assert form.errors == {"quantity": [advice], "price": [advice]}


@pytest.mark.parametrize("text", ["¥5.20", "￥5.20", "5.2元", "CN¥ 5,20", "5.20 CNY"])
def test_the_sign_of_the_currency_may_stand_beside_an_amount(text: str) -> None:
    assert _sent(price=text).values["price"] == Money(520, "CNY")


@pytest.mark.parametrize("text", ["$5.20", "5.20 kg", "¥", "5 20"])
def test_what_else_stands_beside_an_amount_is_refused(text: str) -> None:
    assert list(_sent(price=text).errors) == ["price"]


def test_no_form_leaves_a_number_to_the_browser_which_drops_what_it_does_not_know() -> None:
    assert [name for name, field in _fields_of_all_forms() if isinstance(field.widget, forms.NumberInput)] == []


class AskingForm(ActForm):
    on = DayField(label="Day", required=False)


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "3000-01-01", "9999-12-31"])
def test_a_day_centuries_off_is_refused_at_its_field(day: str) -> None:
    assert AskingForm({"on": day}).errors == {"on": ["Enter a day of the years 1900 to 2999."]}


@pytest.mark.parametrize("day", ["1900-01-01", "2999-12-31", ""])
def test_every_other_day_is_taken_and_so_is_none_where_none_is_needed(day: str) -> None:
    form = AskingForm({"on": day})
    assert form.is_valid()
    assert form.values["on"] == (date.fromisoformat(day) if day else None)


def test_a_browsers_own_calendar_ends_where_the_days_do() -> None:
    drawn = str(AskingForm()["on"])
    assert 'type="date"' in drawn
    assert 'min="1900-01-01"' in drawn
    assert 'max="2999-12-31"' in drawn


def test_no_form_takes_a_day_from_which_nothing_can_be_reckoned() -> None:
    days = [(name, field) for name, field in _fields_of_all_forms() if isinstance(field, forms.DateField)]
    assert [name for name, field in days if not isinstance(field, DayField)] == []


def _fields_of_all_forms() -> Iterator[tuple[str, forms.Field]]:
    for context in ("accounts", "audit", "catalog", "messaging", "network", "registry", "sourcing"):
        if find_spec(f"terrace.{context}.forms"):
            import_module(f"terrace.{context}.forms")
    import_module("terrace.web.gallery")
    for form in _all_forms(forms.BaseForm):
        if form.__module__.startswith("terrace."):
            for name, field in getattr(form, "base_fields", {}).items():
                yield f"{form.__name__}.{name}", field


def _all_forms(form: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for narrower in form.__subclasses__():
        yield narrower
        yield from _all_forms(narrower)


class DayFilter(FilterForm):
    day = forms.DateField(required=False)
    kind = forms.ChoiceField(required=False, choices=[("a", "A")])


def test_a_filter_left_empty_or_wrong_filters_nothing() -> None:
    assert DayFilter({"day": "not a day", "kind": "b"}).given() == {}
    assert DayFilter({"day": "", "kind": "a"}).given() == {"kind": "a"}
    assert DayFilter({"kind": "\0"}).given() == {}


def test_a_form_that_comes_back_is_not_taken_for_done() -> None:
    assert pages.form_status(request()) == 200
    assert pages.form_status(request(method="post")) == 422


class EveryForm(ActForm):
    title = forms.CharField(max_length=4, min_length=2)
    kind = forms.ChoiceField(choices=[("a", "A")])
    kinds = forms.MultipleChoiceField(choices=[("a", "A")])
    mail = forms.EmailField()
    day = DayField()
    count = WholeField(min_value=1, max_value=9)
    north = CoordinateField()
    quantity = QuantityField()
    price = MoneyField()
    file = forms.FileField()


GOOD = {"title": "ab", "kind": "a", "kinds": "a", "mail": "a@example.org", "day": "2026-09-30"} | {
    "count": "1",
    "north": "33.4",
    "quantity": "1",
    "price": "1",
}


@pytest.mark.parametrize(
    ("field", "text", "english", "chinese"),
    [
        ("title", "", "This is needed.", "此项必填。"),
        ("title", "abcde", "This text is longer than 4 characters.", "这段文字超过 4 个字。"),
        ("title", "a", "This text is shorter than 2 characters.", "这段文字不到 2 个字。"),
        ("title", "a\0b", "This text has characters that nobody can read.", "这段文字里有无法显示的字符。"),
        ("kind", "nothing", "This cannot be chosen here.", "这里没有这个选项。"),
        ("kinds", "nothing", "This cannot be chosen here.", "这里没有这个选项。"),
        ("mail", "me", "This is not an e-mail address.", "电子邮箱无效。"),
        ("day", "soon", "Enter a day such as 2026-09-30.", "请填写日期，例如 2026-09-30。"),
        ("count", "1e1", "Enter a whole number such as 12.", "填写整数，例如 12。"),
        ("count", "0", "Enter 1 or more.", "请填写不小于 1 的数。"),
        ("count", "10", "Enter 9 or less.", "请填写不大于 9 的数。"),
        ("north", "1e1", "Enter degrees with a decimal point, such as 33.39791.",
         "填写带小数点的度数，例如 33.39791。"),
        ("quantity", "1e5", "Enter a number such as 12.50.", "填写数字，例如 12.50。"),
        ("quantity", "-5", "Enter a quantity above zero.", "填写大于零的数量。"),
        ("quantity", "1.2345", "This has too many decimals.", "小数位太多。"),
        ("quantity", "1" * 13, "This is more than can be recorded.", "超出可登记的范围。"),
        ("quantity", "1" * 10, "This is more than can be recorded.", "超出可登记的范围。"),
        ("price", "-5", "Enter a price above zero.", "填写大于零的价格。"),
        ("price", "1.234", "This has too many decimals.", "小数位太多。"),
        ("file", "", "Choose a file.", "请选择文件。"),
    ],
)  # fmt: skip
def test_every_field_is_refused_in_our_own_words(field: str, text: str, english: str, chinese: str) -> None:
    for language, sentence in (("en", english), ("zh-hans", chinese)):
        with translation.override(language):
            form = EveryForm({**GOOD, field: text})
            assert form.errors[field] == [sentence]


def test_a_field_keeps_the_sentences_that_were_written_for_it() -> None:
    class TermsForm(ActForm):
        agreed = forms.BooleanField(error_messages={"required": "Tick the box."})

    assert TermsForm({}).errors == {"agreed": ["Tick the box."]}


def test_a_filter_that_is_not_offered_is_refused_without_repeating_it() -> None:
    class KindFilter(FilterForm):
        kind = forms.ChoiceField(choices=[("", "All")], required=False)

    form = KindFilter({"kind": "nothing"})
    assert form.given() == {}
    assert form.errors == {"kind": ["This cannot be chosen here."]}
