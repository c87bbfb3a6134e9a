"""Asking a language model: a real small one, and services that fail in every way."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, Field
from scripted_model import ScriptedModel
from support import free_port, wait_for

from claribi.core.errors import SettingsError
from claribi.core.settings import Settings
from claribi.llm.model import LanguageModel, from_settings

TESTS = Path(__file__).parent.parent


class Said(BaseModel):
    sentence: str = Field(max_length=80)


def model_at(url: str, tmp_path: Path, seconds: float = 20) -> LanguageModel:
    found = from_settings(
        Settings(data_dir=tmp_path, llm="small:test", llm_base_url=url, llm_timeout_seconds=seconds)
    )
    assert found is not None
    return found


@pytest.fixture(scope="module")
def small_model() -> Iterator[str]:
    """A model of 135 million parameters on this machine's processor."""
    port = free_port()
    command = [sys.executable, str(TESTS / "language_model_server.py"), str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.kill()
        process.wait(20)


def test_a_real_model_answers_in_the_wanted_form(small_model: str, tmp_path):
    said, spent = model_at(small_model, tmp_path, 60).ask(
        "You write one short sentence.", "Say that revenue rose.", Said
    )
    assert isinstance(said, Said)
    assert spent.problem is None
    assert spent.requests >= 1
    assert spent.input_tokens > 5
    assert spent.output_tokens > 2
    assert spent.seconds > 0


@pytest.mark.parametrize(
    "said", [500, 429, 401, "no JSON at all", '{"other": 1}', {"sentence": "x" * 500}, ""]
)
def test_a_service_that_fails_or_rambles_gives_no_answer(scripted_model: ScriptedModel, tmp_path, said):
    scripted_model.script = lambda _prompt: said
    found, spent = model_at(scripted_model.url, tmp_path, 5).ask("Be short.", "Speak.", Said)
    assert found is None
    assert spent.problem is not None


def test_a_service_that_hangs_is_left_at_the_time_limit(scripted_model: ScriptedModel, tmp_path):
    scripted_model.script, scripted_model.delay = lambda _prompt: {"sentence": "late"}, 3.0
    began = time.monotonic()
    try:
        found, spent = model_at(scripted_model.url, tmp_path, 0.5).ask("Be short.", "Speak.", Said)
    finally:
        scripted_model.delay = 0.0
    assert found is None
    assert spent.problem is not None
    assert time.monotonic() - began < 2.5


def test_nobody_there(tmp_path):
    found, spent = model_at(f"http://127.0.0.1:{free_port()}/v1", tmp_path, 5).ask("-", "-", Said)
    assert found is None
    assert spent.problem is not None


def test_tokens_are_counted(scripted_model: ScriptedModel, tmp_path):
    scripted_model.script = lambda _prompt: {"sentence": "Revenue rose."}
    found, spent = model_at(scripted_model.url, tmp_path).ask("Be short.", "Speak.", Said)
    assert found == Said(sentence="Revenue rose.")
    assert (spent.requests, spent.input_tokens, spent.output_tokens) == (1, 100, 20)


def test_none_is_set_up_by_default(tmp_path):
    assert from_settings(Settings(data_dir=tmp_path)) is None


@pytest.mark.parametrize("name", ["gpt", "openai:", ":gpt"])
def test_a_name_without_provider_or_model_is_told(tmp_path, name: str):
    with pytest.raises(SettingsError, match="provider:model"):
        from_settings(Settings(data_dir=tmp_path, llm=name))


def test_the_key_is_in_no_text(tmp_path):
    settings = Settings(data_dir=tmp_path, llm="openai:x", llm_api_key="sk-very-secret")
    assert "very-secret" not in f"{settings!r} {settings} {settings.model_dump_json()}"
