"""How forms look: every `{{ form }}` of the product is rendered by the house's own templates."""

from typing import Any

from django.forms import widgets
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

# Kinds of widget that Tabler dresses by a class of their own; anything else that is typed into is a form-control.
SELECTS = (widgets.Select, widgets.NullBooleanSelect)
TICKS = (widgets.CheckboxInput, widgets.RadioSelect, widgets.CheckboxSelectMultiple)


def dress(widget: widgets.Widget) -> str:
    """Return the CSS class a widget wears."""
    if isinstance(widget, TICKS):
        return "form-check-input"
    if isinstance(widget, SELECTS):
        return "form-select"
    return "form-control"


class HouseField(BoundField):
    """A field that knows its CSS class and which part of a page says what is wrong with it."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: widgets.Widget | None = None) -> dict[str, Any]:
        """Add the class of the widget's kind, keeping the classes that the form gave it."""
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if widget.is_hidden:
            return attrs
        own = [attrs.get("class", ""), widget.attrs.get("class", ""), dress(widget)]
        if self.errors:
            own.append("is-invalid")
        attrs["class"] = " ".join(dict.fromkeys(" ".join(own).split()))
        return attrs

    @property
    def is_tick(self) -> bool:
        """Whether it is one box to tick, whose label stands behind it."""
        return isinstance(self.field.widget, widgets.CheckboxInput)

    @property
    def target(self) -> str:
        """Return the id the error summary jumps to: the first thing that can be focused."""
        if isinstance(self.field.widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple):
            return f"{self.auto_id}_0"
        return self.id_for_label or self.auto_id


class HouseForms(TemplatesSetting):
    """The project's FORM_RENDERER."""

    form_template_name = "components/form_fields.html"
    formset_template_name = "components/formset.html"
    field_template_name = "components/field.html"
    bound_field_class = HouseField
