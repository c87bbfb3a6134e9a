"""Where the files are that the package brings along but git does not: the chart engine and the fonts."""

from importlib import resources
from pathlib import Path

from claribi.core.errors import SettingsError

FAMILY = "Inter"
# As CSS: the font that we ship first.
FONT_FAMILY = f"{FAMILY}, sans-serif"
REGULAR, SEMIBOLD = "Inter_400Regular.ttf", "Inter_600SemiBold.ttf"


def engine() -> Path:
    return _found("echarts", "echarts.min.js")


def fonts() -> Path:
    """The folder of the fonts."""
    return _found("fonts")


def font(name: str) -> Path:
    return _found("fonts", name)


def _found(*parts: str) -> Path:
    path = Path(str(resources.files("claribi"))).joinpath("assets", *parts)
    if not path.exists():
        raise SettingsError(f"{path} is missing; run `make setup`, which fetches the chart engine and fonts")
    return path
