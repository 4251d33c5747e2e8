"""What is wrong with what was given."""


class CostError(Exception):
    """Nothing can be computed. The text is one sentence that names the file and what in it is at fault."""
