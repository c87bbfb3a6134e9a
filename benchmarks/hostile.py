"""`python -m benchmarks.hostile`: a thousand reports written with a language model that lies.

Each report is of a table with something planted in it (`benchmarks.planted`). Of every claim that the model
may put in other words it says either something true or a lie (`tests/hostile_model.py`): about numbers,
directions, names, causes. What a reader gets is then compared with what the model itself knows to be false,
and with the same report written without it: other sentences than true wordings, or other figures, are false.
"""

import argparse
import copy
import json
import random
import sys
from pathlib import Path
from typing import Any, get_args

from benchmarks.planted import PLANTS, Plant, Shape, shapes, table
from claribi.analysis.figures import Text
from claribi.analysis.service import Analysis, analyse
from claribi.analysis.templates import Claim
from claribi.analysis.wording import PHRASES, reworded
from claribi.llm.model import Spent
from claribi.reports.compose import compose
from claribi.reports.document import Document, SectionKey
from claribi.reports.render.markdown import to_markdown
from claribi.reports.writing import Script, edit

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import hostile_model

TABLES = 50
SECTIONS: tuple[SectionKey, ...] = get_args(SectionKey)


class Liar:
    """Stands where a language model does; keeps what it said of each claim, and whether it was true."""

    name = "liar"

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.truths: dict[str, str] = {}
        self.lies: dict[str, str] = {}

    def ask(self, _instructions: str, prompt: str, _form: type[Script]) -> tuple[Script, Spent]:
        findings = json.loads(prompt)["findings"]
        order = [finding["id"] for finding in findings]
        self._chance.shuffle(order)
        for claim in (claim for finding in findings for claim in finding["claims"]):
            template = next(name for name, phrases in PHRASES.items() if phrases == claim["phrases"])
            lies = self._chance.random() < 0.5
            said = (hostile_model.lie if lies else hostile_model.true_wording)(template, self._chance)
            (self.lies if lies else self.truths)[claim["id"]] = said
        wordings = [{"claim": key, "sentence": told} for key, told in (self.lies | self.truths).items()]
        return Script.model_validate({"order": order, "wordings": wordings}), Spent(self.name)


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.hostile")
    parser.add_argument("--reports", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = random.Random(given.seed)  # noqa: S311 - no secret
    analyses = [_analysis(kind, shape, chance) for kind, shape in _shapes(chance)]
    lies = truths = told = kept = 0
    false: list[str] = []
    for number in range(given.reports):
        plain = analyses[number % len(analyses)]
        liar = Liar(chance)
        written = copy.deepcopy(plain)
        edit(written, None, liar)  # type: ignore[arg-type]  # it is asked as a model is
        lies, truths = lies + len(liar.lies), truths + len(liar.truths)
        kept += _kept(plain, written)
        wrong = _false(plain, written, liar)
        told += 1
        false += wrong
    print(f"{told:,} reports; {lies:,} lies and {truths:,} true wordings proposed")
    print(f"true wordings in the reports: {kept:,} ({kept / truths:.1%})")
    print(f"false statements in the reports: {len(false)}", *false[:20], sep="\n  ")
    sys.exit(bool(false))


def _shapes(chance: random.Random) -> list[tuple[str, Shape]]:
    kinds = [kind for kind in PLANTS if kind != "nothing"]
    return [
        (kind, shape)
        for at in range(TABLES)
        for kind in [kinds[at % len(kinds)]]
        for shape in shapes(kind, 1, chance)
    ]


def _analysis(kind: str, shape: Shape, chance: random.Random) -> Analysis:
    plant: Plant = PLANTS[kind](shape, chance)
    house = table(shape, plant)
    found = analyse(house, 1, house.table)
    house.connection.close()
    return found


def _false(plain: Analysis, written: Analysis, liar: Liar) -> list[str]:
    """What the reader of the second report is told that neither the first says nor a true wording."""
    allowed = set(_sentences(_report(plain)))
    for number, finding in enumerate(plain.findings, 1):
        for place, sentence in enumerate(finding.sentences, 1):
            if (said := liar.truths.get(f"F{number}.{place}")) is not None and isinstance(sentence, Claim):
                true = reworded(sentence, said)
                allowed.add(_text(true or sentence, plain))
    found = [told for told in _sentences(_report(written)) if told not in allowed]
    if written.figures != plain.figures:
        found.append("other figures")
    markdown = to_markdown(_report(written), None).decode()  # type: ignore[arg-type]  # nothing is drawn
    return found + [lie for lie in liar.lies.values() if "{" not in lie and lie in markdown]


def _report(analysis: Analysis) -> Document:
    return compose(
        copy.deepcopy(analysis),
        title="Orders",
        question=None,
        organization="Bench",
        source_name="orders",
        generated_at="2026-01-01T00:00:00Z",
        sections=SECTIONS,
        evidence_notes=lambda _ids: [],
        is_reworded=True,
    )


def _sentences(document: Document) -> list[str]:
    found = []
    for block in (block for section in document.sections for block in section.blocks):
        if block.kind in {"paragraph", "bullets"}:
            spoken: Any = block.sentences if block.kind == "paragraph" else block.items
            found += [_spoken(sentence, document.figures) for sentence in spoken]
    return found


def _text(sentence: Any, analysis: Analysis) -> str:
    return _spoken(sentence, analysis.figures)


def _spoken(sentence: Any, figures: Any) -> str:
    return "".join(span.text if isinstance(span, Text) else figures[span.figure].text for span in sentence)


def _kept(plain: Analysis, written: Analysis) -> int:
    """How many sentences the model has found words for."""
    built_in = {_text(s, plain) for finding in plain.findings for s in finding.sentences}
    return sum(_text(s, written) not in built_in for finding in written.findings for s in finding.sentences)


if __name__ == "__main__":
    main()
