"""A certified OpenID provider in a process of its own."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import node
from support import free_port

FOLDER = Path(__file__).parent / "oidc"
SECRET = "a secret of the tests"
CALLBACK = "/api/v1/auth/sso/callback"


@contextmanager
def providing(callback: str) -> Iterator[str]:
    """The address of a running provider that sends people back to `callback`."""
    if not (FOLDER / "node_modules" / "oidc-provider").is_dir():
        node.npm(["ci"], FOLDER)
    port = free_port()
    process = subprocess.Popen(
        [str(node.find()[0] / "node"), "provider.mjs", str(port), callback],
        cwd=FOLDER,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    next(line for line in process.stdout if line.startswith("listening"))
    yield f"http://localhost:{port}"
    process.terminate()
    process.wait(20)
    process.stdout.close()
