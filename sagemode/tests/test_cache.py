"""A Redis that hangs or loses everything: nobody waits longer than a second, and nothing breaks."""

import os
import signal
import time

import psutil
import pytest
from django.core.cache import caches

import sagemode.cache


@pytest.fixture
def cache(settings, redis_server, monkeypatch):
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    monkeypatch.setattr(sagemode.cache, "_asks_again_at", 0.0)
    settings.CACHES = {
        "default": {
            "BACKEND": "sagemode.cache.ForgivingRedisCache",
            "LOCATION": redis_server,
            "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1, "retry": Retry(NoBackoff(), 0)},
        }
    }
    yield caches["default"]
    caches["default"].clear()


def server_behind(address: str) -> int:
    port = int(address.rpartition(":")[2].partition("/")[0])
    [pid] = {each.pid for each in psutil.net_connections() if each.laddr and each.laddr.port == port
             and each.status == psutil.CONN_LISTEN}  # fmt: skip
    return pid


def test_ten_look_ups_in_a_redis_that_hangs_take_one_second_together_and_it_is_used_again_afterwards(
    cache, redis_server, monkeypatch
):
    monkeypatch.setattr(sagemode.cache, "AWAY_SECONDS", 1.5)
    cache.set("name", "kept")
    server = server_behind(redis_server)
    os.kill(server, signal.SIGSTOP)
    try:
        began = time.monotonic()
        answers = [cache.get("name", "lost") for _ in range(10)]
        took = time.monotonic() - began
    finally:
        os.kill(server, signal.SIGCONT)
    time.sleep(max(0.0, sagemode.cache._asks_again_at - time.monotonic()))

    assert answers == ["lost"] * 10
    assert took < 3
    assert cache.get("name") == "kept"


def test_a_redis_that_forgot_everything_is_a_miss(cache):
    cache.set("name", "kept")

    cache._cache.get_client(None, write=True).flushall()

    assert cache.get("name", "lost") == "lost"
