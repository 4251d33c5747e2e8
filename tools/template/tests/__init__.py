"""Each check is given a broken copy of a sound template, or of the project's own definitions, and must find what is broken.

The tools are the real ones.
"""
