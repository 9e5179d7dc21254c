"""How numba compiles the loops over many patients; imported only once numba is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

__all__ = ["machine_code"]

_Kernel = TypeVar("_Kernel", bound=Callable[..., object])

# It is kept on disk for the next process; where no folder can be written, numba refuses on import.
# Python's lock is not held, so that threads share the patients.
machine_code = cast("Callable[[_Kernel], _Kernel]", njit(nogil=True, cache=True, error_model="numpy"))
