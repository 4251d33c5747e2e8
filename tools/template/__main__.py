"""``.tools/sam/bin/python tools/template``: see ``template_checks.run``."""

import signal
import sys

try:
    # Takes long enough to be interrupted.
    from template_checks.run import main

    status = main()
except KeyboardInterrupt:
    # Nothing is left but to end, so once more changes nothing.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print("template: interrupted", file=sys.stderr)
    status = 130
sys.exit(status)
