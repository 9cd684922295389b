"""API routes of sessions."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
