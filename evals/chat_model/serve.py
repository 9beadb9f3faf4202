"""Serves a GGUF chat model over an OpenAI-compatible API: ``python -m evals.chat_model.serve GGUF [--port 8033]``.

Prints one line on standard output when it is ready, and stops on SIGTERM or SIGINT. Needs requirements.txt beside this
file, and nothing of the product. Listens on 127.0.0.1 only. One request is answered at a time; the others wait. What a
prompt has in common with the start of the one before, or of one kept in memory, is not read again.
"""

import argparse
import importlib
import mmap
import os
import signal
import struct
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
TEMPLATE_KEY = b"tokenizer.chat_template" + struct.pack("<I", 8)
"""As a GGUF file holds it: the key, 8 for a string, then its length (8 bytes, little-endian) and its bytes."""


class TemplateError(Exception):
    """The model's chat template cannot be made to mark tool calls with <tool>."""


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit code when it cannot start, and ends the process when told to stop."""
    parser = argparse.ArgumentParser(prog="python -m evals.chat_model.serve", description=(__doc__ or "").split(":")[0])
    parser.add_argument("gguf", type=Path, metavar="GGUF", help="the model file, as fetch.py prints it")
    parser.add_argument("--port", type=int, default=8033, help="default: 8033; 0: a free one, see the line printed")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="default: one for each core")
    parser.add_argument("--parsed-tools", action="store_true", help="tool calls come back parsed, not as text")
    parser.add_argument("--verbose", action="store_true", help="the engine's log on standard error")
    options = parser.parse_args(arguments)
    if not _is_gguf(options.gguf):
        print(f"{options.gguf} is not a GGUF file; python -m evals.chat_model.fetch fetches one", file=sys.stderr)
        return 1
    began = time.monotonic()
    try:
        template = tool_template(options.gguf) if options.parsed_tools else ""
        server = start(options.gguf, options.port, options.threads, template, verbose=options.verbose)
    except ImportError as error:
        print(f"{error}; pip install -r evals/chat_model/requirements.txt", file=sys.stderr)
        return 1
    except TemplateError as error:
        print(error, file=sys.stderr)
        return 1
    except RuntimeError as error:
        print(f"not started (is port {options.port} taken? --verbose tells why): {error}", file=sys.stderr)
        return 1
    stop = _stopper()
    address = f"{server.listening_address}/v1"
    print(f"ready after {time.monotonic() - began:.1f} s: {address} model {options.gguf.stem}", flush=True)
    stop.wait()
    print("stopped", flush=True)
    os._exit(0)  # nothing is to be saved, and the engine's own way out waits 30 s for a stream that is under way


def start(gguf: Path, port: int, threads: int, template: str = "", *, verbose: bool = False) -> Any:
    """The engine's server, listening and ready; it ends when the object is deleted.

    ``template`` is a Jinja chat template; empty: the model's own.
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
    params.chat_template = template
    params.ui = False
    params.offline = True
    params.fit_params = False
    if not verbose:
        params.verbosity = 0
    return engine.Server(params)


def _is_gguf(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"GGUF"


def tool_template(gguf: Path) -> str:
    """The model's own chat template with ``<tool>`` for ``<tool_call>``.

    These models never write <tool_call>, so that with their own template calls come back as text (JSON, mostly
    fenced); they do copy <tool>, which the engine then takes for the mark of a call. Raises TemplateError when the file
    has no template that marks calls so.
    """
    with gguf.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        at = content.find(TEMPLATE_KEY)
        if at < 0:
            raise TemplateError(f"{gguf} has no chat template")
        at += len(TEMPLATE_KEY)
        (length,) = struct.unpack_from("<Q", content, at)
        template = content[at + 8 : at + 8 + length].decode("utf-8")
    if "<tool_call>" not in template:
        raise TemplateError(f"the chat template of {gguf} does not mark tool calls with <tool_call>")
    return template.replace("tool_call>", "tool>")


def _stopper() -> threading.Event:
    """Set on SIGTERM or SIGINT; to be called after the engine has started, which sets handlers of its own."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


if __name__ == "__main__":
    sys.exit(main())
