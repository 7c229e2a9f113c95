"""Inference: ONNX models behind a registry that checks what it loads."""
