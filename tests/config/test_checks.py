"""What an installation is asked before it serves anybody: the link to its source, and the traps of its settings."""

import pytest
from django.conf import settings
from django.urls import reverse

from config.checks import (
    check_channel_layer,
    check_keys_file,
    check_source_url,
    check_transactions,
    check_viewflow,
)


class TestSourceLink:
    """Users of a running instance find its source (AGPL-3.0, section 13)."""

    @pytest.mark.django_db
    def test_stands_in_the_footer_also_before_login(self, client, settings):
        settings.SOURCE_URL = "https://git.example.org/gongdao"

        page = client.get(reverse("login")).content.decode()

        assert '<a href="https://git.example.org/gongdao" rel="noopener">源代码</a>' in page

    def test_a_deployment_without_it_is_told(self, settings):
        settings.SOURCE_URL = ""
        assert [found.id for found in check_source_url(None)] == ["config.W001"]

        settings.SOURCE_URL = "https://git.example.org/gongdao"
        assert check_source_url(None) == []


class TestTraps:
    """Each setting that leads into a trap is found, and ours leads into none."""

    def test_none_is_set_here(self):
        assert check_transactions(None) + check_channel_layer(None) + check_viewflow(None) == []

    @pytest.mark.parametrize(
        ("database", "found"),
        [
            ({"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {}}, ["config.E001"]),
            ({"ENGINE": "django.db.backends.sqlite3"}, ["config.E001"]),
            ({"ENGINE": "django.db.backends.postgresql", "ATOMIC_REQUESTS": True}, ["config.E002"]),
            (
                {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {"options": "-c lock_timeout=5s"}},
                ["config.E003"],
            ),
            ({"ENGINE": "django.db.backends.postgresql"}, []),
        ],
    )
    def test_of_transactions(self, monkeypatch, database, found):
        monkeypatch.setitem(settings.DATABASES, "default", database)

        assert [fault.id for fault in check_transactions(None)] == found

    @pytest.mark.parametrize(
        ("backend", "processes", "found"),
        [
            ("channels_redis.core.RedisChannelLayer", "1", ["config.E004"]),
            ("channels.layers.InMemoryChannelLayer", "2", ["config.W002"]),
            ("channels.layers.InMemoryChannelLayer", "", []),
            ("channels_redis.pubsub.RedisPubSubChannelLayer", "4", []),
        ],
    )
    def test_of_the_channel_layer(self, monkeypatch, backend, processes, found):
        monkeypatch.setitem(settings.CHANNEL_LAYERS, "default", {"BACKEND": backend})
        monkeypatch.setenv("WEB_CONCURRENCY", processes)

        assert [fault.id for fault in check_channel_layer(None)] == found

    def test_of_viewflows_own_pages(self, monkeypatch):
        monkeypatch.setattr(settings, "INSTALLED_APPS", [*settings.INSTALLED_APPS, "viewflow"])

        assert [fault.id for fault in check_viewflow(None)] == ["config.E005"]

    def test_of_the_key_ring(self, monkeypatch, tmp_path):
        ring = tmp_path / "keys.json"
        monkeypatch.setattr(settings, "KEYS_FILE", ring)

        assert [fault.id for fault in check_keys_file(None)] == ["config.E006"]
        ring.touch(0o644)
        assert [fault.id for fault in check_keys_file(None)] == ["config.E007"]
        ring.chmod(0o600)
        assert check_keys_file(None) == []
