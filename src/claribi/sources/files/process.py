"""The child process of a conversion: it reads one file, writes one directory and ends."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import claribi
from claribi.core.child import Handler
from claribi.core.sandbox import restrict_files
from claribi.sources.files.convert import convert
from claribi.sources.files.messages import ConvertRequest, packed, unpacked

# Where Python, its libraries and what DuckDB asks the kernel about are.
SYSTEM = (sys.prefix, sys.base_prefix, "/usr", "/lib", "/lib64", "/etc/localtime", "/proc", "/sys", "/dev")


def handler() -> Handler:
    return _answer


def _answer(request: Any, progress: Callable[[Any], None]) -> Any:
    task = unpacked(request, ConvertRequest)
    task.output.mkdir(parents=True, exist_ok=True)
    package = Path(claribi.__file__).parent
    restrict_files(writable=[task.output], readable=[*SYSTEM, package, task.path, task.output])
    return packed(convert(task.path, task.filename, task.output, on_progress=progress))
