"""What most tests begin with: a folder of their own, an engine that writes to it, a server around the engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.api import create_app
from assistant.chat import Assistant, open_assistant
from assistant.settings import Settings
from evals import services
from tests.serving import served


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browsers come last: Playwright keeps an event loop running in this thread, in which no other can be run."""
    items.sort(key=lambda item: "e2e" in item.path.parts)


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
