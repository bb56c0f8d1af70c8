"""Trains the network of ``cleaner.judge.sequence`` in PyTorch and turns it into whole numbers. Needs the ``train`` extra."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.judge.sequence import DILATIONS, EXACT, FINE, LEVELS, MEAN_STEPS, TAPS, Network, inputs

_LONGEST = 600
"""Lines of a training sequence; longer documents are cut."""
_BATCH = 4000
"""Lines of a batch."""
_WARM = 100
_ROWS = 100_000
_WIDEST_WEIGHT = 511


@dataclass(frozen=True)
class Setting:
    """How a network is grown."""

    hidden: int = 48
    epochs: int = 8
    dropout: float = 0.25
    hide: float = 0.1
    """Share of inputs hidden from a whole document."""
    rate: float = 3e-3
    decay: float = 0.02


@dataclass(frozen=True)
class Lesson:
    """What there is to learn: one entry a line, lines of document i are ``first[i]:first[i+1]``."""

    values: NDArray[np.float32]
    """(lines, inputs): what is learned from."""
    met: NDArray[np.float32]
    """The same, as what is scored out of fold shows it."""
    told: tuple[Mapping[int, NDArray[np.float32]], ...]
    """What the network sees in turn, an epoch each, in these columns of ``values``; numbers, not kinds."""
    names: tuple[str, ...]
    first: NDArray[np.int64]
    labels: NDArray[np.int8]
    """1 remove, 0 keep, -1 not known."""
    weight: NDArray[np.float32]
    share: NDArray[np.float64]
    """One entry a document: the share of epochs it is seen in."""
    kinds: NDArray[np.int64]
    """As ``Network.kinds``."""


@dataclass(frozen=True)
class Frame:
    """How inputs become whole numbers, and those of all lines."""

    low: NDArray[np.float32]
    high: NDArray[np.float32]
    mean: NDArray[np.float32]
    step: NDArray[np.float32]
    kinds: NDArray[np.int64]
    whole: NDArray[np.int8]
    told: tuple[Mapping[int, NDArray[np.int8]], ...]

    @classmethod
    def of(cls, lesson: Lesson) -> Frame:
        """The middle 99 % of each input in steps of its standard deviation / FINE."""
        low, high = np.quantile(lesson.values[::7], [0.005, 0.995], axis=0).astype(np.float32)
        cut = np.clip(lesson.values, low, high)
        mean = cut.mean(axis=0, dtype=np.float64).astype(np.float32)
        step = ((cut.std(axis=0, dtype=np.float64) + 1e-6) / FINE).astype(np.float32)
        whole = np.concatenate(
            [
                inputs(lesson.values[at : at + _ROWS], low, high, mean, step, lesson.kinds).astype(np.int8)
                for at in range(0, len(lesson.values), _ROWS)
            ]
        )
        told, place = [], np.cumsum(lesson.kinds == 0) - 1  # numbers come before kinds
        for columns in lesson.told:
            at = list(columns)
            values = np.stack([columns[i] for i in at], axis=1)
            seen = inputs(values, low[at], high[at], mean[at], step[at], lesson.kinds[at]).astype(np.int8)
            told.append(dict(zip(place[at].tolist(), seen.T, strict=True)))
        return cls(low, high, mean, step, lesson.kinds, whole, tuple(told))


def out_of_fold(
    lesson: Lesson, fold: NDArray[np.int64], folds: int, setting: Setting, seed: int
) -> NDArray[np.float64]:
    """Log-odds of each line by a network that had not seen its fold (of documents)."""
    odds = np.zeros(len(lesson.labels))
    frame = Frame.of(lesson)
    for k in range(folds):
        network = grow(lesson, frame, np.flatnonzero(fold != k), setting, seed)
        own = np.flatnonzero(fold == k)
        rows = np.concatenate([np.arange(lesson.first[i], lesson.first[i + 1]) for i in own])
        size = np.diff(lesson.first)[own]
        odds[rows] = network.log_odds(lesson.met[rows], np.concatenate([[0], np.cumsum(size)]))
    return odds


def grow(lesson: Lesson, frame: Frame, documents: NDArray[np.int64], setting: Setting, seed: int) -> Network:
    """A network that learned from ``documents`` (indices)."""
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    dice = np.random.default_rng(seed)
    net = _net(frame.whole.shape[1], setting)
    known = [int(i) for i in documents]
    expected = sum((lesson.first[i + 1] - lesson.first[i]) * lesson.share[i] for i in known) / _BATCH
    steps = max(int(expected * 1.05) * setting.epochs, 1)
    optimizer = torch.optim.AdamW(net.parameters(), lr=setting.rate, weight_decay=setting.decay)
    step = 0
    whole = frame.whole.copy()
    for epoch in range(setting.epochs):
        for column, told in frame.told[epoch % len(frame.told)].items() if frame.told else ():
            whole[:, column] = told
        drawn = [i for i in known if dice.random() < lesson.share[i]]
        loss_sum, count = 0.0, 0
        net.train()
        for batch in _batches(lesson.first, drawn, dice):
            for group in optimizer.param_groups:
                wave = 0.5 * (1 + np.cos(np.pi * min(1.0, step / steps)))
                group["lr"] = setting.rate * min(1.0, step / _WARM + 0.01) * max(0.02, wave)
            x, mask, label, weight = (torch.from_numpy(a) for a in _fill(lesson, whole, batch))
            odds = net(x, mask)
            loss = torch.nn.functional.binary_cross_entropy_with_logits(odds, label, weight=weight, reduction="sum")
            loss = loss / weight.sum().clamp(min=1)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            loss_sum, count, step = loss_sum + float(loss.item()), count + 1, step + 1
        print(f"epoch loss {loss_sum / max(count, 1):.4f}", file=sys.stderr, flush=True)
    net.eval()
    return _whole_numbers(net, lesson, frame, known)


def _net(width: int, setting: Setting) -> Any:
    """The network in floating point; inputs are whole numbers / FINE."""
    import torch
    from torch import nn

    hidden = setting.hidden

    class Net(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.inp = nn.Linear(width, hidden)
            self.conv = nn.ModuleList(
                [nn.Conv1d(hidden, hidden, TAPS, padding=TAPS // 2 * d, dilation=d) for d in DILATIONS]
            )
            self.about = nn.ModuleList([nn.Linear(2 * hidden, hidden) for _ in DILATIONS])
            self.out = nn.Linear(2 * hidden, 1)
            self.drop = nn.Dropout(setting.dropout)
            self.seen: list[Any] = []

        def forward(self, x: Any, mask: Any) -> Any:
            if self.training:
                x = x * (torch.rand(x.shape[0], 1, x.shape[2]) >= setting.hide)
            there = mask[..., None]
            h = torch.relu(self.inp(x)) * there
            opening, count = h, mask.sum(1, keepdim=True).clamp(min=1)
            self.seen = [h]
            for conv, about in zip(self.conv, self.about, strict=True):
                summary = about(torch.cat([h.sum(1) / count, h.max(1).values], 1))[:, None]
                y = torch.relu(conv(self.drop(h).transpose(1, 2)).transpose(1, 2) + summary)
                h = (h + y) * there
                self.seen.append(h)
            return self.out(self.drop(torch.cat([h, opening], -1)))[..., 0]

    return Net()


def _batches(
    first: NDArray[np.int64], documents: Sequence[int], dice: np.random.Generator | None
) -> Iterator[list[tuple[int, int]]]:
    """Ranges of lines of about the same length together."""
    parts = [
        (at, min(int(first[i + 1]), at + _LONGEST))
        for i in documents
        for at in range(int(first[i]), int(first[i + 1]), _LONGEST)
    ]
    length = np.array([b - a for a, b in parts], np.float64)
    if dice is not None:
        length *= 1 + 0.2 * dice.random(len(length))
    out: list[list[tuple[int, int]]] = [[]]
    for i in np.argsort(length, kind="stable").tolist():
        out[-1].append(parts[i])
        if len(out[-1]) * (parts[i][1] - parts[i][0]) >= _BATCH:
            out.append([])
    out = [batch for batch in out if batch]
    if dice is not None:
        dice.shuffle(out)
    yield from out


def _fill(lesson: Lesson, whole: NDArray[np.int8], batch: Sequence[tuple[int, int]]) -> tuple[NDArray[np.float32], ...]:
    longest = max(b - a for a, b in batch)
    x = np.zeros((len(batch), longest, whole.shape[1]), np.float32)
    mask, label, weight = (np.zeros((len(batch), longest), np.float32) for _ in range(3))
    for row, (a, b) in enumerate(batch):
        x[row, : b - a] = whole[a:b] / np.float32(FINE)
        mask[row, : b - a] = 1
        label[row, : b - a] = np.maximum(lesson.labels[a:b], 0)
        weight[row, : b - a] = lesson.weight[a:b] * (lesson.labels[a:b] >= 0)
    return x, mask, label, weight


def _whole_numbers(net: Any, lesson: Lesson, frame: Frame, documents: Sequence[int]) -> Network:
    """The trained network in whole numbers: activations by what 300 documents reach, weights by the widest."""
    import torch

    level = np.ones(len(DILATIONS) + 1)
    reached: list[list[NDArray[np.float32]]] = [[] for _ in level]
    some = documents[:: max(len(documents) // 300, 1)]
    with torch.no_grad():
        for batch in _batches(lesson.first, some, None):
            x, mask, _, _ = (torch.from_numpy(a) for a in _fill(lesson, frame.whole, batch))
            net(x, mask)
            for layer, seen in enumerate(net.seen):
                reached[layer].append(seen[mask > 0].numpy().ravel())
    for layer, values in enumerate(reached):
        level[layer] = LEVELS / max(float(np.quantile(np.concatenate(values), 0.9995)), 1e-3)
    linear = [net.inp, *net.conv, *net.about, net.out]
    weight, scale, bias = [], [], []
    layers = len(DILATIONS)
    for i, module in enumerate(linear):
        value = module.weight.detach().numpy().astype(np.float64)
        if value.ndim == 3:  # (out, in, taps) -> (taps * in, out)
            value = value.transpose(2, 1, 0).reshape(-1, value.shape[0])
        else:
            value = value.T
        if i == 0:
            one, most = np.full(len(value), 1 / FINE), LEVELS
        elif i <= layers:
            one, most = np.full(len(value), 1 / level[i - 1]), LEVELS
        elif i <= 2 * layers:
            one, most = np.full(len(value), 1 / (level[i - 1 - layers] * MEAN_STEPS)), LEVELS * MEAN_STEPS
        else:
            half = len(value) // 2
            one, most = np.repeat([1 / level[-1], 1 / level[0]], half), LEVELS
        # a sum of len(value) products must stay below EXACT
        widest = min(_WIDEST_WEIGHT, EXACT // (most * len(value)))
        worth = value * one[:, None]
        if i == 2 * layers + 1:
            halves = worth.reshape(2, -1)
            unit = np.abs(halves).max(axis=1) / widest
            weight.append(np.rint(halves / unit[:, None]).reshape(-1, 1).astype(np.float32))
            scale.append(unit.astype(np.float32))
        else:
            unit = np.maximum(np.abs(worth).max(axis=0), 1e-12) / widest
            weight.append(np.rint(worth / unit).astype(np.float32))
            scale.append(unit.astype(np.float32))
        bias.append(module.bias.detach().numpy().astype(np.float32))
    return Network(
        lesson.names, frame.low, frame.high, frame.mean, frame.step, frame.kinds, tuple(weight), tuple(scale),
        tuple(bias), level.astype(np.float32),
    )  # fmt: skip
