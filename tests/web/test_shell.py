"""What is drawn once for many readers: never in another's language, nor with another's places."""

from django.utils.translation import override

from terrace.kernel.words import _
from terrace.web.navigation import Entry
from terrace.web.templatetags.choices import options
from terrace.web.templatetags.shell import navigation_bar


def _entry(url: str, *, active: bool = False) -> Entry:
    return Entry(_("Supply"), url, "basket", active)


def test_the_navigation_is_drawn_in_each_readers_own_language() -> None:
    drawn = {}
    for language in ("en", "zh-hans", "en"):
        with override(language):
            drawn[language] = navigation_bar([_entry("/supply/")])
    assert "Supply" in drawn["en"]
    assert "供应" in drawn["zh-hans"]
    assert "Supply" not in drawn["zh-hans"]


def test_the_navigation_marks_the_page_one_is_on_and_no_other() -> None:
    here, there = _entry("/here/", active=True), _entry("/there/")
    assert navigation_bar([here, there]).count('aria-current="page"') == 1
    assert 'aria-current="page"' not in navigation_bar([_entry("/here/"), there])


def test_an_option_shows_what_people_typed_as_text_and_never_as_markup() -> None:
    found = [("a<b", [{"value": '"x"', "label": "<i>pear</i>", "attrs": {"selected": True, "disabled": False}}], 0)]
    assert options(found) == (
        '<optgroup label="a&lt;b"><option value="&quot;x&quot;" selected>&lt;i&gt;pear&lt;/i&gt;</option></optgroup>'
    )
