"""The public addresses of codes: those written otherwise lead to the right one, and one of goods alone asks the lot."""

from urllib.parse import quote

from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect

from terrace.catalog import queries as catalog
from terrace.catalog.domain import whole_gtin
from terrace.http import pages
from terrace.http.access import public
from terrace.http.request import Request
from terrace.kernel.words import _, in_language
from terrace.traceability.domain import code_path, link_path, number_on_label
from terrace.traceability.forms import CodeForm


@public
def code(request: Request, gtin: str) -> HttpResponse:
    """Show which goods a code without a lot names, and ask for the lot on the label: its page is about those goods."""
    if is_written_otherwise(request, gtin):
        return lead_to(request, code_path(whole_gtin(gtin)))
    product = catalog.find_by_gtin(gtin)
    if product is None:
        return unknown(request, gtin)
    form = CodeForm(request.GET or None)
    if form.is_bound and form.is_valid():
        return redirect(link_path(gtin, quote(number_on_label(form.cleaned_data["lot"]), safe="")))
    context = {"title": in_language(product.names), "gtin": gtin, "form": form}
    return unlisted(pages.render(request, "traceability/code.html", context))


def is_written_otherwise(request: Request, gtin: str) -> bool:
    """Say whether an address ends with a slash or has a GTIN of 8, 12 or 13 digits: a GS1 Digital Link does neither."""
    return bool(whole_gtin(gtin)) and (request.path.endswith("/") or len(gtin) < len(whole_gtin(gtin)))


def lead_to(request: Request, path: str) -> HttpResponse:
    """Lead to the same code at its right address, with what was asked of it."""
    asked = request.META["QUERY_STRING"]
    return HttpResponsePermanentRedirect(f"{path}?{asked}" if asked else path)


def unknown(request: Request, said: str) -> HttpResponse:
    """Say kindly that there is nothing with this code."""
    context = {"title": _("This code is not known"), "number": said[:40]}
    return unlisted(pages.render(request, "traceability/unknown.html", context, status=404))


def unlisted(response: HttpResponse) -> HttpResponse:
    """Keep the page out of search engines: it is for who holds the goods, and a household may change its mind."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
