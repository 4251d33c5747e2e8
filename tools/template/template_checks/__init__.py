"""Checks of the template and of the state machines' definitions: four tools, and one check of its own.

``template`` reads what is checked; ``sam``, ``cfn_lint``, ``definitions`` and ``checkov`` run a tool each, and ``wildcards``
is the project's own, on the ``statements`` of policies; ``waivers`` takes away what the template itself waives; ``report``
says what is left; ``run`` is all of it.
"""
