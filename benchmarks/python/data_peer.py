"""The peers' part of `npm run bench -- data`: pictures per second of a DataLoader, with Pillow or OpenCV."""
import json
import os
import random
import resource
import sys
import time

import torch
import torchvision
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms
from torchvision.transforms import v2

ANSWER = "clas-bench-answer "
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
job = json.loads(sys.argv[1])


class WithPillow(Dataset):
    def __init__(self, files, transform):
        self.files, self.transform = files, transform

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        from PIL import Image

        path, label = self.files[index]
        with Image.open(path) as image:
            return self.transform(image.convert("RGB")), label


class WithOpenCV(Dataset):
    """The same crop, flip and normalisation, as PaddleClas does them: arrays of float32, channels first."""

    def __init__(self, files):
        import numpy

        self.files = files
        self.mean, self.std = numpy.float32(MEAN), numpy.float32(STD)

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        import cv2
        import numpy

        path, label = self.files[index]
        image = cv2.cvtColor(cv2.imread(path, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        height, width = image.shape[:2]
        ratio = random.uniform(3 / 4, 4 / 3)
        bound = min(width / height / ratio, height / width * ratio)
        area = width * height * random.uniform(min(0.08, bound), min(1, bound))
        w, h = max(1, int((area * ratio) ** 0.5)), max(1, int((area / ratio) ** 0.5))
        x, y = random.randint(0, width - w), random.randint(0, height - h)
        image = cv2.resize(image[y:y + h, x:x + w], (224, 224), interpolation=cv2.INTER_LINEAR)
        if random.random() < 0.5:
            image = cv2.flip(image, 1)
        image = (image.astype(numpy.float32) * numpy.float32(1 / 255) - self.mean) / self.std
        return torch.from_numpy(image.transpose(2, 0, 1).copy()), label


def one_thread(_):
    """Each worker is one process; OpenCV would use all cores in each."""
    import cv2

    cv2.setNumThreads(0)


def data_set(files):
    if job["engine"] == "OpenCV":
        return WithOpenCV(files)
    if job["work"] == "RandAugment":
        return WithPillow(files, v2.Compose([
            v2.RandomResizedCrop(224), v2.RandomHorizontalFlip(), v2.RandAugment(),
            v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)]))
    return WithPillow(files, transforms.Compose([
        transforms.RandomResizedCrop(224), transforms.RandomHorizontalFlip(),
        transforms.ToTensor(), transforms.Normalize(MEAN, STD)]))


def main():
    folders = sorted(entry.path for entry in os.scandir(job["folder"]) if entry.is_dir())
    files = [(entry.path, label) for label, folder in enumerate(folders) for entry in os.scandir(folder)]
    files = [(path, label) for path, label in files if path.lower().endswith((".jpg", ".jpeg"))]
    loader = DataLoader(data_set(files), batch_size=job["batchSize"], shuffle=True, num_workers=job["workers"],
                        persistent_workers=True, worker_init_fn=one_thread if job["engine"] == "OpenCV" else None)
    for _ in loader:
        pass
    begun = time.perf_counter()
    for _ in range(job["passes"]):
        for _ in loader:
            pass
    seconds = time.perf_counter() - begun
    del loader  # ends the workers, whose time then counts
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    processor = sum(each.ru_utime + each.ru_stime for each in usage)
    value = {"picturesPerSecond": job["passes"] * len(files) / seconds, "versions": versions()}
    print(f"\n{ANSWER}{json.dumps({'value': value, 'processorSeconds': processor})}", flush=True)


def versions():
    import PIL

    found = f"torch {torch.__version__}, torchvision {torchvision.__version__}"
    if job["engine"] != "OpenCV":
        return f"{found}, Pillow {PIL.__version__}"
    import cv2

    return f"{found}, OpenCV {cv2.__version__}"


if __name__ == "__main__":
    main()
