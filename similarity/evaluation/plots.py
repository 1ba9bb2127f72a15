"""The plots of what tuning measured, as PNG files: the only user of matplotlib.

    tuning-time.png     recall against time, one line per setting
    tuning-trees.png    recall against trees, at the same effort
    tuning-dims.png     recall and label precision against dims, without re-ranking
    tuning-cost.png     build time and bytes against trees

Lines differ in lightness and in marker, so that they can be told apart in gray.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, product
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

from similarity.datatypes import METRICS
from similarity.evaluation.recommendation import Tuning
from similarity.evaluation.sweep import Effort, IndexPlan, IndexTrial

_STYLES = (
    ("#000000", "o"),
    ("#8c2d04", "s"),
    ("#1f6fb4", "^"),
    ("#e0752d", "D"),
    ("#62b0d9", "v"),
    ("#c7b42c", "P"),
)
"""Colors from dark to light, and markers."""

_DPI = 100
_HEIGHT = 3.6
_WIDTH = 8.4
"""Inches: 840 pixels, the width of a README."""

Line = tuple[str, Sequence[float], Sequence[float]]
"""Label, x, y."""


def draw(tuning: Tuning, folder: Path) -> list[Path]:
    """Draw all plots into a folder.

    Args:
        tuning: What was measured.
        folder: Plots of the same names in it are replaced.

    Returns:
        The files.
    """
    shown = _Shown(tuning)
    figures = {
        "tuning-time.png": shown.recall_by_time,
        "tuning-trees.png": shown.recall_by_trees,
        "tuning-dims.png": shown.findings_by_dims,
        "tuning-cost.png": shown.cost_by_trees,
    }
    paths = []
    for name, plot in figures.items():
        path = folder / name
        figure = plot()
        figure.savefig(path, dpi=_DPI)
        paths.append(path)
    return paths


class _Shown:
    """Chooses what the plots show: what surrounds the recommended setting."""

    def __init__(self, tuning: Tuning) -> None:
        """Find the setting around which to look; the first one tried where none is recommended."""
        self._tuning = tuning
        self._indexes = tuning.sweep.indexes
        self._center = self._indexes[0].plan
        self._effort = self._indexes[0].searches[0].effort
        chosen = tuning.recommended
        if chosen is not None:
            self._center = chosen.plan
            self._effort = Effort(chosen.search_k, chosen.rerank)

    def recall_by_time(self) -> Figure:
        """Recall against time by dims, trees and metric, the others as in the center."""
        center = self._center
        panels: dict[str, Callable[[IndexPlan], str | None]] = {
            f"{center.metric}, {center.n_trees} trees": lambda plan: (
                self._dims(plan)
                if (plan.metric, plan.n_trees) == (center.metric, center.n_trees)
                else None
            ),
            f"{center.metric}, {self._dims(center)}": lambda plan: (
                f"{plan.n_trees} trees" if plan == replace(center, n_trees=plan.n_trees) else None
            ),
            f"{self._dims(center)}, {center.n_trees} trees": lambda plan: (
                plan.metric if plan == replace(center, metric=plan.metric) else None
            ),
        }
        figure = Figure(figsize=(_WIDTH, _HEIGHT + 0.6), layout="constrained")
        axes = figure.subplots(1, len(panels), sharey=True)
        for axis, (title, name) in zip(axes, panels.items(), strict=True):
            named = [(name(index.plan), index) for index in self._ordered()]
            lines = [(label, *_frontier(index)) for label, index in named if label]
            _plot(axis, lines, title, "time / time of exact search")
            axis.set_xscale("log")
            axis.xaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7)))
            _write_ticks_out(axis)
            axis.axhline(self._tuning.recall, color="0.6", linewidth=1, linestyle=":")
            axis.set_ylim(max(0.0, self._tuning.recall - 0.15), 1.005)
        axes[0].set_ylabel("recall@10")
        return figure

    def recall_by_trees(self) -> Figure:
        """Recall against trees for each number of components, at the same effort."""
        effort = self._effort
        figure = Figure(figsize=(_WIDTH / 2, _HEIGHT), layout="constrained")
        axis = figure.subplots()
        title = f"{self._center.metric}, search_k {effort.search_k}, rerank {effort.rerank}"
        lines = self._by_trees(lambda index: _recall_at(index, effort))
        _plot(axis, lines, title, "trees")
        axis.set_ylabel("recall@10")
        self._show_trees(axis)
        return figure

    def findings_by_dims(self) -> Figure:
        """Recall and label precision against dims for each metric."""
        figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
        recall, precision = figure.subplots(1, 2)
        dim = self._tuning.dim
        trials = sorted(self._tuning.sweep.projections, key=lambda trial: trial.n_components or dim)
        recalls, precisions = [], []
        for metric in METRICS:
            own = [trial for trial in trials if trial.metric == metric]
            points = [(trial.n_components or dim, trial.recall_at_10) for trial in own]
            recalls.append(_line(metric, points))
            labelled = [
                (trial.n_components or dim, trial.label_precision_at_10)
                for trial in own
                if trial.label_precision_at_10 is not None
            ]
            precisions.append(_line(metric, labelled))
        _plot(recall, recalls, "recall@10 of a projection, not re-ranked", "dims")
        has_labels = any(x for _, x, _ in precisions)
        title = "label precision@10" if has_labels else "label precision@10: no labels"
        _plot(precision, precisions, title, "dims")
        for axis in (recall, precision):
            axis.set_xscale("log")
            axis.set_xticks(sorted({trial.n_components or dim for trial in trials}))
            _write_ticks_out(axis)
        return figure

    def cost_by_trees(self) -> Figure:
        """Build time and bytes against trees for each number of components."""
        figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
        seconds, megabytes = figure.subplots(1, 2)
        lines = self._by_trees(lambda index: index.build_seconds)
        _plot(seconds, lines, f"{self._center.metric}: seconds to build", "trees")
        lines = self._by_trees(lambda index: index.bytes / 1e6)
        _plot(megabytes, lines, f"{self._center.metric}: MB of the files", "trees")
        for axis in (seconds, megabytes):
            axis.set_ylim(bottom=0)
            self._show_trees(axis)
        return figure

    def _by_trees(self, value: Callable[[IndexTrial], float | None]) -> list[Line]:
        """A line of the center's metric for each number of components."""
        points: dict[str, list[tuple[float, float]]] = {}
        for index in self._ordered():
            found = value(index)
            if index.plan.metric == self._center.metric and found is not None:
                points.setdefault(self._dims(index.plan), []).append((index.plan.n_trees, found))
        return [_line(label, own) for label, own in points.items()]

    def _show_trees(self, axis: Axes) -> None:
        """Mark the numbers of trees that were tried."""
        axis.set_xticks(sorted({index.plan.n_trees for index in self._indexes}))

    def _ordered(self) -> list[IndexTrial]:
        """Indexes by metric, dims and trees."""

        def key(index: IndexTrial) -> tuple[int, int, int, int]:
            plan = index.plan
            dims = plan.n_components or self._tuning.dim
            return METRICS.index(plan.metric), dims, plan.degree, plan.n_trees

        return sorted(self._indexes, key=key)

    def _dims(self, plan: IndexPlan) -> str:
        graph = ", graph" if plan.degree else ""
        return f"{plan.n_components or self._tuning.dim} dims{graph}"


