"""Pages of a list: every row on one page, none on two."""

from hypothesis import given
from hypothesis import strategies as st

from terrace.kernel.paging import REACH, SIZES, Page

TOTAL = st.integers(0, 5000)
SIZE = st.sampled_from(SIZES)


@given(TOTAL, SIZE)
def test_the_pages_hold_every_row_once(total: int, size: int) -> None:
    first = Page.of(total=total, size=size)
    pages = [Page.of(total=total, number=n, size=size) for n in range(1, first.pages + 1)]
    assert [row for page in pages for row in range(page.start, page.stop)] == list(range(total))


@given(TOTAL, st.integers(-10, 10**9), SIZE)
def test_a_page_that_does_not_exist_is_the_nearest_that_does(total: int, number: int, size: int) -> None:
    page = Page.of(total=total, number=number, size=size)
    assert 1 <= page.number <= page.pages
    assert page.start < total or total == 0
    assert page.number == min(max(1, number), page.pages)


@given(TOTAL, st.integers(1, 200), SIZE, st.integers(0, 4))
def test_the_window_lies_around_the_page(total: int, number: int, size: int, reach: int) -> None:
    page = Page.of(total=total, number=number, size=size)
    window = page.window(reach)
    assert page.number in window
    assert window == list(range(window[0], window[-1] + 1))
    assert window[0] >= 1
    assert window[-1] <= page.pages
    assert len(window) <= 2 * reach + 1


def test_rows_are_counted_as_people_count() -> None:
    assert (Page.of(total=60, number=3).first, Page.of(total=60, number=3).stop) == (51, 60)
    assert (Page.of(total=0).first, Page.of(total=0).stop, Page.of(total=0).pages) == (0, 0, 1)


@given(TOTAL, st.integers(1, 60), SIZE, st.integers(1, 500))
def test_a_list_that_is_not_counted_to_its_end_still_has_every_page(
    total: int, number: int, size: int, most: int
) -> None:
    asked: list[int] = []

    def count(bound: int) -> int:
        asked.append(bound)
        return min(total, bound)

    page, whole = (
        Page.counting(count, most=most, number=number, size=size),
        Page.of(total=total, number=number, size=size),
    )

    assert (page.number, page.start, page.stop) == (whole.number, whole.start, whole.stop)
    assert page.is_more == (page.total < total)
    assert set(page.window()) == set(whole.window())
    assert asked == [max(most, (number + REACH) * size) + 1]
