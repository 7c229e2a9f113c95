"""Aggregate upload for Edge Engine. Nothing leaves the device in this release: the package holds its name."""
