"""Users of a running instance find the link to its source (AGPL-3.0, section 13)."""

import pytest
from django.urls import reverse

from config.checks import check_source_url


class TestSourceLink:
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
