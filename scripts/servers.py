"""Installs what the tests talk to and this machine lacks, as Debian packages: servers and a browser."""

import glob
import os
import shutil
import subprocess
import sys

# What must be there, and the package that brings it.
NEEDED = {
    "postgresql": lambda: shutil.which("initdb") or glob.glob("/usr/lib/postgresql/*/bin/initdb"),
    "mariadb-server": lambda: shutil.which("mariadbd"),
    "redis-server": lambda: shutil.which("redis-server"),
    # Spark itself comes as a Python package.
    "openjdk-17-jre-headless": lambda: shutil.which("java"),
    # The same browser without its windows, which costs a third of the time.
    "chromium-headless-shell": lambda: shutil.which("chromium-headless-shell"),
}


def main() -> int:
    missing = [package for package, present in NEEDED.items() if not present()]
    if not missing:
        return 0
    command = f"apt-get install -y --no-install-recommends {' '.join(missing)}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(f"The tests need {', '.join(missing)}. Install them first, for example: sudo {command}")
        return 1
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"Installing {', '.join(missing)} for the tests …", flush=True)
    for step in ("apt-get update", command):
        done = subprocess.run(step.split(), env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(f"{step} failed:\n{done.stderr[-2000:]}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
