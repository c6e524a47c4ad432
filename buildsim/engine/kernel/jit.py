"""How the kernel's functions are compiled: without the interpreter's lock, with C's division, and without counting.

Numba counts the references to each array that is handed from function to function, by atomic instructions, which took
half of the time and made threads wait for each other. Nothing here allocates or keeps an array, so nothing need be
counted. (Numba takes the switch, ``_nrt``, but does not document it; https://github.com/numba/numba/issues/2345.)
"""

from __future__ import annotations

from functools import partial

from numba import njit

compiled = partial(njit, nogil=True, error_model="numpy", _nrt=False)
"""The decorator of every compiled function; no caller divides by zero."""
