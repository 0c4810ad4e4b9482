"""What every Python program of the benches shares: `python3 common.py NAME` plays NAME.py whenever a line asks for it."""
import importlib.util
import json
import os
import sys
import time

sys.path.pop(0)  # this directory: its numbers.py is not Python's own

from pyspark import SparkContext

size = {name: value for name, value in (entry.split("=", 1) for entry in os.environ["BENCH_SIZE"].split(";") if entry)}


def answer(facts):
    print("\n@@ " + json.dumps(facts), flush=True)


def timed(work):
    start = time.perf_counter()
    result = work()
    return result, (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), sys.argv[1] + ".py")
    spec = importlib.util.spec_from_file_location(sys.argv[1].replace("-", "_"), path)
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    sc = SparkContext.getOrCreate()
    play = program.program(sc, size)
    answer({"ready": True})
    for line in sys.stdin:
        result, ms = timed(lambda: play(json.loads(line)))
        answer({"ms": ms, **result})
    sc.stop()
