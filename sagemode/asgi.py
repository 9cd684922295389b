"""The web process: HTTP through Django, WebSockets through the live consumers."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sagemode.settings")
http = get_asgi_application()

from sessions_app.live.routing import websockets  # noqa: E402  (models can be imported only now)

application = ProtocolTypeRouter({"http": http, "websocket": websockets})
