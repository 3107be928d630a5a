"""The generated pages say what the code says."""

from config import reference


class TestReference:
    def test_no_page_is_stale(self):
        assert reference.stale() == [], "run ./run docs"

    def test_a_changed_page_is_named(self, tmp_path, monkeypatch):
        monkeypatch.setattr(reference, "ROOT", tmp_path)
        written = reference.write()
        (tmp_path / "events.md").write_text("typed by hand")

        assert "flows/labour_dispute.en.svg" in written
        assert reference.stale() == ["events.md"]

    def test_every_type_of_the_product_is_drawn_in_both_languages(self):
        made = reference.pages()

        for slug in ("labour_dispute", "work_injury", "hardship_relief"):
            assert made[f"flows/{slug}.zh-hans.svg"] != made[f"flows/{slug}.en.svg"]
        assert not any("toy" in name for name in made)
