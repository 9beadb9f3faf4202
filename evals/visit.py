"""One visit to the web page as a browser makes it: the page, its queue, a question, the answer."""

import json
import re
import secrets

import httpx

from evals.load import ANSWERED, LIMIT

QUESTION = "主营业务收入8000万能拿多少奖励"
EXPECTED = "15万元"
_CONFIG = re.compile(r"gradio_config\s*=\s*(\{.*?\});</script>", re.DOTALL)
_EVENTS = 1000  # of one answer, at most


def visited(url: str, *, cookies: bool = True) -> str:
    """``answered``, or what went wrong. Joining the queue and listening to it are two requests: where they reach two
    processes there is no answer."""
    with httpx.Client(base_url=url, timeout=LIMIT, trust_env=False) as client:
        try:
            page = client.get("/")
            if not (found := _CONFIG.search(page.text)):
                return f"page {page.status_code}"
            if not cookies:
                client.cookies.clear()
            ask = next(one["id"] for one in json.loads(found[1])["dependencies"] if one["api_name"] == "ask")
            session = secrets.token_hex(6)
            body = {"data": [QUESTION, ""], "fn_index": ask, "session_hash": session, "event_data": None}
            joined = client.post("/gradio_api/queue/join", json=body)
            if joined.status_code != 200:
                return f"join {joined.status_code}"
            return _heard(client, session)
        except httpx.HTTPError as error:
            return type(error).__name__


def _heard(client: httpx.Client, session: str) -> str:
    told = ""
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
        if stream.status_code != 200:
            return f"data {stream.status_code}"
        for _, line in zip(range(_EVENTS), stream.iter_lines(), strict=False):
            if line.startswith("data: "):
                message = json.loads(line.removeprefix("data: "))
                told += line
                if message["msg"] in ("process_completed", "close_stream", "unexpected_error"):
                    break
    return ANSWERED if EXPECTED in told else "no answer in the stream"
