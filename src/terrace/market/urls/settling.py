"""Addresses of packing, shipping, completion, disputes and agreements."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
