"""A model by its name in the settings: any LangChain name, or a GGUF file by its path."""

from typing import TYPE_CHECKING, Any

from assistant.model import MOST_TOKENS
from assistant.settings import Settings
from tools.errors import SettingsError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


def open_model(settings: Settings) -> "BaseChatModel":
    """The configured chat model. Raises SettingsError when its name or its package is not there; reaches no network."""
    if settings.model.endswith(".gguf"):
        from assistant.model.local import open_file

        return open_file(settings.model, settings.model_seconds)
    from langchain.chat_models import init_chat_model

    more: dict[str, Any] = {"stream_usage": True} if settings.model.startswith("openai:") else {}
    try:
        model: BaseChatModel = init_chat_model(
            settings.model,
            temperature=0,
            timeout=settings.model_seconds,
            max_retries=0,
            max_tokens=MOST_TOKENS,
            **more,
        )
        return model
    except ImportError as error:
        raise SettingsError(f"使用 {settings.model} 还缺少一个 Python 包：{error}。请安装后重新启动。") from error
    except Exception as error:
        raise SettingsError(
            f"环境变量 ASSISTANT_MODEL={settings.model!r} 不能使用：{type(error).__name__}。请写成“提供方:模型名”，"
            "例如 openai:qwen-plus，并设置它的密钥（如 OPENAI_API_KEY）；不接大模型时写 rules。"
        ) from error
