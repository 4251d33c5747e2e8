"""``python3 tools/cost``: see ``fare_cost.run``."""

import os
import sys

from fare_cost.run import main


def run() -> int:
    """Runs it to the end of what it prints, and returns the exit status."""
    try:
        try:
            return main()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads, such as head, has read enough.
        discard()
        return 0
    except OSError as error:
        print(f"cost: the output cannot be written: {error.strerror}.", file=sys.stderr)
        discard()
        return 2


def discard() -> None:
    """Has what is not yet written go nowhere: Python would complain once more while it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


sys.exit(run())
