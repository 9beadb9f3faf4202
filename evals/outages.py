"""Load while a service is gone: what clients see before, meanwhile and afterwards, and what is kept of it."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assistant.answer import AskRequest
from evals.load import ANSWERED, Load, Sample, different, digest, errors

IN_FLIGHT = 0.5  # seconds: what was sent this shortly after a kill may have been on its way to the dead process
RECOVERED = 7.0  # seconds after which everything must be as before: longer than any retry waits


@dataclass(frozen=True)
class Outage:
    """``spares``: whether clients should notice nothing at all; ``refuses``: whether a clear 503 is all they may see."""

    name: str
    hurt: Callable[[], object]
    heal: Callable[[], object]
    spares: bool = False
    refuses: bool = False


@dataclass
class Seen:
    """What clients saw around one outage; times as in Sample."""

    outage: Outage
    samples: list[Sample] = field(default_factory=list)
    hurt_at: float = 0.0
    healed_at: float = 0.0

    def phases(self) -> dict[str, list[Sample]]:
        before = [one for one in self.samples if one.ended < self.hurt_at]
        after = [one for one in self.samples if one.began >= self.healed_at + RECOVERED]
        others = [one for one in self.samples if one not in before and one not in after]
        return {"before": before, "without it": others, "after": after}

    def broken(self) -> list[str]:
        """The promises to clients that were not kept."""
        name, phases = self.outage.name, self.phases()
        told = [f"{name}: no questions {phase}" for phase, samples in phases.items() if not samples]
        for phase in ("before", "after"):
            told += [f"{name}: {count} × {kind} {phase}" for kind, count in errors(phases[phase]).items()]
        for sample in phases["without it"]:
            if sample.outcome == ANSWERED or (self.outage.refuses and sample.outcome in ("503", "error event 503")):
                continue
            if self.outage.spares or self.outage.refuses or sample.began > self.hurt_at + IN_FLIGHT:
                told.append(f"{name}: {sample.outcome} {sample.began - self.hurt_at:.1f} s after it was lost")
        return told


async def lived_through(url: str, outage: Outage, *, users: int, pause: float, seconds: float) -> Seen:
    """Load at ``url`` while the outage comes and goes: a third of ``seconds`` before it, in it, after it."""
    seen = Seen(outage)
    load = Load(url, users, pause, seed=outage.name, samples=seen.samples)
    # Started again, a service takes a while; the load goes on until there was a third without the outage.
    ends = asyncio.Event()
    asking = asyncio.create_task(load.run(ends))
    await asyncio.sleep(seconds / 3)
    seen.hurt_at = time.monotonic()
    await asyncio.to_thread(outage.hurt)
    await asyncio.sleep(seconds / 3)
    await asyncio.to_thread(outage.heal)
    seen.healed_at = time.monotonic()
    await asyncio.sleep(RECOVERED + seconds / 3)
    ends.set()
    await asking
    return seen


@dataclass(frozen=True)
class Kept:
    """What PostgreSQL holds afterwards of what clients were told.

    Promises: every question that was acknowledged is there as it was asked, every answer that was given is there as it
    was given, no question has two answers, and none was asked oftener than a client sent it.
    """

    acknowledged: int
    lost: int
    altered: int
    unfinished: int
    repeated: int
    two_answers: int

    def broken(self) -> list[str]:
        promises = {
            "acknowledged questions are not there": self.lost,
            "answers are kept otherwise than they were given": self.altered,
            "more questions are kept than were sent": self.repeated,
            "questions had two answers": self.two_answers,
        }
        return [f"{count} {told}" for told, count in promises.items() if count]


def kept(database_url: str, samples: Sequence[Sample]) -> Kept:
    """Compares what clients were told with what the database holds."""
    import psycopg

    with psycopg.connect(database_url, connect_timeout=10) as connection:
        rows = connection.execute("SELECT id, question, answer FROM turns WHERE channel = 'api'").fetchall()
    questions = {turn_id: question for turn_id, question, _ in rows}
    answers = {turn_id: digest(json.loads(answer)) for turn_id, _, answer in rows if answer}
    told = [sample for sample in samples if sample.turn_id]
    sent = [AskRequest(question=sample.ask.question).question for sample in samples]
    return Kept(
        acknowledged=len(told),
        lost=sum(questions.get(one.turn_id) != asked for one, asked in zip(samples, sent, strict=True) if one.turn_id),
        altered=sum(answers.get(one.turn_id) != one.digest for one in told if one.digest),
        unfinished=len(rows) - len(answers),
        repeated=(Counter(questions.values()) - Counter(sent)).total(),
        two_answers=len(different(samples)),
    )
