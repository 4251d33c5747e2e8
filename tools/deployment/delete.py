"""Deletes a stack with `sam delete`, once nothing runs in it any more.

Usage: .tools/sam/bin/python tools/deployment/delete.py ARGUMENTS, in the project's directory. ARGUMENTS are those of
`sam delete`, such as `--config-env dev`.

Exit status: that of `sam delete`, and before it 0 there is no such stack; 1 something must be mended, and each line says
how; 2 it could not be checked.
"""

import os
import sys

from preflight.deletion import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], lambda: os.execvp("sam", ["sam", "delete", *sys.argv[1:]])))
