"""Addresses of the public market and of a seller's offers."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
