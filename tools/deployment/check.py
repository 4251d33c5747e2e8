"""Checks what `sam deploy` is about to deploy, within seconds and before anything is built.

Usage: .tools/sam/bin/python tools/deployment/check.py ARGUMENTS, in the project's directory. ARGUMENTS are those of the
`sam deploy` that follows, such as `--config-env prod`; `--output json` among them says the same for a program.

Exit status: 0 nothing speaks against it; 1 something must be mended, and each line says how; 2 it could not be checked.
It changes nothing in the project or the account, and reads no secret's value.
"""

import sys

from preflight.main import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
