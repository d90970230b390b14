"""Addresses of basket, checkout, payment and the buyer's orders."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
