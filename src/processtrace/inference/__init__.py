"""A study in numbers: what enters, the exact posterior, shares, sweeps, draws, and their diagnostics."""
