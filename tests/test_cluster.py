"""Two applications behind nginx, with PostgreSQL, Redis and a Chroma server: what is lost when one of them is.

``python -m evals.cluster`` does the same under more load and for longer.
"""

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from evals import services
from evals.cluster import Cluster, running, unwell
from evals.load import ANSWERED
from evals.outages import Outage, kept, lived_through
from evals.visit import visited
from tests.serving import WAIT

lacking = services.missing("postgres", "redis", "nginx")
pytestmark = pytest.mark.skipif(bool(lacking), reason=f"not installed: {', '.join(lacking)}")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with services.folder() as folder, running(folder) as found:
        yield found


@pytest.mark.parametrize("cookies", [True, False])
def test_a_page_is_answered_by_the_process_that_took_its_question(cluster: Cluster, cookies: bool) -> None:
    assert [visited(cluster.nginx.url, cookies=cookies) for _ in range(6)] == [ANSWERED] * 6


def test_a_conversation_goes_on_in_whichever_process(cluster: Cluster) -> None:
    first, second = (httpx.Client(base_url=one.url, timeout=WAIT, trust_env=False) for one in cluster.applications)
    with first, second:
        begun = first.post(
            "/api/ask", json={"question": "我们公司去年主营业务收入8000万，能拿多少奖励？", "channel": "widget"}
        ).json()
        then = {"question": "那1.2亿呢？", "conversation_id": begun["conversation_id"], "channel": "widget"}
        told = [client.post("/api/ask", json=then).json()["awards"][0]["amount_yuan"] for client in (second, first)]
        asked = [
            len(client.get(f"/api/conversations/{begun['conversation_id']}").json()["turns"])
            for client in (first, second)
        ]
    assert told == [300_000, 300_000]
    assert asked == [3, 3]


def test_an_outage_loses_nothing_and_ends_by_itself(cluster: Cluster) -> None:
    killed, *others = cluster.outages()
    together = Outage(
        "all that applications lean on",
        hurt=lambda: [outage.hurt() for outage in others],
        heal=lambda: [outage.heal() for outage in others],
        refuses=True,
    )
    samples = []
    for outage in (killed, together):
        seen = asyncio.run(lived_through(cluster.nginx.url, outage, users=6, pause=0.6, seconds=6))
        assert seen.broken() == []
        assert [unwell(application) for application in cluster.applications] == [[], []]
        samples += seen.samples
    found = kept(cluster.postgres.url, samples)
    assert found.broken() == []
    assert found.acknowledged > len(samples) / 2
