"""Addresses of packing, shipping, completion, disputes and agreements."""

from django.urls import URLPattern, path

from terrace.market.views import sales

urlpatterns: list[URLPattern] = [
    path("sell/", sales.sell, name="sell"),
    path("sell/orders/", sales.sales, name="sales"),
    path("sell/orders/<str:number>/", sales.sale, name="sale"),
]
