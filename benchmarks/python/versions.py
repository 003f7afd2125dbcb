"""Prints, as JSON, which of the peers are installed, and where the library of TensorFlow is."""
import importlib.metadata
import importlib.util
import json
import platform

NAMES = {
    "torch": ["torch"],
    "tensorflow": ["tensorflow", "tensorflow-cpu", "tensorflow-intel"],
    "onnxruntime": ["onnxruntime", "onnxruntime-gpu"],
    "onnx": ["onnx"],
    "onnxscript": ["onnxscript"],
    "numpy": ["numpy"],
}


def version(names):
    for name in names:
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return None


found = importlib.util.find_spec("tensorflow")
folder = list(found.submodule_search_locations or [None])[0] if found else None
print(json.dumps({
    "python": platform.python_version(),
    "packages": {package: version(names) for package, names in NAMES.items()},
    "tensorflowFolder": folder,
}))
