"""People who ask at once: each asks, reads the answer for a while, and asks again; what came of every question.

Questions and whole conversations come from the question sets, a third of them by the event stream of ``/api/chat``.
"""

import asyncio
import contextlib
import hashlib
import json
import random
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from evals import sets

LIMIT = 100.0  # seconds a question may take; longer than the proxy waits
STREAMED = 1 / 3  # of the questions
COMPARED = ("status", "answer", "awards", "ineligible", "missing", "citations", "verified", "fallback")
ANSWERED = "answered"


@dataclass(frozen=True)
class Ask:
    """A question of a talk; ``key`` names it and all that was said before it."""

    key: str
    question: str
    as_of: str


Talk = Sequence[Ask]


@dataclass
class Sample:
    """What came of one question. ``began`` and ``ended``: time.monotonic(); ``turn_id`` once it is acknowledged."""

    ask: Ask
    began: float
    ended: float = 0.0
    outcome: str = ""
    turn_id: str = ""
    conversation_id: str = ""
    digest: str = ""

    @property
    def seconds(self) -> float:
        return self.ended - self.began


@dataclass
class Load:
    """``users`` people who ask at ``url``; what came of it is in ``samples``, in the order it ended."""

    url: str
    users: int
    pause: float
    seed: str = "1"
    samples: list[Sample] = field(default_factory=list)
    talks: Sequence[Talk] = field(default_factory=lambda: talks())

    async def run(self, ends: asyncio.Event) -> None:
        """Until ``ends`` is set; what was asked before is waited for."""
        limits = httpx.Limits(max_connections=self.users, max_keepalive_connections=self.users)
        async with httpx.AsyncClient(base_url=self.url, timeout=LIMIT, limits=limits, trust_env=False) as client:
            users = [random.Random(f"{self.seed} {number}") for number in range(self.users)]
            await asyncio.gather(*(self._user(client, chance, ends) for chance in users))

    async def _user(self, client: httpx.AsyncClient, chance: random.Random, ends: asyncio.Event) -> None:
        await _slept(chance.uniform(0, self.pause), ends)
        while not ends.is_set():
            conversation_id = ""
            for ask in chance.choice(self.talks):
                if ends.is_set():
                    return
                sample = await asked(client, ask, conversation_id, streamed=chance.random() < STREAMED)
                self.samples.append(sample)
                conversation_id = sample.conversation_id
                await _slept(chance.uniform(0.5, 1.5) * self.pause, ends)
                if sample.outcome != ANSWERED:
                    break


async def _slept(seconds: float, ends: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(ends.wait(), seconds)


def talks() -> list[Talk]:
    """Every question and conversation of the sets that is answered with 200."""
    return [
        [
            Ask(f"{name} {question.id} {at}", turn.ask, question.as_of.isoformat())
            for at, turn in enumerate(question.turns)
        ]
        for name in sets.names()
        for question in sets.load(name)
        if all(turn.expect.http == (200,) for turn in question.turns)
    ]


async def asked(client: httpx.AsyncClient, ask: Ask, conversation_id: str, *, streamed: bool) -> Sample:
    """Asks once, and never again by itself."""
    sample = Sample(ask, time.monotonic())
    body = {"question": ask.question, "as_of": ask.as_of, "conversation_id": conversation_id or None}
    try:
        sample.outcome = await (_stream(client, body, sample) if streamed else _whole(client, body, sample))
    except httpx.HTTPError as error:
        sample.outcome = type(error).__name__
    sample.ended = time.monotonic()
    return sample


async def _whole(client: httpx.AsyncClient, body: Mapping[str, Any], sample: Sample) -> str:
    response = await client.post("/api/ask", json=body)
    if response.status_code != 200:
        return _refused(response)
    return _noted(sample, response.json())


async def _stream(client: httpx.AsyncClient, body: Mapping[str, Any], sample: Sample) -> str:
    async with client.stream("POST", "/api/chat", json=body) as response:
        if response.status_code != 200:
            await response.aread()
            return _refused(response)
        event = ""
        async for line in response.aiter_lines():
            if line.startswith("event: "):
                event = line.removeprefix("event: ")
            elif line.startswith("data: ") and event in ("status", "done", "error"):
                told = json.loads(line.removeprefix("data: "))
                if event == "done":
                    return _noted(sample, told)
                if event == "error":
                    return f"error event {told.get('status')}"
                sample.turn_id, sample.conversation_id = told["turn_id"], told["conversation_id"]
    return "stream cut off"


def _noted(sample: Sample, answer: Mapping[str, Any]) -> str:
    sample.turn_id, sample.conversation_id = answer["turn_id"], answer["conversation_id"]
    sample.digest = digest(answer)
    return ANSWERED if answer["verified"] else "not verified"


def _refused(response: httpx.Response) -> str:
    """``503`` when the refusal is a problem that says what to do, and more words when it is not."""
    clear = (
        response.headers.get("content-type", "").startswith("application/problem+json") and "detail" in response.text
    )
    return str(response.status_code) if clear else f"{response.status_code} without a reason"


def digest(answer: Mapping[str, Any]) -> str:
    """Stands for all of an answer that must be the same whoever gives it and whenever."""
    parts = [answer[part] for part in COMPARED]
    # A figure refers to the tool call it came from, and each call has a number of its own.
    figures = [{**figure, "ref": ""} for figure in answer["figures"]]
    told = json.dumps([parts, figures], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def different(samples: Iterable[Sample]) -> list[str]:
    """The questions that had more than one answer."""
    found: dict[str, set[str]] = {}
    for sample in samples:
        if sample.digest:
            found.setdefault(sample.ask.key, set()).add(sample.digest)
    return sorted(key for key, digests in found.items() if len(digests) > 1)


def errors(samples: Iterable[Sample]) -> Counter[str]:
    return Counter(sample.outcome for sample in samples if sample.outcome != ANSWERED)
