from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from similarity.catalog import Catalog
from similarity.page.queries import Queries
from similarity.page.routes import Routes


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    routes = Routes(Catalog(tmp_path), Queries()).table()
    return TestClient(Starlette(routes=routes), follow_redirects=False)


def test_readme_is_served_as_text(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPACE_ID", raising=False)
    answer = client.get("/readme")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "# Image similarity" in answer.text.splitlines()


def test_readme_in_a_space_is_the_one_that_the_hub_draws(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPACE_ID", "user/name")
    assert client.get("/readme").headers["location"] == (
        "https://huggingface.co/spaces/user/name/blob/main/README.md#how-to-choose"
    )
