"""LocalStack's plugin: each JSON path of a state machine is parsed once.

LocalStack parses a path every time that a state uses it, and its parser computes its own tables anew for each: 17 ms of
the one processor that Python has, some forty times for a fare. That is more than half of all that a fare costs there.
With two dozen fares under way, functions then wait for their tables for longer than their clients do.
"""

import functools

from localstack.runtime import hooks

# More than the state machines have.
KEPT_PATHS = 1024


@hooks.on_infra_start()
def parse_paths_once() -> None:
    """Before any state machine runs. A parsed path is not changed by its use, so all that use it may share it."""
    from localstack.services.stepfunctions.asl.component.common.path import result_path
    from localstack.services.stepfunctions.asl.utils import json_path

    # They know paths of different kinds, each with its own parser.
    for module in (json_path, result_path):
        module.parse = functools.lru_cache(KEPT_PATHS)(module.parse)
