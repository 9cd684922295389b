"""Addresses of the sockets."""

from channels.routing import URLRouter

websockets = URLRouter([])
