"""Stands in for `allennlp train` and for what answers: the same files, no model. Run as a script.

The behaviour is a JSON object: `seconds` an epoch, `wait_for` (a file), `fail_in_epoch`, `say` before that,
`kill_in_epoch` (by signal 9), `fail_to_answer`, `leave_out` (a split that is not answered), `deaf` (to SIGTERM).
"""

import json
import os
import signal
import sys
import time
import zipfile
from pathlib import Path


def write_checkpoint(directory: Path, epoch: int) -> None:
    for state in ("model_state", "training_state"):
        with zipfile.ZipFile(directory / f"{state}_e{epoch}_b0.th", "w") as file:
            file.writestr("data", "weights")
    (directory / "best.th").write_text("weights")
    (directory / "best_seq.th").write_text("weights")


def train(directory: Path, how: str, config: dict, behaviour: dict) -> None:
    found = directory.exists() and any(directory.iterdir())
    if found != (how == "recover"):
        sys.exit(f"{directory}: {how}, but there is {'something' if found else 'nothing'}")
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "config.json").write_text(json.dumps(config))
    print(
        "threads",
        os.environ.get("OMP_NUM_THREADS"),
        "devices",
        os.environ.get("CUDA_VISIBLE_DEVICES"),
        flush=True,
    )
    first = len(list(directory.glob("metrics_epoch_*.json")))
    for epoch in range(first, config["trainer"].get("num_epochs", 2)):
        print(f"epoch {epoch} begins", flush=True)
        if behaviour.get("fail_in_epoch") == epoch:
            print(behaviour.get("say", "ValueError: no such thing"), flush=True)
            sys.exit(1)
        if behaviour.get("kill_in_epoch") == epoch:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(behaviour.get("seconds", 0))
        while "wait_for" in behaviour and not Path(behaviour["wait_for"]).exists():
            time.sleep(0.01)
        metrics = {"validation_f1": 0.5 + epoch / 100, "validation_seq_f1": 0.5 + epoch / 100}
        (directory / f"metrics_epoch_{epoch}.json").write_text(json.dumps(metrics))
        write_checkpoint(directory, epoch)
    (directory / "metrics.json").write_text("{}")
    (directory / "model.tar.gz").write_text("archive")


def answer(directory: Path, how: str, config: dict, behaviour: dict) -> None:
    print("on device", how, flush=True)
    if behaviour.get("fail_to_answer"):
        sys.exit("error: no answer")
    (directory / "predictions").mkdir(exist_ok=True)
    gold = {"type": "person", "word_start": 0, "word_end": 1}
    alpha = config["model"]["alpha"]
    heads = [head for head, is_there in (("seq", alpha > 0), ("span", alpha < 1)) if is_there]
    for split in ("dev", "test"):
        for head in heads:
            if split != behaviour.get("leave_out"):
                sentence = {
                    "tokens": ["Quorth", "sails"],
                    "gold": [gold],
                    "entities": [{**gold, "score": 0.9}],
                }
                text = json.dumps(sentence) + "\n"
                (directory / "predictions" / f"{split}.{head}.jsonl").write_text(text)


if __name__ == "__main__":
    what, directory, how, config, behaviour = sys.argv[1:]
    behaviour = json.loads(behaviour)
    if behaviour.get("deaf"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    {"train": train, "answer": answer}[what](Path(directory), how, json.loads(config), behaviour)
