"""The operator's language model, if there is one.

What it says is a proposal and nothing more: whoever asks it checks the answer (`analysis/wording.py`,
`ask/proposal.py`) and goes on without one where it fails.
"""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from pydantic import BaseModel

from claribi.core.errors import SettingsError
from claribi.core.settings import Settings

if TYPE_CHECKING:
    from pydantic_ai.models import Model

Answer = TypeVar("Answer", bound=BaseModel)
# What an answer may cost at most, whatever the model would like to say.
MOST_TOKENS = 4_000
# How often it may correct an answer of the wrong form.
RETRIES = 1


@dataclass(slots=True)
class Spent:
    """What asking has cost.

    Attributes:
        cost_usd: At the provider's list price; None where that is not known.
        problem: Why there was no answer, in one sentence.
    """

    model: str
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    cost_usd: float | None = None
    problem: str | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class LanguageModel:
    """Asks the model that the settings name."""

    def __init__(self, settings: Settings) -> None:
        self.name = settings.llm
        self._settings = settings

    def ask(self, instructions: str, prompt: str, answer: type[Answer]) -> tuple[Answer | None, Spent]:
        """An answer of the wanted form, and what it has cost.

        None instead where the provider fails, takes too long, or says something of another form: no
        failure of a model is anybody's failure.
        """
        spent, began = Spent(self.name), time.monotonic()
        found: Answer | None = None
        try:
            # In a thread of its own: there may be an event loop in this one.
            with ThreadPoolExecutor(1, "language-model") as thread:
                asking = partial(self._run, instructions, prompt, answer, spent)
                found = thread.submit(lambda: asyncio.run(asking())).result()
        except SettingsError:
            raise
        except Exception as error:  # noqa: BLE001 - a provider may raise anything
            spent.problem = f"The language model gave no usable answer ({type(error).__name__})"
            structlog.get_logger().warning(
                "language model failed", model=self.name, kind=type(error).__name__
            )
        spent.seconds = round(time.monotonic() - began, 3)
        return found, spent

    async def _run(self, instructions: str, prompt: str, answer: type[Answer], spent: Spent) -> Answer:
        # With what needs it: loading takes a second, and most servers have no model.
        from pydantic_ai import Agent, NativeOutput  # noqa: PLC0415
        from pydantic_ai.usage import RunUsage, UsageLimits  # noqa: PLC0415

        form: Any = NativeOutput(answer) if self._settings.llm_base_url else answer
        model, seconds, usage = _model(self._settings), self._settings.llm_timeout_seconds, RunUsage()
        agent: Agent[None, Answer] = Agent(model, output_type=form, instructions=instructions)
        try:
            # Entered, so that its connections are closed.
            async with model:
                result = await agent.run(
                    prompt,
                    model_settings={"max_tokens": MOST_TOKENS, "temperature": 0.0, "timeout": seconds},
                    usage=usage,
                    usage_limits=UsageLimits(request_limit=RETRIES + 1),
                    retries=RETRIES,
                    timeout=seconds,
                )
        finally:
            spent.requests, spent.input_tokens = usage.requests, usage.input_tokens
            spent.output_tokens = usage.output_tokens
            spent.cost_usd = None if usage.cost is None else float(usage.cost)
        return result.output


def _model(settings: Settings) -> "Model":
    from pydantic_ai.models import infer_model  # noqa: PLC0415 - slow to import

    provider, _, name = settings.llm.partition(":")
    key = settings.llm_api_key.get_secret_value()
    if settings.llm_base_url:
        return _compatible(name, settings.llm_base_url, key)
    if not key:
        # Each provider looks for its own variable of the environment.
        return infer_model(settings.llm)
    return infer_model(settings.llm, lambda wanted: _provider(wanted or provider, key))


def _compatible(name: str, base_url: str, key: str) -> "Model":
    """A service that speaks OpenAI's language, such as llama.cpp, vLLM or Ollama."""
    from pydantic_ai.models.openai import OpenAIChatModel  # noqa: PLC0415 - slow to import
    from pydantic_ai.profiles import ModelProfile  # noqa: PLC0415 - as above
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider  # noqa: PLC0415 - as above

    provider = OpenAICompatibleProvider("compatible", base_url=base_url, api_key=key or "none")
    return OpenAIChatModel(name, provider=provider, profile=ModelProfile(supports_json_schema_output=True))


def _provider(name: str, key: str) -> Any:
    from pydantic_ai.providers import infer_provider_class  # noqa: PLC0415 - slow to import

    return infer_provider_class(name)(api_key=key)  # type: ignore[call-arg]  # those with a key take it so


def from_settings(settings: Settings) -> LanguageModel | None:
    """The model, or None where the operator has set up none."""
    if not settings.llm:
        return None
    provider, _, name = settings.llm.partition(":")
    if not provider or not name:
        raise SettingsError("CLARIBI_LLM is provider:model, such as anthropic:claude-sonnet-4-5")
    return LanguageModel(settings)
