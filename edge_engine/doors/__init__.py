"""Doors: one narrow way into the engine for programs in any language; see ``docs/doors.md``.

`edge_engine.doors.door` is the core that every face shares: the stdio sidecar (`edge_engine.doors.stdio`), the C ABI
and what is built on them. It adds nothing to the table of operations; it carries requests to it and answers back.
"""
