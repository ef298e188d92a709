"""Tables and projects of other programs: how each is recognised, and what becomes a number."""
