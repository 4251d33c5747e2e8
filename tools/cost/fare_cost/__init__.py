"""What a fare costs on AWS, by the path that it takes, and which quota it meets first.

``inputs`` reads the prices and assumptions, ``machine`` the state machines' definitions and ``template`` what is counted in
the template; ``work`` says what one invocation does, ``paths`` which states a fare goes through, ``direct`` what both would
be without the functions that only write; ``cost`` multiplies, ``fixed`` and ``quotas`` do so for a month and for a second;
``report`` says it and ``run`` is all of it.

Amounts and quantities are ``Decimal``; nothing is ever a float.
"""
