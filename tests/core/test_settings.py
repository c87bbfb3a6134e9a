"""Settings come from the environment, then a file, then the defaults."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from claribi.core.settings import Settings


def test_the_environment_comes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "claribi.toml"
    file.write_text('port = 9000\nhost = "0.0.0.0"\n')
    monkeypatch.setenv("CLARIBI_CONFIG", str(file))
    monkeypatch.setenv("CLARIBI_PORT", "9001")
    settings = Settings()
    assert (settings.port, settings.host) == (9001, "0.0.0.0")  # noqa: S104 - nothing listens here


def test_a_setting_that_does_not_exist_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "claribi.toml"
    file.write_text("prot = 9000\n")
    monkeypatch.setenv("CLARIBI_CONFIG", str(file))
    with pytest.raises(ValidationError, match="prot"):
        Settings()


def test_the_metadata_database_is_in_the_data_directory_unless_set(tmp_path: Path):
    assert Settings(data_dir=tmp_path).database_url == f"sqlite:///{tmp_path}/claribi.db"
    assert Settings(data_dir=tmp_path, database_url="postgresql://x/y").database_url == "postgresql://x/y"


def test_the_key_is_not_shown_with_the_settings(tmp_path: Path):
    settings = Settings(data_dir=tmp_path, secret_key="0123456789abcdef" * 4)
    assert "0123456789abcdef" not in repr(settings)


def test_every_setting_is_described():
    for name in Settings.model_fields:
        described = (
            f"{name}:" in Settings.__doc__ or f"{name}," in Settings.__doc__ or f"{name} " in Settings.__doc__
        )
        assert described or name in {"host", "port", "log_format", "log_level"}, name
