"""How an organisation's reports look, and the language they speak."""

import base64
import binascii
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from claribi.accounts.principal import Principal
from claribi.analysis.languages import Tag
from claribi.core import audit
from claribi.core.database import Database
from claribi.core.errors import FieldProblem, ValidationFailed
from claribi.http.conditional import Check
from claribi.reports import logos
from claribi.reports.document import Brand
from claribi.reports.models import ReportSettings
from claribi.reports.schemas import Incoming

# WCAG 2.2, 1.4.3: letters on white.
LEAST_CONTRAST = 4.5


def contrast_with_white(color: str) -> float:
    """WCAG 2.2: (L1 + 0.05) / (L2 + 0.05), L being the relative luminance in sRGB."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)  # noqa: PLR2004 - the standard's own
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _legible(color: str) -> str:
    contrast = contrast_with_white(color)
    if contrast < LEAST_CONTRAST:
        raise ValueError(
            f"too pale for paper: its contrast is {contrast:.1f} : 1, and {LEAST_CONTRAST} : 1 is needed"
        )
    return color.lower()


class ChangedReportSettings(Incoming):
    accent: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$"), AfterValidator(_legible)] | None = Field(
        default=None,
        description="The colour of titles and lines, dark enough for letters.",
        examples=["#1f4e8c"],
    )
    font: Literal["sans", "serif"] | None = None
    language: Tag | None = None
    logo: str | None = Field(
        default=None,
        max_length=4 * logos.MOST_BYTES // 3 + 4,
        description="A PNG or SVG file of at most 512 KB in Base64; null takes the logo away.",
        examples=[
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
        ],
    )


class ReportSettingsOut(BaseModel):
    accent: str
    font: Literal["sans", "serif"]
    language: Tag
    logo: str | None = Field(description="A PNG in Base64.")


class Looks:
    """Everybody who may see reports may see how they look; administrators may change it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, caller: Principal) -> ReportSettings:
        caller.require("reports:read")
        with self._database.read(caller.organization_id) as session:
            return settings_of(session)

    def change(self, caller: Principal, wanted: ChangedReportSettings, check: Check) -> ReportSettings:
        caller.require("report_settings:manage")
        fields = wanted.model_dump(exclude_unset=True)
        logo = _decoded(fields.pop("logo")) if "logo" in fields else None
        with self._database.write(caller.organization_id) as session:
            settings = settings_of(session)
            check(settings)
            session.add(settings)
            for name, value in fields.items():
                if value is not None:
                    setattr(settings, name, value)
            if "logo" in wanted.model_fields_set:
                settings.logo = logo
            session.flush()
            changes = {name: value for name, value in fields.items() if value is not None}
            audit.record(
                session, "report_settings.changed", "report_settings", settings.id, by=caller, **changes
            )
            return settings


def settings_of(session: Session) -> ReportSettings:
    """The organisation's settings; the usual ones where it has set nothing."""
    found = session.scalar(select(ReportSettings))
    return found or ReportSettings(
        id=None, accent=Brand().accent, font="sans", language="en", logo=None, version=0
    )


def brand_of(settings: ReportSettings) -> Brand:
    font: Literal["sans", "serif"] = "serif" if settings.font == "serif" else "sans"
    return Brand(settings.accent, font, _encoded(settings.logo))


def present(settings: ReportSettings) -> dict[str, Any]:
    return {
        "accent": settings.accent,
        "font": settings.font,
        "language": settings.language,
        "logo": _encoded(settings.logo),
    }


def _encoded(logo: bytes | None) -> str | None:
    return base64.b64encode(logo).decode() if logo else None


def _decoded(logo: str | None) -> bytes | None:
    if logo is None:
        return None
    try:
        return logos.as_png(base64.b64decode(logo, validate=True))
    except (binascii.Error, ValueError):
        message = "it must be in Base64"
        raise ValidationFailed(f"logo: {message}", details=[FieldProblem("logo", message)]) from None
