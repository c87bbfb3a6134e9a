"""Fetches what the server ships but others made: the chart engine and the fonts, with their licences.

They come from npm at the versions of `ui/assets/package-lock.json` and go into `src/claribi/assets/`.
"""

import hashlib
import shutil
import sys
from pathlib import Path

from node import npm

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "ui" / "assets"
TARGET = ROOT / "src" / "claribi" / "assets"
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
    npm(["ci", "--ignore-scripts"], SOURCE)
    for source, target in FILES.items():
        (TARGET / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SOURCE / "node_modules" / source, TARGET / target)
    stamp.write_text(digest)
    return 0


def fingerprint() -> str:
    """Changes with the versions of the packages and with what is taken from them."""
    inputs = (SOURCE / "package-lock.json").read_bytes() + Path(__file__).read_bytes()
    return hashlib.sha256(inputs).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
