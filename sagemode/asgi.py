"""The web process: HTTP through Django, WebSockets through the live consumers."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sagemode.settings")

from django.conf import settings

from sagemode import pulse

# Here alone: every request has a thread of its own, and a pool shared over a fork would be one backend used twice.
settings.DATABASES["default"]["POOL_SIZE"] = settings.DATABASE_POOL_SIZE + settings.DATABASE_MAX_OVERFLOW
http = get_asgi_application()

from sessions_app.live.routing import websockets  # noqa: E402  (models can be imported only now)

application = ProtocolTypeRouter({"http": http, "websocket": websockets})

if pulse.is_watched():  # by our supervisor, which starts daphne: its loop gives the signs of life
    from twisted.internet import reactor, task

    reactor.callWhenRunning(task.LoopingCall(pulse.beat).start, 1.0)
