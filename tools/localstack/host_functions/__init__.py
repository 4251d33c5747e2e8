"""LocalStack's functions as processes of this machine, and a DynamoDB that needs no Java.

``process`` and ``runtime_api`` know nothing of LocalStack; ``executor`` and ``dynamodb`` are its plugins.
"""
