"""Builds the web application into `src/claribi/assets/web`; `check` and `types` serve those who work on it.

python scripts/ui.py          build it, unless nothing changed since the last time
python scripts/ui.py check    lint it, check its types, that they fit the server's API, and its catalogs
python scripts/ui.py types    make the types of the API anew
python scripts/ui.py texts    put new texts into the catalogs of other languages, and take out unused ones
"""

import hashlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from catalogs import Catalog, read
from node import npm

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "ui"
TARGET = ROOT / "src" / "claribi" / "assets" / "web"
TYPES = SOURCE / "src" / "api" / "schema.d.ts"
LOCALES = SOURCE / "src" / "locales"
# Named among the needs of what is shipped, but nothing of them is in what they have made.
COMPILERS = {"@lingui/babel-plugin-lingui-macro"}
INSTALLED = SOURCE / "node_modules" / ".claribi-lock"


def main(task: str = "build") -> int:
    tasks = {"build": build, "check": check, "types": types, "texts": texts}
    if task not in tasks:
        print(__doc__)
        return 2
    return tasks[task]()


def build() -> int:
    digest = fingerprint(sources())
    stamp = TARGET / ".built"
    if stamp.is_file() and stamp.read_text() == digest and (TARGET / "index.html").is_file():
        return 0
    print("Building the web application …", flush=True)
    install()
    npm(["run", "build"], SOURCE)
    (TARGET / "licenses.txt").write_text(licenses())
    stamp.write_text(digest)
    return 0


def licenses() -> str:
    """The terms of every package that the built application holds."""
    packages = json.loads((SOURCE / "package-lock.json").read_text())["packages"]
    texts = []
    for name in shipped(packages):
        title = f"==== {name.rpartition('node_modules/')[2]} {packages[name]['version']}"
        files = [*(SOURCE / name).glob("*"), *(SOURCE / name).glob("licenses/*")]
        terms = [
            file for file in files if file.is_file() and file.name.lower().startswith(("licen", "notice"))
        ]
        texts += [f"{title}: {file.name}\n\n{file.read_text(encoding='utf-8')}" for file in sorted(terms)]
    return "\n\n".join(texts)


def shipped(packages: dict[str, dict[str, Any]]) -> list[str]:
    """The folders of what the application needs, and of what that needs in turn."""
    found: set[str] = set()
    waiting = [("", name) for name in packages[""]["dependencies"]]
    while waiting:
        folder, name = waiting.pop()
        place = resolved(packages, folder, name)
        if place in found or name in COMPILERS:
            continue
        found.add(place)
        waiting += [(place, other) for other in packages[place].get("dependencies", {})]
    return sorted(found)


def resolved(packages: dict[str, dict[str, Any]], folder: str, name: str) -> str:
    """Where a package in `folder` finds another one: its own, or the nearest further up."""
    while f"{folder}/node_modules/{name}".lstrip("/") not in packages:
        folder = folder.rpartition("/node_modules/")[0] if "/node_modules/" in folder else ""
    return f"{folder}/node_modules/{name}".lstrip("/")


def check() -> int:
    install()
    npm(["run", "lint"], SOURCE)
    npm(["run", "check"], SOURCE)
    problems = [problem for file in sorted(LOCALES.glob("*.po")) for problem in check_catalog(file)]
    if TYPES.read_text() != generated():
        name = TYPES.relative_to(ROOT)
        problems.append(f"{name} does not fit the server's API: run python scripts/ui.py types")
    print("".join(f"{problem}\n" for problem in problems), end="")
    return 1 if problems else 0


def check_catalog(file: Path) -> list[str]:
    """What a catalog lacks, has too much, or says otherwise than the text in the code."""
    kept = file.read_bytes()
    catalog = read(file)
    npm(["run", "texts"], SOURCE)
    wanted = read(file)
    file.write_bytes(kept)
    return [f"{file.relative_to(ROOT)}: {problem}" for problem in Catalog(catalog).problems(set(wanted))]


def types() -> int:
    install()
    TYPES.write_text(generated())
    return 0


def texts() -> int:
    install()
    npm(["run", "texts"], SOURCE)
    return 0


def generated() -> str:
    """The API as TypeScript types, from the specification that the server itself answers."""
    with tempfile.TemporaryDirectory() as folder:
        specification, output = Path(folder) / "openapi.json", Path(folder) / "schema.d.ts"
        specification.write_text(json.dumps(openapi(Path(folder))))
        npm(["run", "types", "--", str(specification), "--output", str(output)], SOURCE)
        return output.read_text()


def openapi(folder: Path) -> object:
    # Only those who check or change the API have the server at hand; a build needs no more than node.
    from claribi.app import create_app  # noqa: PLC0415
    from claribi.core.settings import Settings  # noqa: PLC0415

    return create_app(Settings(data_dir=folder)).openapi()


def install() -> None:
    """`npm ci`, unless the packages are there in the versions of the lock file."""
    digest = fingerprint([SOURCE / "package-lock.json"])
    if INSTALLED.is_file() and INSTALLED.read_text() == digest:
        return
    npm(["ci", "--ignore-scripts"], SOURCE)
    INSTALLED.write_text(digest)


def sources() -> list[Path]:
    """What the build is made of."""
    folders = [file for name in ("src",) for file in (SOURCE / name).rglob("*") if file.is_file()]
    return sorted([*folders, *SOURCE.glob("*.json"), *SOURCE.glob("*.ts"), SOURCE / "index.html"])


def fingerprint(files: list[Path]) -> str:
    parts = [hashlib.sha256(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes()) for file in files]
    return hashlib.sha256(b"".join(part.digest() for part in parts)).hexdigest()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
