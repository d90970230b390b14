"""The pages of a list: which one is asked for, and the ways to the others."""

from dataclasses import dataclass

from django.http import QueryDict

from terrace.http.request import Request
from terrace.kernel.paging import SIZES, Page


@dataclass(frozen=True, slots=True)
class PageLinks:
    """The pager: where you are and where you can go."""

    page: Page
    previous_url: str
    next_url: str
    window: list[tuple[int, str]]

    @property
    def number(self) -> int:
        """The page's number, from 1."""
        return self.page.number

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return self.page.pages

    @property
    def total(self) -> int:
        """How many rows the filters leave."""
        return self.page.total

    @property
    def first(self) -> int:
        """Number of the page's first row."""
        return self.page.first

    @property
    def last(self) -> int:
        """Number of the page's last row."""
        return self.page.stop


def asked_page(request: Request) -> tuple[int, int]:
    """Return the number of the page that is asked for, and how many rows it has."""
    return _number(request.GET.get("page")), _size(request.GET)


def links(request: Request, page: Page) -> PageLinks:
    """Return the ways from `page` to the others of its list, with the filters that the request names."""

    def url(number: int) -> str:
        return url_with(request, page=str(number)) if 1 <= number <= page.pages else ""

    return PageLinks(page, url(page.number - 1), url(page.number + 1), [(n, url(n)) for n in page.window()])


def url_with(request: Request, **changes: str | None) -> str:
    """Return the address of the request with other arguments; None takes one out."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"{request.path}?{query.urlencode()}"


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 1


def _size(query: QueryDict) -> int:
    wanted = _number(query.get("size"))
    return wanted if wanted in SIZES else SIZES[0]
