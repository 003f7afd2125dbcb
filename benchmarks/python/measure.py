"""One measurement in a process of its own: the job as JSON on the command line, the answer as the last line printed."""
import importlib
import json
import sys

ANSWER = "clas-bench-answer "
PEERS = {"torch": "torch_peer", "tensorflow": "tensorflow_peer", "onnxruntime": "onnxruntime_peer"}

job = json.loads(sys.argv[1])
peer = "torch_kernels" if job["work"] == "kernel" else PEERS[job["engine"]["library"]]
value = importlib.import_module(peer).run(job)
print(f"\n{ANSWER}{json.dumps({'value': value})}", flush=True)
