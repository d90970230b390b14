"""A whole page in answer to a script that asked for a part of one: the browser goes there itself.

HTMX follows a redirect unseen and puts whatever comes back into the page: the
sign-in page into a list, a page of an error below a search. So such an answer
is told in headers that HTMX obeys.
"""

from http import HTTPStatus

from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

from terrace.http.request import Request

BEGINNING = b"<!doctype html"
READS = frozenset({"GET", "HEAD"})


def led_out(request: Request, response: HttpResponseBase) -> HttpResponseBase:
    """Return the answer as it suits who asked: to HTMX never a whole page for a part of one, nor a redirect to one.

    What was asked for is opened anew as a page and says there what it has to say;
    what was sent is not sent twice, its page takes the place of the one it came
    from. A fault of ours stays as it is: the script says so and offers to try again.
    """
    if not request.htmx or response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return response
    if response.has_header("Location"):
        response.status_code = HTTPStatus.OK
        response["HX-Redirect"] = response["Location"]
        del response["Location"]
        patch_vary_headers(response, ["HX-Request"])
    elif _is_whole_page(response):
        _open_as_page(request, response)
    return response


def _is_whole_page(response: HttpResponseBase) -> bool:
    return isinstance(response, HttpResponse) and response.content[:100].lstrip().lower().startswith(BEGINNING)


def _open_as_page(request: Request, response: HttpResponseBase) -> None:
    patch_vary_headers(response, ["HX-Request"])
    if request.method in READS and isinstance(response, HttpResponse):
        response.content = b""
        response["HX-Redirect"] = request.get_full_path()
        return
    response["HX-Retarget"] = "body"
    response["HX-Reswap"] = "innerHTML"
    response["HX-Push-Url"] = "false"
