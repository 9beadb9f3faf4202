"""The scripts of the plain pages, under ``/ui/``; only files that are there, by their names."""

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response

from assistant.pages.document import STATIC
from assistant.problems import not_found


def routes() -> APIRouter:
    router = APIRouter(include_in_schema=False)
    files = {path.name: path for path in STATIC.iterdir() if path.suffix in (".js", ".css")}

    @router.get("/ui/{name}")
    def asset(name: str) -> Response:
        if name not in files:
            raise not_found()
        return FileResponse(files[name], headers={"Cache-Control": "no-cache"})  # asked again, answered by its ETag

    return router
