"""Statement files as banks write them, one module a format; each turns a `Download` into bytes."""
