"""Reading the whole library anew: as a ratio to the YAML parser alone on the same files, in one run."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from ruamel.yaml import YAML

from adjuvant.library.tables import read_table

FOLDER = Path(str(resources.files("adjuvant") / "library" / "opioids"))


def best(job: Callable[[], object]) -> float:
    """Seconds of processor time of the best of five runs."""
    seconds = []
    for _ in range(5):
        begun = time.process_time()
        job()
        seconds.append(time.process_time() - begun)
    return min(seconds)


def main() -> None:
    """Print seconds and the ratio."""
    paths = [path for path in sorted(FOLDER.glob("*.yaml")) if path.stem != "pairs"]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    alone = best(lambda: [YAML(typ="safe", pure=True).compose(text) for text in texts])
    whole = best(lambda: [read_table(path) for path in paths])
    title = f"{len(paths)} conversion tables, checked and cited"
    print(f"  {'the YAML parser alone':52} {alone:6.3f} s    1.0 times")
    print(f"  {title:52} {whole:6.3f} s  {whole / alone:5.1f} times")


if __name__ == "__main__":
    main()
