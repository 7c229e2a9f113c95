"""Descriptions of what goes through the doors, and what is generated from them: client types and documentation."""
