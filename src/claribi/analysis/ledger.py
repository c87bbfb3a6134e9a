"""Where the figures of one analysis are made and kept."""

import json
from typing import Any

from claribi.analysis.figures import Figure, Format, Ref
from claribi.analysis.formulas import evaluate, plain, text_of
from claribi.analysis.profile import MeasureProfile
from claribi.analysis.texts import decimals_for
from claribi.query.schemas import Grain, Result

# Money below this is shown with its cents.
SMALL_MONEY = 1_000
CENTS = 2


class Ledger:
    """Makes figures, each once, and numbers them.

    Attributes:
        usual_decimals: Digits after the point of measures that are averages, by label.
    """

    def __init__(self, usual_decimals: dict[str, int] | None = None) -> None:
        self.usual_decimals = usual_decimals or {}
        self.figures: dict[str, Figure] = {}
        self._known: dict[str, str] = {}

    def add(
        self,
        result: Result,
        formula: str,
        arguments: dict[str, Any],
        *,
        style: Format = "number",
        decimals: int | None = None,
        unit: str | None = None,
    ) -> Ref:
        """A reference to the figure; its decimals by its size unless given."""
        value = evaluate(formula, arguments, result)
        digits = decimals_for([value]) if decimals is None else decimals
        key = json.dumps([result.evidence_id, formula, arguments, style, digits, unit], default=str)
        if key not in self._known:
            figure_id = f"f{len(self.figures) + 1}"
            self._known[key] = figure_id
            self.figures[figure_id] = _figure(
                figure_id, result, formula, arguments, value, style, digits, unit
            )
        return Ref(self._known[key])

    def value(self, ref: Ref) -> float | int | str | None:
        return self.figures[ref.figure].value

    def cell(self, result: Result, row: int, column: str, **style: Any) -> Ref:
        return self.add(result, "cell", {"row": row, "column": column}, **style)

    def integer(self, result: Result, formula: str, **arguments: Any) -> Ref:
        return self.add(result, formula, arguments, style="integer", decimals=0)

    def percent(self, result: Result, formula: str, **arguments: Any) -> Ref:
        return self.add(result, formula, arguments, style="percent", decimals=1)

    def moment(self, result: Result, row: int, column: str, grain: Grain | None) -> Ref:
        return self.cell(result, row, column, style="date", decimals=0, unit=grain)

    def amount(
        self, measure: MeasureProfile, result: Result, formula: str, *, signed: bool = False, **arguments: Any
    ) -> Ref:
        """A value of the measure in its own unit; what comes out whole is printed whole."""
        value = evaluate(formula, arguments, result)
        if isinstance(value, int) and not isinstance(value, bool):
            decimals = 0
        elif measure.currency:
            decimals = CENTS if value is not None and abs(value) < SMALL_MONEY else 0
        else:
            decimals = self._decimals(measure, formula, value)
        style: Format = "currency" if measure.currency else "number"
        if signed:
            style = "signed_currency" if measure.currency else "signed_number"
        return self.add(result, formula, arguments, style=style, decimals=decimals, unit=measure.currency)

    def _decimals(self, measure: MeasureProfile, formula: str, value: Any) -> int:
        """As many as its usual value has, so that neighbours look alike; a slope is of another size."""
        own = decimals_for([value])
        return own if formula.startswith("slope") else self.usual_decimals.get(measure.label, own)


def _figure(
    figure_id: str,
    result: Result,
    formula: str,
    arguments: dict[str, Any],
    value: Any,
    style: Format,
    decimals: int,
    unit: str | None,
) -> Figure:
    is_cell = formula == "cell"
    kept = {k: v for k, v in arguments.items() if not (is_cell and k in {"row", "column"})}
    return Figure(
        id=figure_id,
        text=text_of(value, style, decimals, unit),
        value=plain(value),
        unit=unit,
        evidence_id=result.evidence_id,
        row=arguments.get("row"),
        column=arguments.get("column"),
        formula=formula,
        arguments=kept,
        format=style,
        decimals=decimals,
    )
