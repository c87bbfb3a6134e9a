"""What every test of the analysis works on: a table whose truth is known."""

from collections.abc import Callable

import pytest

from benchmarks.warehouse import Warehouse


@pytest.fixture
def warehouse() -> Callable[..., Warehouse]:
    return Warehouse
