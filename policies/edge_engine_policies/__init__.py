"""The engine's rules as files: purposes, data categories and taxonomy. Read with `importlib.resources`."""
