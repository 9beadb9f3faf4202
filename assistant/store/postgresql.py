"""PostgreSQL by URL, for several processes or machines. Every wait ends by itself, the server's and ours."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from tools.errors import SettingsError

if TYPE_CHECKING:
    import psycopg

CONNECT_SECONDS = 3  # for a connection, and for a free one of the pool
STATEMENT_SECONDS = 8  # for a statement, on the server
ANSWER_SECONDS = 10  # for any answer of the server: one that is frozen enforces no limit of its own
_LOCK_SECONDS = 5
_MIGRATE_SECONDS = 600  # for a change of the tables
_OTHERS_SECONDS = 60  # to wait for another process's change
_CONNECTIONS = 20  # of one process, at most
_MIGRATING = 7_205_759_403  # any number, the same in every process: the advisory lock of the migration
_ARGUMENTS: Mapping[str, object] = {
    "connect_timeout": CONNECT_SECONDS,
    "application_name": "policy-assistant",
    "tcp_user_timeout": ANSWER_SECONDS * 1000,
    "options": f"-c statement_timeout={STATEMENT_SECONDS}s -c lock_timeout={_LOCK_SECONDS}s"
    " -c idle_in_transaction_session_timeout=30s",
}


def url_of(given: str) -> URL:
    """Raises SettingsError for what is no address of a database; what it was is not told, it may hold a password."""
    with contextlib.suppress(ArgumentError, ValueError):
        url = make_url(given)
        if url.database:
            return url.set(drivername="postgresql+psycopg")
    raise SettingsError(
        "环境变量 DATABASE_URL 写法不对，应为 postgresql://用户:密码@主机:端口/数据库，"
        "密码里的特殊字符要按 URL 编码（如 @ 写成 %40）。请改正后重新启动。"
    )


class PostgreSQL:
    """A connection that broke, as when the server was restarted, is replaced before it is used."""

    advice = "请联系管理员检查数据库"

    def __init__(self, url: str) -> None:
        self.url = url_of(url)
        arguments = {name: value for name, value in _ARGUMENTS.items() if name not in self.url.query}
        self.engine: Engine = create_engine(
            self.url,
            connect_args=arguments,
            pool_pre_ping=True,
            pool_size=_CONNECTIONS,
            max_overflow=0,
            pool_timeout=CONNECT_SECONDS,
            hide_parameters=True,
        )
        event.listen(self.engine, "do_connect", _connect)
        event.listen(self.engine, "before_cursor_execute", _without_nul, retval=True)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction."""
        with self.engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def alone(self) -> Iterator[Connection]:
        """A connection in whose block no other process changes the tables."""
        with self.engine.connect() as connection:
            connection.detach()  # what is set below is for this block alone
            connection.connection.dbapi_connection.patience = _MIGRATE_SECONDS  # type: ignore[union-attr]
            connection.execute(text(f"SET LOCAL lock_timeout = '{_OTHERS_SECONDS}s'"))
            connection.execute(text(f"SET LOCAL statement_timeout = '{_MIGRATE_SECONDS}s'"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATING})"))
            yield connection

    def prepare(self) -> None:
        """There is nothing to make: the database has to exist."""

    def tidy(self) -> None:
        """The server's autovacuum does so by itself."""

    def failed(self) -> None:
        """There is nothing to let go of: what broke is noticed before it is used again."""


def _connect(
    _dialect: object, _record: object, _positional: object, named: dict[str, Any]
) -> "psycopg.Connection[Any]":
    return _bounded().connect(**named)


@cache
def _bounded() -> "type[psycopg.Connection[Any]]":
    import psycopg
    from psycopg.pq import TransactionStatus

    class Bounded(psycopg.Connection[Any]):
        """A connection that is closed, and raises, when an answer does not come."""

        patience = ANSWER_SECONDS

        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            try:
                return super().wait(gen, interval, self.patience if timeout is None else timeout)
            except psycopg.OperationalError:
                if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                    self.close()
                raise

    return Bounded


def _without_nul(
    _connection: object, _cursor: object, statement: str, parameters: Any, _context: object, _many: bool
) -> tuple[str, Any]:
    """PostgreSQL keeps no NUL in a text; such a character stands for nothing anyway."""
    if isinstance(parameters, Mapping):
        return statement, _shown(parameters)
    return statement, [_shown(one) for one in parameters] if isinstance(parameters, Sequence) else parameters


def _shown(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value
        for name, value in values.items()
    }
