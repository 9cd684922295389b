"""Redis as a cache that may fail: a lost answer is a miss, a lost write is forgotten, and nobody waits for long."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
AWAY_SECONDS = 5.0  # after an error nobody asks: a page with ten look-ups waits once, not ten times
_asks_again_at = 0.0


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache, with every error of Redis swallowed: what is in it may be lost at any time."""

    def reachable(self) -> bool:
        """Say whether Redis answers now."""
        global _asks_again_at
        try:
            answers = bool(self._cache.get_client(None, write=True).ping())
        except (RedisError, OSError):
            return False
        _asks_again_at = 0.0
        return answers

    def add(self, key: str, value: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try("add", True, key, value, *args, **kwargs)

    def get(self, key: str, default: Any = None, *args: Any, **kwargs: Any) -> Any:
        return self._try("get", default, key, default, *args, **kwargs)

    def set(self, key: str, value: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try("set", None, key, value, *args, **kwargs)

    def touch(self, key: str, *args: Any, **kwargs: Any) -> Any:
        return self._try("touch", False, key, *args, **kwargs)

    def delete(self, key: str, *args: Any, **kwargs: Any) -> Any:
        return self._try("delete", False, key, *args, **kwargs)

    def get_many(self, keys: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try("get_many", {}, keys, *args, **kwargs)

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try("set_many", list(data), data, *args, **kwargs)

    def delete_many(self, keys: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try("delete_many", None, keys, *args, **kwargs)

    def has_key(self, key: str, *args: Any, **kwargs: Any) -> Any:
        return self._try("has_key", False, key, *args, **kwargs)

    def incr(self, key: str, *args: Any, **kwargs: Any) -> Any:
        return self._try("incr", 0, key, *args, **kwargs)

    def clear(self) -> Any:
        return self._try("clear", False)

    def _try(self, method: str, lost: Any, *args: Any, **kwargs: Any) -> Any:
        global _asks_again_at
        if time.monotonic() < _asks_again_at:
            return lost
        try:
            return getattr(super(), method)(*args, **kwargs)
        except (RedisError, OSError) as error:
            _asks_again_at = time.monotonic() + AWAY_SECONDS
            log.warning("Redis did not answer to %s: %s", method, type(error).__name__)
            return lost
