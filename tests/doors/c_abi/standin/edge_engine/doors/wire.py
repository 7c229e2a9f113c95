"""The version that the library asks for."""

ABI = 1
