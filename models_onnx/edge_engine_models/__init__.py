"""The engine's ONNX models as files, each with its card, golden answers and a manifest of digests."""
