"""Spans for OpenTelemetry when a collector is configured (OTLP over HTTP); else nothing, not even an import.

A span holds names, counts and times, never words of a question, an address, an account or a token. What an exception
says is left out too: only its type is told. The provider is the program's own, so that no library adds spans to it.
"""

import logging
import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from tools.errors import SettingsError

NAME = "policy-assistant"
_FLUSH = 2.0  # seconds the end of the process waits for the collector
_SENT = TypeVar("_SENT")
_RESULT = TypeVar("_RESULT")
_provider: Any = None
_tracer: Any = None


def start(endpoint: str) -> None:
    """Sends spans to ``endpoint`` from now on, in the background. Raises SettingsError when the packages are missing."""
    global _provider, _tracer
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise SettingsError(
            "设置了 OTEL_EXPORTER_OTLP_ENDPOINT，但链路追踪的 Python 包没有安装。"
            '请运行 pip install ".[traces]"，或去掉这个环境变量，再重新启动。'
        ) from error
    resource = Resource.create()
    if str(resource.attributes["service.name"]).startswith("unknown_service"):  # OTEL_SERVICE_NAME is not set
        resource = resource.merge(Resource({"service.name": NAME}))
    logging.getLogger("opentelemetry").setLevel(logging.ERROR)  # one line for a batch that is lost, not one a try
    _provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    _provider.add_span_processor(BatchSpanProcessor(exporter))
    _tracer = _provider.get_tracer(NAME)


def stop() -> None:
    """Sends what is left, for a bounded time."""
    global _provider, _tracer
    provider, _provider, _tracer = _provider, None, None
    if provider:  # a collector that does not answer takes the exporter longer than its own limit
        ending = threading.Thread(target=provider.shutdown, name="traces", daemon=True)
        ending.start()
        ending.join(_FLUSH)


def on() -> bool:
    return _tracer is not None


@contextmanager
def span(name: str, **attributes: str | int | bool) -> Iterator[None]:
    """Traces a block that runs in one thread and does not yield."""
    if _tracer is None:
        yield
        return
    with _within(_begun(name, attributes), ends=True):
        yield


def traced(
    name: str, steps: Generator[_SENT, None, _RESULT], **attributes: str | int | bool
) -> Generator[_SENT, None, _RESULT]:
    """``steps`` inside one span. Each step may run in another thread; what it traces becomes the span's child."""
    if _tracer is None:
        return steps
    return _stepwise(_begun(name, attributes), steps)


def _stepwise(begun: Any, steps: Generator[_SENT, None, _RESULT]) -> Generator[_SENT, None, _RESULT]:
    try:
        while True:
            with _within(begun, ends=False):
                try:
                    step = next(steps)
                except StopIteration as ended:
                    result: _RESULT = ended.value
                    return result
            yield step
    finally:
        with _within(begun, ends=True):
            steps.close()


@contextmanager
def request(headers: Mapping[str, str]) -> Iterator["Request"]:
    """Traces one HTTP request; a ``traceparent`` that came with it is its parent (W3C Trace Context)."""
    if _tracer is None:
        yield Request(None)
        return
    from opentelemetry.trace import SpanKind
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    given = {"traceparent": headers["traceparent"]} if "traceparent" in headers else {}
    parent = TraceContextTextMapPropagator().extract(given)
    begun = _tracer.start_span("HTTP", context=parent, kind=SpanKind.SERVER)
    with _within(begun, ends=True):
        yield Request(begun)


class Request:
    """The span of a request, to be told how the request ended."""

    def __init__(self, begun: Any) -> None:
        self._span = begun

    def ended(self, method: str, route: str, status: int) -> None:
        """Names as in OpenTelemetry's conventions for HTTP."""
        if self._span is None:
            return
        from opentelemetry.trace import StatusCode

        self._span.update_name(f"{method} {route}")
        self._span.set_attributes(
            {"http.request.method": method, "http.route": route, "http.response.status_code": status}
        )
        if status >= 500:
            self._span.set_status(StatusCode.ERROR)


def _begun(name: str, attributes: dict[str, str | int | bool]) -> Any:
    return _tracer.start_span(name, attributes=attributes)


@contextmanager
def _within(begun: Any, *, ends: bool) -> Iterator[None]:
    """Makes a span the current one. An exception is told by its type; its words may be a user's."""
    from opentelemetry.trace import StatusCode, use_span

    with use_span(begun, end_on_exit=ends, record_exception=False, set_status_on_exception=False):
        try:
            yield
        except Exception as error:
            begun.set_attribute("error.type", type(error).__name__)
            begun.set_status(StatusCode.ERROR)
            raise
