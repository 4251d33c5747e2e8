"""``python3 tools/cost``: see ``fare_cost.run``."""

import os
import sys

from fare_cost.run import main

try:
    status = main()
    sys.stdout.flush()
except BrokenPipeError:
    # Whoever reads, such as head, has read enough. Python would complain once more while it ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    status = 0
sys.exit(status)
