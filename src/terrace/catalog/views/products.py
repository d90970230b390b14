"""One product: what the catalogue says of it, and the acts on it."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terrace.audit import queries as audit
from terrace.catalog import queries, services
from terrace.catalog.domain import MONTHS, Category, Permission, Season
from terrace.catalog.forms import GtinForm, PackForm, ProductForm, VarietyForm, initial_of, seen_version
from terrace.catalog.models import Product
from terrace.catalog.queries import season_text
from terrace.catalog.views.words import other_names
from terrace.http import pages
from terrace.http.access import needs, signed_in
from terrace.http.confirming import Question, confirm_version
from terrace.http.forms import ActForm
from terrace.http.request import Request
from terrace.http.written import number
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Text, _, in_language

page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@signed_in
def product(request: Request, code: str) -> HttpResponse:
    """Show what the catalogue says of a product."""
    found = queries.product_for(request.actor, code)
    may_manage = queries.may_manage(request.actor)
    context = {
        "title": in_language(found.names),
        "lead": other_names(found.names),
        "product": found,
        "facts": _facts(found),
        "seasons": _seasons(found),
        "varieties": queries.all_varieties_of(found.pk) if may_manage else queries.varieties_of(found.pk),
        "packs": _packs(found, may_manage=may_manage),
        "may_manage": may_manage,
        "primary": _action("product_change", found, _("Change"), "edit") if may_manage else None,
        "actions": [_action("product_retire", found, _("Retire"), "x")] if may_manage and found.is_active else [],
        "history": audit.history_of(found) if may_manage else [],
    }
    return pages.render(request, "catalog/product.html", context)


@page
@needs(Permission.MANAGE)
def add(request: Request) -> HttpResponse:
    """Add a product."""
    form = ProductForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            added = services.add_product(by=request.actor, code=form.values["code"], terms=form.terms())
            return redirect("catalog:product", added.code)
    context = {
        "title": _("Add a product"),
        "form": form,
        "submit_label": _("Add the product"),
        "cancel_url": reverse("catalog:products"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@page
@needs(Permission.MANAGE)
def change(request: Request, code: str) -> HttpResponse:
    """Change what the catalogue says of a product."""
    found = queries.product_for(request.actor, code)
    form = ProductForm(pages.sent(request), initial=initial_of(found), product=found)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.change_product(by=request.actor, product=found, version=form.version, terms=form.terms())
            return redirect("catalog:product", code)
    context = {
        "title": _("Change %(product)s") % {"product": in_language(found.names)},
        "form": form,
        "cancel_url": _url("product", found),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@page
@needs(Permission.MANAGE)
def retire(request: Request, code: str) -> HttpResponse:
    """Ask once, then take the product out of trade."""
    found = queries.product_for(request.actor, code)
    question = Question(
        title=_("Retire %(product)s?") % {"product": in_language(found.names)},
        text=_("Nobody can record new supply or demand of it. What was recorded stays. You can restore it later."),
        submit_label=_("Retire"),
        cancel_url=_url("product", found),
    )
    return confirm_version(request, found, question, partial(services.retire_product, by=request.actor, product=found))


@require_POST
@needs(Permission.MANAGE)
def restore(request: Request, code: str) -> HttpResponse:
    """Bring the product back into trade."""
    found = queries.product_for(request.actor, code)
    services.restore_product(by=request.actor, product=found, version=seen_version(request.POST))
    return redirect("catalog:product", code)


@page
@needs(Permission.MANAGE)
def add_variety(request: Request, code: str) -> HttpResponse:
    """Add a variety of the product."""
    found = queries.product_for(request.actor, code)
    form = VarietyForm(pages.sent(request))

    def add() -> object:
        given = {"code": form.values["code"], "names": form.names(), "season": form.season()}
        return services.add_variety(by=request.actor, product=found, **given)

    return _add_part(request, found, form, _("Add a variety"), add)


@page
@needs(Permission.MANAGE)
def add_pack(request: Request, code: str) -> HttpResponse:
    """Add a pack of the product."""
    found = queries.product_for(request.actor, code)
    form = PackForm(pages.sent(request), unit=Unit(found.unit))

    def add() -> object:
        given = {"code": form.values["code"], "names": form.names(), "content": form.content_of()}
        return services.add_pack(by=request.actor, product=found, gtin=form.values["gtin"], **given)

    return _add_part(request, found, form, _("Add a pack"), add)


@page
@needs(Permission.MANAGE)
def number_pack(request: Request, code: str, pack: str) -> HttpResponse:
    """Give a pack its GTIN."""
    found = queries.product_for(request.actor, code)
    part = queries.get_pack(found.pk, pack)
    form = GtinForm(pages.sent(request), initial={"version": found.version, "gtin": part.gtin})

    def number() -> object:
        return services.number_pack(by=request.actor, pack=part, **form.values)

    title = _("GTIN of %(pack)s") % {"pack": in_language(part.names)}
    return _add_part(request, found, form, title, number, submit_label=_("Save"))


@require_POST
@needs(Permission.MANAGE)
def use_variety(request: Request, code: str, variety: str, is_active: bool) -> HttpResponse:
    """Take a variety out of trade, or bring it back."""
    found = queries.product_for(request.actor, code)
    part = queries.get_variety(found.pk, variety)
    services.set_variety_in_use(by=request.actor, variety=part, version=seen_version(request.POST), is_active=is_active)
    return redirect("catalog:product", code)


@require_POST
@needs(Permission.MANAGE)
def use_pack(request: Request, code: str, pack: str, is_active: bool) -> HttpResponse:
    """Take a pack out of use, or bring it back."""
    found = queries.product_for(request.actor, code)
    part = queries.get_pack(found.pk, pack)
    services.set_pack_in_use(by=request.actor, pack=part, version=seen_version(request.POST), is_active=is_active)
    return redirect("catalog:product", code)


def _add_part(
    request: Request, found: Product, form: ActForm, title: Text, add: Callable[[], object], submit_label: Text = ""
) -> HttpResponse:
    """Ask for a part of the product; add it and go back to the product when the form was sent."""
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            add()
            return redirect("catalog:product", found.code)
    context = {
        "title": title,
        "lead": in_language(found.names),
        "form": form,
        "submit_label": submit_label or title,
        "cancel_url": _url("product", found),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


def _facts(found: Product) -> list[tuple[Text, str, Any]]:
    """What is known of the product, as (label, kind, value) for the template to write in the reader's manner."""
    kept = found.keeping
    degrees = "" if kept.min_celsius is None else f"{kept.min_celsius} – {kept.max_celsius} °C"
    return [
        (_("Category"), "text", Category(found.category).label),
        (_("Unit of trade"), "text", Unit(found.unit).label),
        (_("Storage"), "text", kept.storage.label),
        (_("Temperature"), "text", degrees),
        (_("Keeps for"), "text", _("%(days)s days") % {"days": kept.days}),
        (_("Moisture"), "text", _moisture(found)),
        (_("Origin"), "names", found.origin_note),
        (_("HS code"), "text", found.hs_code),
        (_("GTIN"), "text", found.gtin or _("none; labels bear %(number)s") % {"number": found.number}),
        (_("Code"), "text", found.code),
    ]


