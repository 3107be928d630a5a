"""The door of every web process: pages by HTTP, notifications by WebSocket."""

import os
import warnings

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Loads the apps; the consumers below need them.
pages = get_asgi_application()

from config.origins import OwnPagesOnly  # noqa: E402
from notifications.routing import websocket_urlpatterns  # noqa: E402

# WhiteNoise and downloads answer with plain iterators: Django reads such a file whole before it sends it, and says
# so each time. Ours are small; a large site lets its proxy serve /static/.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators", append=True)

application = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": OwnPagesOnly(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
    }
)
