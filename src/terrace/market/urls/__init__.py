"""Addresses of the market: each part names its own, here they are one list."""

from django.urls import URLPattern

from terrace.market.urls import buying, offers, settling

app_name = "market"

urlpatterns: list[URLPattern] = [*offers.urlpatterns, *buying.urlpatterns, *settling.urlpatterns]
