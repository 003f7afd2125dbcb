"""Times a call as timing.ts does: warm up, then the milliseconds of single calls and the number of cores at work."""
import math
import resource
import sys
import time


def measure(call, runs, seconds, warm_up):
    last = 0.0
    begun = time.perf_counter()
    count = 0
    while count < warm_up or time.perf_counter() - begun < 0.15:
        last = clock(call, 1)
        count += 1
    calls = max(1, math.ceil(20 / max(last, 1e-6)))
    milliseconds = []
    processor, wall = time.process_time(), time.perf_counter()
    while len(milliseconds) < runs:
        milliseconds.append(clock(call, calls))
        if len(milliseconds) >= 3 and time.perf_counter() - wall > seconds:
            break
    cores = (time.process_time() - processor) / (time.perf_counter() - wall)
    return {"milliseconds": milliseconds, "cores": cores, "residentBytes": resident_bytes()}


def clock(call, calls):
    begun = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - begun) * 1000 / calls


def resident_bytes():
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
