"""A study as index arrays over its free variables: what samplers and independent draws start from. Numpy only."""

from processtrace.inference.layout.assembly import layout
from processtrace.inference.layout.opinions import Opinions, panel_layout
from processtrace.inference.layout.types import FLOOR, Clustered, Free, Layout, Places, Reports, Rows

__all__ = ["FLOOR", "Clustered", "Free", "Layout", "Opinions", "Places", "Reports", "Rows", "layout", "panel_layout"]
