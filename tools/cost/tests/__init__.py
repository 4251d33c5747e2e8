"""The paths are counted by hand here once more, and what the document shows is compared with what is printed.

    python3 -m unittest discover -s tools/cost/tests -t tools/cost
"""
