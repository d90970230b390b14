"""Addresses of the messaging pages."""

from django.urls import path

from terrace.messaging import views

app_name = "messaging"
urlpatterns = [
    path("", views.notices, name="notices"),
    path("<int:notice_id>", views.open_notice, name="open"),
    path("read", views.read_all, name="read_all"),
]
