from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from similarity import page
from similarity.page.catalog import Catalog
from similarity.page.queries import Queries
from similarity.page.routes import Routes

PAGE = Path(page.__file__).parent


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    routes = Routes(Catalog(tmp_path), Queries()).table()
    return TestClient(Starlette(routes=routes), follow_redirects=False)


@pytest.mark.parametrize("path", ["main.js", "common/dom.js"])
def test_script_is_served_and_asked_for_again_each_time(client: TestClient, path: str) -> None:
    answer = client.get(f"/page/{path}")
    assert answer.text == (PAGE / "js" / path).read_text(encoding="utf-8")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "dom.js",
        "common",
        "common/",
        "..%2Fpage.css",
        "..%2F..%2Fpage%2Fjs%2Fmain.js",
        "common/..%2Fmain.js",
        "common/%2E%2E/%2E%2E/handlers.py",
        "common%5Cdom.js",
        quote(str(PAGE / "js" / "main.js"), safe=""),
        "main.js%00",
    ],
)
def test_script_by_any_other_path_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(f"/page/{path}").status_code == 404


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
