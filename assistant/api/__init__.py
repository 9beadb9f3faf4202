"""The HTTP door: one module of routes for each kind of client, put together by ``create_app``.

Importing it loads no heavy package, so that the port answers while the rest is still loading.
"""

from assistant.api.app import create_app

__all__ = ["create_app"]
