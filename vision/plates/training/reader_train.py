"""Trains the reader on synthetic plates with real crops among them.

`python3 reader_train.py DATA OUT.pt --steps N --real SHARE` reads the parts that reader_data.py wrote in DATA and trains at an
even rate; with `--from OUT.pt.last --settle` it goes on from there at a rate that falls to nothing. OUT.pt has the mean of the
weights, which is what reads best; OUT.pt.last the last weights and nothing averaged."""
import argparse
import copy
import pathlib
import time

import cv2
import numpy as np
import torch
from torch import nn

import crops
import plates
import reader_data
import reader_net
import reader_real

BATCH = 64


def load(path, count=None):
    with np.load(path) as part:
        return part["pictures"][:count], part["texts"][:count], part["colours"][:count]


def varied(rng, pictures):
    """Cheap changes, so that a second pass over the same plates is not the same."""
    pictures = pictures.astype(np.float32)
    count = len(pictures)
    pictures *= rng.uniform(0.75, 1.2, (count, 1, 1, 3)).astype(np.float32) ** 0.5
    pictures += rng.standard_normal((count, 1, 1, 3), np.float32) * 6
    for picture in pictures[:: int(rng.integers(2, 5))]:
        shift = (int(rng.integers(-2, 3)), int(rng.integers(-4, 5)))
        grain = rng.standard_normal(picture.shape[:2] + (1,), np.float32)
        picture[:] = np.roll(picture, shift, (0, 1)) + grain * rng.uniform(0, 10)
    return np.clip(pictures, 0, 255, out=pictures)


class Loss:
    def __init__(self):
        self.text = nn.CTCLoss(zero_infinity=True)
        self.colour = nn.CrossEntropyLoss()

    def __call__(self, outputs, texts, colours):
        text, colour = outputs
        lengths = torch.tensor((texts > 0).sum(1))
        steps = torch.full((len(texts),), reader_net.STEPS)
        spoken = text.log_softmax(2).permute(1, 0, 2)
        return self.text(spoken, torch.tensor(texts.astype(np.int64)), steps, lengths) + 0.3 * self.colour(
            colour, torch.tensor(colours.astype(np.int64)))


def tensor(pictures):
    return torch.from_numpy(np.ascontiguousarray(pictures, np.float32)).permute(0, 3, 1, 2)


def read(net, pictures):
    """[(text, confidence of the weakest character, colour)] of n x 48 x 160 x 3."""
    net.eval()
    with torch.no_grad():
        texts, colours = zip(*[net(tensor(pictures[i:i + 128])) for i in range(0, len(pictures), 128)])
    return [spell(t.softmax(1).numpy()) + (plates.COLOURS[int(c.argmax())],) for t, c in zip(torch.cat(texts), torch.cat(colours))]


def spell(scores):
    """CTC's best path: repeated classes are one, blanks part them."""
    best = scores.argmax(1)
    text, weakest = "", 1.0
    for step, one in enumerate(best):
        if one and (step == 0 or one != best[step - 1]):
            text += plates.CHARACTERS[one - 1]
            weakest = min(weakest, float(scores[best == one, one].max()))
    return text, weakest


def right(net, pictures, labels):
    return float(np.mean([text == label for (text, _, _), label in zip(read(net, pictures), labels)]))


def judge(net, checks):
    return "  ".join(f"{name} {100 * right(net, pictures, labels):.1f}" for name, (pictures, labels) in checks.items())


def checks(data):
    """What is looked at between: plates never trained on, synthetic and, where the shared folder is, real."""
    pictures, texts, _ = load(sorted(data.glob("part*.npz"))[0], 512)
    found = {"synthetic": (pictures, ["".join(plates.CHARACTERS[c - 1] for c in text if c) for text in texts])}
    for name in crops.TRAINED_SETS if crops.there() else ():
        kept = [row for row in crops.rows(name) if not crops.may_train(row)]
        found[name] = (np.stack([reader_real.whole(crops.picture(row)) for row in kept]), [row["plate"] for row in kept])
    return found


class Average:
    """The mean of the weights of the last steps reads better than the last weights."""

    def __init__(self, net):
        self.net = copy.deepcopy(net).eval()
        self.steps = 0

    def add(self, net):
        self.steps += 1
        keep = min(0.999, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            for mine, new in zip(self.net.state_dict().values(), net.state_dict().values()):
                if mine.dtype.is_floating_point:
                    mine.mul_(keep).add_(new, alpha=1 - keep)
                else:
                    mine.copy_(new)


def train(net, batches, steps, rate, settle, tell):
    """`batches` yields (pictures, texts, colours); `tell(step, loss, average)` is called now and then."""
    loss_of, average = Loss(), Average(net)
    optimiser = torch.optim.AdamW(net.parameters(), rate, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / 150) * (1 - step / steps if settle else 1))
    shown = 0.0
    for step in range(1, steps + 1):
        pictures, texts, colours = next(batches)
        net.train()
        loss = loss_of(net(tensor(pictures)), texts, colours)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        schedule.step()
        average.add(net)
        shown = loss.item() if step == 1 else 0.98 * shown + 0.02 * loss.item()
        if step % 250 == 0 or step == steps:
            tell(step, shown, average.net)
    return average.net


def synthetic(data, rng, batch):
    """Endless batches from the parts in `data`, the first of which is kept for judging. New parts are seen as they arrive."""
    while True:
        for path in rng.permutation(sorted(data.glob("part???.npz"))[1:]):
            pictures, texts, colours = load(path)
            order = rng.permutation(len(pictures))
            for i in range(0, len(order) - batch + 1, batch):
                some = np.sort(order[i:i + batch])
                yield varied(rng, pictures[some]), texts[some], colours[some]


def with_real(data, rng, share):
    """The same with a share of real crops. Most plates stay synthetic, or rare provinces, yellow and green are forgotten."""
    known = crops.labelled_for_training()
    count = int(BATCH * share) if known else 0
    for pictures, texts, colours in synthetic(data, rng, BATCH - count):
        some = [known[i] for i in rng.integers(0, len(known), count)] if count else []
        real = [reader_real.varied(rng, crop).astype(np.float32) for crop, _ in some]
        spoken = [np.array(reader_data.encode(text), np.uint8) for _, text in some]
        yield (np.stack([*pictures, *real]), np.stack([*texts, *spoken]), np.append(colours, np.zeros(count, np.uint8)))


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=pathlib.Path)
    arguments.add_argument("out", type=pathlib.Path)
    arguments.add_argument("--steps", type=int, required=True)
    arguments.add_argument("--rate", type=float, default=2.5e-3)
    arguments.add_argument("--seed", type=int, default=6)
    arguments.add_argument("--from", dest="start", type=pathlib.Path)
    arguments.add_argument("--real", type=float, default=0.2, help="share of real crops")
    arguments.add_argument("--settle", action="store_true")
    chosen = arguments.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(chosen.seed)
    rng = np.random.default_rng(chosen.seed)
    net = reader_net.Reader().to(memory_format=torch.channels_last)
    if chosen.start:
        net.load_state_dict(torch.load(chosen.start))
    looked, began = checks(chosen.data), time.time()

    def tell(step, loss, average):
        print(f"step {step}  loss {loss:.3f}  {judge(average, looked)}  {time.time() - began:.0f} s", flush=True)
        torch.save(average.state_dict(), chosen.out)
        torch.save(net.state_dict(), f"{chosen.out}.last")

    batches = with_real(chosen.data, rng, chosen.real)
    train(net, batches, chosen.steps, chosen.rate, chosen.settle, tell)


if __name__ == "__main__":
    main()