def _frontier(index: IndexTrial) -> tuple[list[float], list[float]]:
    """Times and recalls of the searches that no quicker one of the same index equals."""
    searches = sorted(index.searches, key=lambda search: (search.time_ratio, -search.recall_at_10))
    best_before = accumulate((search.recall_at_10 for search in searches), max, initial=-1.0)
    kept = [
        search
        for search, best in zip(searches, best_before, strict=False)
        if search.recall_at_10 > best
    ]
    return [search.time_ratio for search in kept], [search.recall_at_10 for search in kept]


def _recall_at(index: IndexTrial, effort: Effort) -> float | None:
    """Recall of one effort, if the index was searched with it."""
    return {search.effort: search.recall_at_10 for search in index.searches}.get(effort)


def _line(label: str, points: Iterable[tuple[float, float]]) -> Line:
    """Turn points into a line."""
    points = list(points)
    return label, [x for x, _ in points], [y for _, y in points]


def _plot(axis: Axes, lines: Iterable[Line], title: str, x_label: str) -> None:
    """Draw lines, each in a style of its own."""
    styles = product(("-", "--"), _STYLES)
    for (label, x, y), (dash, (color, marker)) in zip(lines, styles, strict=False):
        if x:
            axis.plot(
                x,
                y,
                label=label,
                linestyle=dash,
                color=color,
                marker=marker,
                markersize=5,
                linewidth=1.2,
            )
    axis.set_title(title, fontsize=10)
    axis.tick_params(labelsize=8)
    axis.set_xlabel(x_label)
    axis.grid(visible=True, color="0.9")
    if axis.lines:
        axis.legend(fontsize=8)


def _write_ticks_out(axis: Axes) -> None:
    """Write the numbers at a logarithmic axis as they are, not as powers."""
    axis.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.xaxis.set_minor_locator(NullLocator())
