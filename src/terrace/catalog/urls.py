"""Addresses of the catalogue's pages."""

from django.urls import path

from terrace.catalog.views import products, shelves

app_name = "catalog"
urlpatterns = [
    path("", shelves.products, name="products"),
    path("new/", products.add, name="product_new"),
    path("<slug:code>/", products.product, name="product"),
    path("<slug:code>/change/", products.change, name="product_change"),
    path("<slug:code>/retire/", products.retire, name="product_retire"),
    path("<slug:code>/restore/", products.restore, name="product_restore"),
    path("<slug:code>/varieties/new/", products.add_variety, name="variety_new"),
    path("<slug:code>/varieties/<slug:variety>/retire/", products.use_variety, {"is_active": False}, "variety_retire"),
    path("<slug:code>/varieties/<slug:variety>/restore/", products.use_variety, {"is_active": True}, "variety_restore"),
    path("<slug:code>/packs/new/", products.add_pack, name="pack_new"),
    path("<slug:code>/packs/<slug:pack>/gtin/", products.number_pack, name="pack_gtin"),
    path("<slug:code>/packs/<slug:pack>/retire/", products.use_pack, {"is_active": False}, "pack_retire"),
    path("<slug:code>/packs/<slug:pack>/restore/", products.use_pack, {"is_active": True}, "pack_restore"),
]
