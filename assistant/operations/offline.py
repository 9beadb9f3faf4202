"""Nothing the program uses may call home: what its libraries read from the environment, set before they load."""

import os

_DEFAULTS = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "TOKENIZERS_PARALLELISM": "false",
    "OMP_WAIT_POLICY": "PASSIVE",  # a model run in process shares the cores; spinning costs it most of its speed
    "GOMP_SPINCOUNT": "0",
    "OMP_NUM_THREADS": "1",  # small models run slower on more threads than on one
}

# Tracing of libraries that would send what people type, with the questions in it: never, whatever the environment says.
# The program's own spans (assistant.operations.traces) hold no words.
_ALWAYS = {
    "FASTAPI_OTEL_AUTO_CONFIGURE": "false",
    "LANGSMITH_TRACING": "false",
    "LANGSMITH_TRACING_V2": "false",
    "LANGCHAIN_TRACING_V2": "false",
}


def stay_offline() -> None:
    """Sets each variable the environment leaves open, and those that must be. Call before importing any heavy package."""
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    os.environ.update(_ALWAYS)
