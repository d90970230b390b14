"""Addresses of the sourcing pages."""

from django.urls import URLPattern

app_name = "sourcing"
urlpatterns: list[URLPattern] = []
