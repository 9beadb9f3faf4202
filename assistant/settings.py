"""Everything configurable, from the environment, in one place. Names are those of the contract."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tools.errors import SettingsError

_HERE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """``data`` is the only folder written to; ``policies`` holds one folder per policy."""

    host: str = "127.0.0.1"
    port: int = 7860
    data: Path = _HERE / ".data"
    policies: Path = _HERE / "corpus"
    model: str = "rules"
    embedding: str = ""
    model_seconds: float = field(default=30.0)  # the longest a configured chat model may take for one answer

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Raises SettingsError naming the variable when a value cannot be used."""
        env = os.environ if environ is None else environ
        return cls(
            host=env.get("HOST", "").strip() or cls.host,
            port=_whole("PORT", env.get("PORT", "").strip() or str(cls.port), 0, 65535),
            data=Path(env.get("ASSISTANT_DATA", "").strip() or cls.data).expanduser(),
            policies=Path(env.get("ASSISTANT_POLICIES", "").strip() or cls.policies).expanduser(),
            model=env.get("ASSISTANT_MODEL", "").strip() or cls.model,
            embedding=env.get("ASSISTANT_EMBEDDING", "").strip(),
            model_seconds=float(
                _whole("ASSISTANT_MODEL_SECONDS", env.get("ASSISTANT_MODEL_SECONDS", "").strip() or "30", 1, 600)
            ),
        )


def _whole(name: str, value: str, low: int, high: int) -> int:
    if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
        raise SettingsError(f"环境变量 {name} 应为 {low} 到 {high} 的整数，现为 {value!r}。请改正后重新启动。")
    return int(value)
