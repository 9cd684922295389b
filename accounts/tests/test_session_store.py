from __future__ import annotations

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import OperationalError

from accounts.session_store import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> SessionStore:
    store = SessionStore()
    store.create()
    return store


def test_a_database_that_is_away_is_no_lost_session(store, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(Session, "save", away)

    with pytest.raises(OperationalError):
        store.save()


def test_a_session_that_was_deleted_meanwhile_is_told_as_before(store):
    Session.objects.all().delete()

    with pytest.raises(UpdateError):
        store.save()
