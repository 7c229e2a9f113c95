"""Feeds: untrusted bytes in, typed records out. Knows the domain alone."""
