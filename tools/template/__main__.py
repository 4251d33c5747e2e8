"""``.tools/sam/bin/python tools/template``: see ``template_checks.run``."""

import sys

from template_checks.run import main

sys.exit(main())
