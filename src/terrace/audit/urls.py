"""Addresses of the audit pages."""

from django.urls import path

from terrace.audit import views

app_name = "audit"
urlpatterns = [path("", views.acts, name="acts")]
