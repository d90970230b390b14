"""Chinese is complete, and no word is out of a translation's reach."""

import pytest
from babel.messages.catalog import Catalog

from tools import messages


def test_chinese_is_complete_and_up_to_date() -> None:
    assert [str(problem) for problem in messages.problems()] == []


def _ids(template: str) -> set[object]:
    readable = messages._as_python(template, messages.SOURCE / "web" / "templates" / "sample.html")
    return {message for _, message, _, _ in messages._messages(readable)}


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ('{% translate "Save" %}', {"Save"}),
        ('    <p>\n  {% translate "Save" as save %}\n</p>', {"Save"}),
        ('{% include "x.html" with label=_("Price") %}', {"Price"}),
        ("{% blocktranslate trimmed %}\n  One\n  two\n{% endblocktranslate %}", {"One two"}),
        (
            "{% blocktranslate count n=rows %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}",
            {("%(n)s row", "%(n)s rows")},
        ),
        ("{% comment %}{% translate 'Hidden' %}{% endcomment %}", set()),
    ],
)
def test_finds_the_texts_of_a_template(template: str, found: set[object]) -> None:
    assert _ids(template) == found


def test_finds_a_context_and_both_forms_in_python() -> None:
    source = '_("Save")\nplural("%(n)s row", "%(n)s rows", "n")\nin_context("a month", "May")\n'
    assert [(message, context) for _, message, _, context in messages._messages(source)] == [
        ("Save", None),
        (("%(n)s row", "%(n)s rows"), None),
        ("May", "a month"),
    ]


@pytest.mark.parametrize(
    "template",
    [
        "<p>Hello there</p>",
        '<img alt="An apple">',
        '<a href="{{ url }}">Back</a>',
        '{% include "x.html" with title="Nothing here" %}',
        '{{ name|default:"Not said" }}',
        "{% if a %}yes{% endif %}",
    ],
)
def test_sees_bare_words(template: str) -> None:
    assert list(messages.bare_words(template))


@pytest.mark.parametrize(
    "template",
    [
        '<p class="quiet big">{% translate "Hello there" %} · {{ name }} 5 %</p>',
        "{% blocktranslate %}Hello there{% endblocktranslate %}",
        '{% include "components/empty.html" with title=_("Nothing here") illustration="no-results" only %}',
        "{% block body_class %}phone{% endblock body_class %}",
        "{# a remark #}{% comment %}a remark{% endcomment %}",
        '<{% if url %}a href="{{ url }}"{% else %}button{% endif %} class="btn">{{ text }}',
        '<option value="en">English</option>',
    ],
)
def test_lets_pass_what_is_translated_or_not_said(template: str) -> None:
    assert list(messages.bare_words(template)) == []


def test_sees_a_label_that_is_a_plain_string() -> None:
    source = 'name = forms.CharField(label="Name", help_text=_("As in the register"))'
    assert list(messages.bare_arguments(source)) == [(1, "Name")]


@pytest.mark.parametrize(
    ("english", "chinese", "is_wrong"),
    [
        ("%(name)s sells", "%(name)s出售", False),
        ("%(name)s sells", "%(nam)s出售", True),
        ("{count} rows", "行", True),
        (("%(n)s row", "%(n)s rows"), ("%(n)s行",), False),
        (("one row", "%(n)s rows"), ("%(n)s行",), False),
        ("Save", "", False),
    ],
)
def test_sees_placeholders_that_differ(english: str | tuple[str, str], chinese: str, is_wrong: bool) -> None:
    catalog = Catalog("zh_Hans")
    catalog.add(english, chinese, locations=[("a.py", 0)])
    assert bool(list(messages.garbled(catalog))) is is_wrong


@pytest.mark.parametrize(("chinese", "count"), [("保存", 0), ("", 1)])
def test_sees_what_has_no_chinese(chinese: str, count: int) -> None:
    catalog = Catalog("zh_Hans")
    catalog.add("Save", chinese, locations=[("a.py", 0)])
    assert len(list(messages.missing(catalog))) == count


def test_a_new_text_never_takes_the_translation_of_one_that_looks_like_it(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(messages, "PO", tmp_path / "django.po")
    old, new = Catalog("zh_Hans"), Catalog("zh_Hans")
    old.add("Save the notice", "保存信息", locations=[("a.py", 0)])
    new.add("Save this notice", locations=[("a.py", 0)])
    messages.PO.write_text(messages.written(old), encoding="utf-8")
    monkeypatch.setattr(messages, "collected", lambda: new)

    assert [message.string for message in messages.updated() if message.id] == [None]
    assert not new.get("Save this notice").fuzzy


def test_the_file_is_the_same_when_nothing_changed(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(messages, "PO", tmp_path / "django.po")
    messages.update()
    before = messages.PO.read_text(encoding="utf-8")
    messages.update()
    assert messages.PO.read_text(encoding="utf-8") == before
    assert list(messages.out_of_date(messages.updated())) == []
