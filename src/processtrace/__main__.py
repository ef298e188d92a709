"""`python -m processtrace` is the command line."""

from processtrace.cli import main

main()
