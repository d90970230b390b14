"""Addresses of traceability."""

from django.urls import URLPattern

app_name = "traceability"

urlpatterns: list[URLPattern] = []
