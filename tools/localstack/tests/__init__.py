"""Tests of the plugin with real processes, without a running LocalStack."""
