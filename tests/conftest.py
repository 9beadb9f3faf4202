"""What most tests begin with: a folder of their own, an engine that writes to it, a server around the engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.api import create_app
from assistant.chat import Assistant, open_assistant
from assistant.settings import Settings
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


@pytest.fixture(scope="module")
def address(engine: Assistant) -> Iterator[str]:
    """Where a server in this process serves the engine."""
    with served(create_app(assistant=engine)) as found:
        yield found
