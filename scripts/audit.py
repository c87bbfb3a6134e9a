"""Looks for known holes in what we depend on: Python packages by pip-audit, npm packages by `npm audit`.

Where the services that know them can't be reached, this says so and goes on; a hole that is found fails.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import node

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 20
FOLDERS = ("ui", "ui/assets")


def main() -> None:
    reports = [python_packages(), *(npm_packages(ROOT / folder) for folder in FOLDERS)]
    for line in (line for report in reports for line in report.lines):
        print(f"audit: {line}")
    sys.exit(1 if any(report.holes for report in reports) else 0)


@dataclass
class Report:
    """What one audit found, and what it could not look at."""

    holes: list[str] = field(default_factory=list)
    skipped: str = ""

    @property
    def lines(self) -> list[str]:
        return [*self.holes, *([self.skipped] if self.skipped else [])]


def python_packages() -> Report:
    """Known holes in the packages that `uv.lock` pins."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as pins:
        export = [sys.executable, "-m", "uv", "export", "--frozen", "--all-extras", "--no-hashes"]
        done = subprocess.run(
            [*export, "--no-emit-project", "--quiet"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        pins.write(done.stdout)
        pins.flush()
        command = [sys.executable, "-m", "pip_audit", "--requirement", pins.name, "--no-deps"]
        options = ["--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "10"]
        return of_pip(_run([*command, *options], ROOT))


def npm_packages(folder: Path) -> Report:
    """Known holes in the packages that a `package-lock.json` pins."""
    _, program = node.find()
    return of_npm(_run([*program, "audit", "--json", "--package-lock-only"], folder), folder.name)


def of_pip(output: str) -> Report:
    """What pip-audit's JSON says; a package that it could not look up is named, never passed over."""
    try:
        packages = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        return Report(skipped="the database of Python packages' holes can't be reached; skipped")
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    if packages and len(unknown) == len(packages):
        return Report(skipped="the database of Python packages' holes can't be reached; skipped")
    holes = [
        f"{package['name']} {package['version']}: {hole['id']} (mended in {', '.join(hole['fix_versions'])})"
        for package in packages
        for hole in package.get("vulns", [])
    ]
    return Report(holes, f"could not be looked up: {', '.join(unknown)}" if unknown else "")


def of_npm(output: str, where: str) -> Report:
    """What npm's JSON says."""
    try:
        found = json.loads(output)["vulnerabilities"]
    except (ValueError, KeyError):
        return Report(skipped=f"the database of npm packages' holes can't be reached; {where} skipped")
    return Report([f"{name}: {hole['severity']} ({where})" for name, hole in found.items()])


def _run(command: list[str], folder: Path) -> str:
    """What a command prints, whatever its exit code; nothing when it took too long."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout


if __name__ == "__main__":
    main()
