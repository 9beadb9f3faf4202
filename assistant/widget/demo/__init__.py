"""A site of somebody else's that shows the widget: another origin, strict content policy, unfriendly styles."""

from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

_HERE = Path(__file__).parent
_TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8"}


def server(assistant: str, port: int) -> ThreadingHTTPServer:
    """The demo site on 127.0.0.1, its pages showing the widget of the server at ``assistant`` (an origin).

    Raises OSError when the port cannot be had.
    """
    return ThreadingHTTPServer(("127.0.0.1", port), partial(_Site, assistant))


class _Site(BaseHTTPRequestHandler):
    def __init__(self, assistant: str, *arguments: object) -> None:
        self.assistant = assistant
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        path = _files().get(urlsplit(self.path).path)
        if path is None:
            self.send_error(404)
            return
        body = Template(path.read_text(encoding="utf-8")).substitute(assistant=self.assistant).encode()
        self.send_response(200)
        self.send_header("Content-Type", _TYPES[path.suffix])
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", self._content_policy())
        self.end_headers()
        self.wfile.write(body)

    def _content_policy(self) -> str:
        return (
            f"default-src 'none'; script-src {self.assistant}; connect-src {self.assistant}; style-src 'self'; "
            "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def _files() -> dict[str, Path]:
    """What is served, by its path; nothing else in the folder is."""
    named = {f"/{path.name}": path for path in _HERE.iterdir() if path.suffix in _TYPES}
    return {"/": _HERE / "index.html", **named}
