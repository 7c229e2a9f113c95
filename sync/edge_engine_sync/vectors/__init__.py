"""Known answers, replayed: ``python -m edge_engine_sync.vectors PATH...``.

Four formats are known by what is in a file: the test vectors of the VDAF draft (functions and XOF), those of RFC 9180,
and lists of DAP messages as bytes with their fields.
"""
