"""One job in a process of its own: the job as JSON on the command line, the answer as the last line printed."""
import importlib
import json
import os
import sys
import time

ANSWER = "clas-bench-answer "
WORK = {"kernels": "torch_kernels", "onnx": "onnx_export"}
PEERS = {"torch": "torch_peer", "tensorflow": "tensorflow_peer", "onnxruntime": "onnxruntime_peer"}

job = json.loads(sys.argv[1])
module = WORK.get(job["work"]) or PEERS[job["engine"]["library"]]
value = importlib.import_module(module).run(job)
print(f"\n{ANSWER}{json.dumps({'value': value, 'processorSeconds': time.process_time()})}", flush=True)
os._exit(0)  # what ends the libraries tidily takes its time and is of no use here
