"""The C ABI: the engine in the process of a program that is not written in Python."""
