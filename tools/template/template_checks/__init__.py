"""Checks of the template and of the state machines' definitions: four tools, and four checks of its own.

``template`` reads what is checked; ``sam``, ``cfn_lint``, ``definitions`` and ``checkov`` run a tool each. The project's own
are ``wildcards``, on the ``statements`` of policies, ``references``, ``cycles`` and ``secrets``. ``waivers`` takes away what
the template itself waives; ``report`` says what is left; ``run`` is all of it.
"""
