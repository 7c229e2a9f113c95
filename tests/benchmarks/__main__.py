"""Run every benchmark and print its figures beside the goals; ``python -m tests.benchmarks [NAME ...]``."""

from __future__ import annotations

import importlib
import json
import platform
import sys
from pathlib import Path

GOALS = {
    "import_and_open_ms": "<= 60",
    "onboarding_ms": "<= 250",
    "single_transaction_p50_ms": "<= 1",
    "rss_with_models_mb": "<= 110",
    "ratio_sqlcipher_100k": "<= 1.25",
    "ratio_sqlcipher_1m": "<= 1.25",
    "rollup_speedup_100k": ">= 20",
    "shard_count_times_faster": ">= 2",
    "shard_sum32_times_faster": ">= 12",
    "shard_histogram100_times_faster": ">= 3",
    "shard_sumvec1000x16_times_faster": ">= 4",
    "verify_sum32_times_faster": ">= 5",
    "verify_histogram100_times_faster": ">= 5",
    "verify_sumvec1000x16_times_faster": ">= 8",
    "report_histogram100_ms": "<= 1.5",
    "report_histogram100_bytes": "<= 2800",
    "vowpal_lines_over_ours": ">= 10",
    "vowpal_text_over_ours": ">= 10",
    "mabwiser_over_ours": ">= 100",
    "regret_separate_over_mabwiser": "<= 1.05",
    "regret_fifty_over_mabwiser": "<= 1.05",
    "react_p50_ms": "<= 1.5",
    "hello_stdio_ms": "<= 40",
    "hello_koffi_ms": "<= 25",
    "open_stdio_ms": "<= 15",
    "open_koffi_ms": "<= 15",
    "first_categorize_stdio_ms": "<= 250",
    "first_categorize_koffi_ms": "<= 150",
    "nil_stdio_us": "<= 40",
    "nil_koffi_us": "<= 8",
    "nil_koffi_blocking_us": "<= 8",
    "lag_stdio_p99_ms": "<= 10",
    "lag_koffi_p99_ms": "<= 10",
    "c_hello_ms": "<= 25",
    "c_open_after_hello_ms": "<= 15",
    "c_first_categorization_ms": "<= 150",
    "c_nil_call_us": "<= 2",
    "c_nil_call_other_thread_us": "<= 2",
    "c_lag_p99_ms": "<= 10",
    "c_rss_open_mb": "<= 30",
    "c_rss_with_model_mb": "<= 80",
    "reports_per_second_uploads_of_50": ">= 500",
    "reports_per_second_uploads_of_1": ">= 500",
    "jvm_stdio_nil_p50_us": "<= 40",
    "jvm_jna_nil_p50_us": "<= 8",
    "hello_sidecar_ms": "<= 40",
    "open_after_hello_ms": "<= 15",
    "first_category_sidecar_ms": "<= 250",
    "rss_sidecar_before_model_mb": "<= 30",
    "rss_sidecar_after_model_mb": "<= 80",
    "ping_stdio_us": "<= 40",
    "loop_lag_p50_ms": "<= 10",
}


def main(names: list[str]) -> None:
    """Run the named benchmarks, or all, and write their figures to the terminal and to ``.cache/bench.json``."""
    here = Path(__file__).parent
    chosen = names or sorted(path.stem.removeprefix("bench_") for path in here.glob("bench_*.py"))
    figures: dict[str, dict[str, float | str]] = {}
    print(
        f"{platform.platform()}, Python {platform.python_version()}; medians; trust ratios over absolute times"
    )
    for name in chosen:
        print(f"\n== {name}", flush=True)
        figures[name] = importlib.import_module(f"tests.benchmarks.bench_{name}").measure()
        for key, value in figures[name].items():
            shown = f"{value:12.2f}" if isinstance(value, float) else f"  {value}"
            print(f"{key:36}{shown}   {GOALS.get(key, '')}")
    out = Path(".cache")
    out.mkdir(exist_ok=True)
    (out / "bench.json").write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
