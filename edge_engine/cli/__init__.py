"""The edge-engine command."""
