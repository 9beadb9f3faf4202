"""What most tests begin with: a folder of their own, an engine that writes to it, a server around the engine."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.api import create_app
from assistant.chat import Assistant, open_assistant
from assistant.settings import Settings
from evals import services
from tests.model_double import Double, Reply, serving
from tests.serving import served

PAGE_SECONDS = 120  # until the web page must be open


# Files of browser tests that take minutes: begun first among them, so that no process waits for another at the end.
LONG = ("test_desk", "test_parity", "test_widget", "test_page", "test_connection", "test_policy_page", "test_admin")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browsers come last: Playwright keeps an event loop running in this thread, in which no other can be run."""
    places = {name: place for place, name in enumerate(LONG)}
    items.sort(
        key=lambda item: ("e2e" in item.path.parts, "e2e" in item.path.parts and places.get(item.path.stem, len(LONG)))
    )


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Passwords are hashed as cheaply as argon2 can; what they cost in earnest, a process of its own shows."""
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assistant.access.accounts._hasher", lambda: quick)
        yield


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def engine(data: Path) -> Assistant:
    return open_assistant(Settings(data=data))


@pytest.fixture(scope="session")
def postgres() -> Iterator[services.Postgres]:
    """A running server; a test that stops it starts it again."""
    if services.missing("postgres"):
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    with services.folder() as folder, services.Postgres(folder) as running:
        yield running
        running.kill()  # nobody needs what it holds: it need not write it out


@pytest.fixture
def postgresql(postgres: services.Postgres) -> str:
    """``DATABASE_URL`` for an empty database."""
    import psycopg

    with psycopg.connect(postgres.url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()"
        )
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return postgres.url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """``DATABASE_URL`` for an empty database: what is tested with it holds for both kinds."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgresql"))


@pytest.fixture(scope="module")
def address(engine: Assistant) -> Iterator[str]:
    """Where a server in this process serves the engine."""
    with served(create_app(assistant=engine)) as found:
        yield found


@pytest.fixture(scope="module")
def opened(app: FastAPI) -> Iterator[TestClient]:
    """The server of a module's own ``app``, with its web page."""
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False, follow_redirects=False) as client:
        until = time.monotonic() + PAGE_SECONDS
        while not client.get("/readyz").json().get("page"):
            assert time.monotonic() < until, "the web page did not open"
            time.sleep(0.2)
        yield client


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> Iterator[Double]:
    """A chat model, configured by the environment, that tells the outcome for 8000万 in words that hold."""
    with serving(lambda _: Reply(["8000万元属于5000万元至1亿元这一档，一次性奖励不超过15万元。"])) as served:
        monkeypatch.setenv("OPENAI_BASE_URL", served.url)
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        yield served
