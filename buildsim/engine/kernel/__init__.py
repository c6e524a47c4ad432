"""The compiled kernel: the same meaning as the reference engine, in one numba loop over flat arrays."""
