"""Addresses of the messaging pages."""

from django.urls import URLPattern

app_name = "messaging"
urlpatterns: list[URLPattern] = []
