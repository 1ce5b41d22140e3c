import pytest

from server import Server


@pytest.fixture
def server(tmp_path):
    with Server(tmp_path) as running:
        yield running


@pytest.fixture
def client(server):
    connection = server.client()
    yield connection
    connection.close()
