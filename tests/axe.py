"""Looks for barriers on a page with axe."""

from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).parents[1] / "ui" / "node_modules" / "axe-core" / "axe.min.js"
# WCAG 2.2 up to AA.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async rules => (await axe.run(document, { runOnly: rules })).violations.flatMap(
    violation => violation.nodes.map(node => `${violation.id}: ${node.html.slice(0, 160)}`))"""

# A change of theme reaches the page with its next frame, and its transitions begin in the one after. What
# turns for ever, such as a sign of loading, is not waited for.
SETTLED = """
async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const moving = () => document.getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity);
    do {
        await Promise.all(moving().map((animation) => animation.finished.catch(() => null)));
        await frame();
        await frame();
    } while (moving().length > 0);
}
"""


def barriers(page: Page) -> list[str]:
    """What axe finds on the page as it stands, once nothing changes its colours any more."""
    page.evaluate(SETTLED)
    page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    return page.evaluate(RUN, RULES)