def _moisture(found: Product) -> Text:
    """Say what moisture means for the price, and which one prices are quoted at."""
    if found.standard_moisture is None:
        return _("decides the price") if found.moisture_matters else ""
    return _("prices are quoted at %(percent)s %%") % {"percent": number(Decimal(found.standard_moisture).scaleb(-1))}


def _seasons(found: Product) -> list[dict[str, Any]]:
    """The product's season, and each variety's that has its own."""
    own = [(v.names, v.season) for v in queries.varieties_of(found.pk) if v.season]
    return [_strip(found.names, found.season), *(_strip(names, season) for names, season in own if season)]


def _strip(names: Any, season: Season) -> dict[str, Any]:
    months = [(month, month in season.months) for month in MONTHS]
    return {"names": names, "months": months, "text": season_text(season)}


def _packs(found: Product, *, may_manage: bool) -> list[tuple[Any, Quantity]]:
    packs = queries.all_packs_of(found.pk) if may_manage else queries.packs_of(found.pk)
    return [(pack, Quantity(pack.content, Unit(found.unit))) for pack in packs]


def _action(page: str, found: Product, label: Text, icon: str) -> dict[str, Any]:
    return {"url": _url(page, found), "label": label, "icon": icon}


def _url(page: str, found: Product) -> str:
    return reverse(f"catalog:{page}", args=[found.code])
