from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from drawing import plain, save
from fakes import ColorEmbedder
from torch import Tensor

from similarity.datatypes import Embeddings
from similarity.models import embedding
from similarity.models.embedding import embed_files


@pytest.fixture
def grays(tmp_path: Path) -> list[Path]:
    """Seven pictures, each brighter than the one before."""
    files = [tmp_path / f"{number}.png" for number in range(7)]
    for number, file in enumerate(files):
        save(plain((30 * number,) * 3), file)
    return files


@pytest.fixture
def three_cores(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = torch.get_num_threads()
    monkeypatch.setattr(embedding, "_N_CORES", 3)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("three_cores")
def test_embed_files_keeps_the_order_of_the_files(grays: list[Path]) -> None:
    batches = list(embed_files(ColorEmbedder(), grays, batch_size=2))
    assert [len(batch) for batch in batches] == [2, 2, 2, 1]
    expected = np.repeat(np.arange(7)[:, None] * 30 / 255, 3, axis=1)
    np.testing.assert_allclose(np.concatenate(batches), expected, atol=0.01)


@pytest.mark.usefixtures("three_cores")
def test_embed_files_gives_torch_its_cores_back(grays: list[Path]) -> None:
    inside = set()

    class CountsThreads(ColorEmbedder):
        def forward(self, batch: Tensor) -> Embeddings:
            inside.add(torch.get_num_threads())
            return super().forward(batch)

    list(embed_files(CountsThreads(), grays, batch_size=2))
    assert inside == {1}
    with ThreadPoolExecutor(1) as later:
        assert later.submit(torch.get_num_threads).result() == 3
