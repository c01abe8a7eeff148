"""`python -m benchmarks [names]`: run the named benchmarks, or all, and print Markdown."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import fields

from benchmarks import (
    backfill,
    backfill_memory,
    burst,
    conformance,
    dag_parse,
    definition_live,
    definitions,
    estimates,
    graph_cpu,
    intelligence,
    ladder_auto,
    lanes,
    list_queries,
    media_cpu,
    model_tables,
    mps_calls,
    pages_api,
    picture_check,
    quality_hits,
    review,
    scrape,
    sound_check,
    split,
    split_ladder,
    split_live,
    split_quality,
    target_vmaf,
    task_cpu,
    upload_latency,
)
from benchmarks.machine import machine_line
from benchmarks.options import Options
from benchmarks.report import Table

BENCHMARKS: dict[str, Callable[[Options], list[Table]]] = {
    "media_cpu": media_cpu.run,
    "graph_cpu": graph_cpu.run,
    "sound_check": sound_check.run,
    "split": split.run,
    "split_ladder": split_ladder.run,
    "split_live": split_live.run,
    "split_quality": split_quality.run,
    "picture_check": picture_check.run,
    "intelligence": intelligence.run,
    "models": model_tables.run,
    "review": review.run,
    "upload_latency": upload_latency.run,
    "backfill": backfill.run,
    "backfill_memory": backfill_memory.run,
    "burst": burst.run,
    "task_cpu": task_cpu.run,
    "definition_live": definition_live.run,
    "dag_parse": dag_parse.run,
    "definitions": definitions.run,
    "pages_api": pages_api.run,
    "list_queries": list_queries.run,
    "scrape": scrape.run,
    "mps_calls": mps_calls.run,
    "lanes": lanes.run,
    "conformance": conformance.run,
    "quality_hits": quality_hits.run,
    "target_vmaf": target_vmaf.run,
    "ladder_auto": ladder_auto.run,
    "estimates": estimates.run,
}
HELP = {
    "samples": "uploads per way (`backfill`: with and without one), runs per way, and definition changes per kind",
    "repeats": "repetitions of each media command",
    "clip_s": "length of the synthesised clip, in seconds (at least 15)",
    "graph_lengths": "lengths of the clips of graph_cpu, in seconds, at least 15 each",
    "split_lengths": "lengths of the clips of the benchmarks of split, in seconds",
    "split_chunk_s": "length of a chunk of the benchmarks of split, in seconds",
    "split_workers": "workers of split and split_ladder, a core each",
    "workflows": "other workflows in the store for definition_live's second half; 0 leaves it out",
    "long_s": "seconds of the source whose memory `intelligence` measures (3600 takes long); 0 leaves it out",
    "speech_dir": "directory of speech with known transcripts, for models and intelligence; empty: left out",
    "media_dir": "directory of real clips, for models and benchmarks of media; empty: none",
    "clip_cap_s": "seconds that quality_hits gives a clip; one that takes longer is listed as failed",
    "vmaf_target": "VMAF NEG that target_vmaf asks for",
    "vmaf_codecs": "codecs of target_vmaf",
    "settle_cap_s": "seconds to wait until these are listed and the dag-processor is idle",
    "definition_sizes": "numbers of workflows for definitions",
    "page_workflows": "workflows in the databases for pages_api, list_queries and scrape",
    "page_runs": "runs in the databases for these; a fifth of them is one workflow's",
    "page_data": "directory in which pages_api and list_queries keep the databases they have filled; empty: none",
    "run_interval_s": "seconds from run to run in the databases for scrape: its metrics are of the last day",
    "tabs": "open tabs for pages_api",
    "uploads": "uploads of one burst, and runs of the stock DAG beside it",
    "existing": "objects that `backfill` finds in the bucket",
    "queued": "objects that are queued while `backfill_memory` measures",
    "queued_s": "seconds for which `backfill_memory` measures the running backfill",
    "calls": "calls of each kind for mps_calls",
    "tabs_s": "seconds for which the tabs poll",
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(BENCHMARKS)}; none: all")
    for option in fields(Options):
        kind = type(option.default)
        flag = "--" + option.name.replace("_", "-")
        parser.add_argument(flag, type=kind, default=option.default, help=f"{HELP[option.name]} (%(default)s)")
    return parser


def main() -> None:
    """Run in the given order; each table is printed as soon as it is there, progress goes to stderr."""
    parser = _parser()
    given = vars(parser.parse_args())
    names = given.pop("names") or list(BENCHMARKS)
    if unknown := set(names) - set(BENCHMARKS):
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(BENCHMARKS)}")
    print(f"Measured on: {machine_line()}\n", flush=True)
    for name in names:
        print(f"{name} ...", file=sys.stderr, flush=True)
        for table in BENCHMARKS[name](Options(**given)):
            print(table.markdown(), flush=True)


if __name__ == "__main__":
    main()
