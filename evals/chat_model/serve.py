"""Serves a GGUF chat model over an OpenAI-compatible API: ``python -m evals.chat_model.serve GGUF [--port 8033]``.

Prints one line on standard output when it is ready, and stops on SIGTERM or SIGINT. Needs requirements.txt beside this
file, and nothing of the product. Listens on 127.0.0.1 only. One request is answered at a time; the others wait. What a
prompt has in common with the start of the one before, or of one kept in memory, is not read again.
"""

import argparse
import importlib
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
CONTEXT = 8192  # tokens, of prompt and answer together
ANSWER = 1024  # tokens of an answer whose request sets no max_tokens
CACHE_MIB = 1024  # of prompts read before, kept in memory
WAITING = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0"}
"""Threads that wait sleep: on shared cores spinning makes the model several times slower."""


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns when told to stop, with the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.chat_model.serve", description=(__doc__ or "").split(":")[0])
    parser.add_argument("gguf", type=Path, metavar="GGUF", help="the model file, as fetch.py prints it")
    parser.add_argument("--port", type=int, default=8033, help="default: 8033; 0: a free one, see the line printed")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="default: one for each core")
    parser.add_argument("--template", type=Path, metavar="FILE", help="a Jinja chat template instead of the model's own")
    parser.add_argument("--verbose", action="store_true", help="the engine's log on standard error")
    options = parser.parse_args(arguments)
    if not options.gguf.is_file():
        print(f"{options.gguf} is not a file; python -m evals.chat_model.fetch fetches a model", file=sys.stderr)
        return 1
    began = time.monotonic()
    try:
        server = start(options.gguf, options.port, options.threads, options.template, verbose=options.verbose)
    except ImportError as error:
        print(f"{error}; pip install -r evals/chat_model/requirements.txt", file=sys.stderr)
        return 1
    except RuntimeError as error:
        print(f"the model does not start (is port {options.port} taken?): {error}", file=sys.stderr)
        return 1
    stop = _stopper()
    address = f"{server.listening_address}/v1"
    print(f"ready after {time.monotonic() - began:.1f} s: {address} model {options.gguf.stem}", flush=True)
    stop.wait()
    del server  # waits for the engine to end
    print("stopped", flush=True)
    return 0


def start(gguf: Path, port: int, threads: int, template: Path | None = None, *, verbose: bool = False) -> Any:
    """The engine's server, listening and ready; it ends when the object is deleted.

    Raises ImportError without the engine, RuntimeError when the model cannot be loaded or the port cannot be had.
    """
    os.environ.update(WAITING)  # read when the engine's library is loaded
    engine = importlib.import_module("xllamacpp")
    params = engine.CommonParams()
    params.model.path = str(gguf)
    params.model_alias = {gguf.stem}
    params.hostnames = [HOST]
    params.port = port
    params.n_ctx = CONTEXT
    params.n_predict = ANSWER
    params.n_parallel = 1
    params.cache_prompt = True
    params.cache_ram_mib = CACHE_MIB
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.use_jinja = True
    if template:
        params.chat_template = template.read_text(encoding="utf-8")
    params.ui = False
    params.offline = True
    params.fit_params = False
    if not verbose:
        params.verbosity = 0
    return engine.Server(params)


def _stopper() -> threading.Event:
    """Set on SIGTERM or SIGINT; to be called after the engine has started, which sets handlers of its own."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


if __name__ == "__main__":
    sys.exit(main())
