"""The gallery in a real browser: readable by everybody, no sideways scroll, quick with scripts and whole without."""

import pytest

from tests.browser.conftest import Arrive
from tests.browser.visitor import DESK, PHONE, Device


@pytest.mark.parametrize(("device", "theme"), [(PHONE, "dark"), (DESK, "light")], ids=["phone", "desk"])
def test_nothing_keeps_a_reader_out(arrive: Arrive, device: Device, theme: str) -> None:
    reader = arrive("", device, theme=theme).open("/gallery")
    reader.shoot_if_asked(f"gallery-{theme}")
    assert reader.barriers() == []


def test_the_page_never_scrolls_sideways(arrive: Arrive) -> None:
    reader = arrive("", PHONE)
    for width in (320, 360, 768, 1000, 1280):
        reader.page.set_viewport_size({"width": width, "height": 740})
        assert not reader.open("/gallery").is_too_wide(), width


def test_a_choice_in_the_filters_replaces_the_list_alone(arrive: Arrive) -> None:
    page = arrive("", DESK).open("/gallery").page
    page.evaluate("window.stayed = true")

    with page.expect_response(lambda response: "product=walnut" in response.url) as answer:
        page.select_option("#list select", "walnut")
    page.wait_for_url("**product=walnut**")

    assert answer.value.text().strip().startswith('<div class="list"')
    assert page.evaluate("window.stayed")
    assert page.locator("#list").count() == 1


def test_a_draft_comes_back_with_a_note_and_can_be_thrown_away(arrive: Arrive) -> None:
    page = arrive("", PHONE).open("/gallery").page
    form = page.locator("form[data-draft]")
    form.locator("[name=amount]").fill("800")

    page.reload()
    assert form.locator("[name=amount]").input_value() == "800"
    form.locator(".draft-note button").click()

    assert form.locator("[name=amount]").input_value() == ""
    page.reload()
    assert form.locator(".draft-note").count() == 0


def test_a_chart_is_drawn_and_its_table_folds_away(arrive: Arrive) -> None:
    page = arrive("", DESK).open("/gallery").page
    assert page.locator("[data-chart] canvas").count() == 2
    assert page.locator("[data-chart] table").first.is_hidden()


def test_without_scripts_the_figures_are_a_table_and_menus_open(arrive: Arrive) -> None:
    page = arrive("", PHONE, scripts=False).open("/gallery").page
    assert page.locator("[data-chart] table").first.is_visible()
    page.locator(".filter-toggle summary").click()
    assert page.locator(".filters button").is_visible()
