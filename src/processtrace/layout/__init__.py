"""A study as index arrays over its free variables: what samplers and independent draws start from. Numpy only."""

from processtrace.layout.assembly import layout
from processtrace.layout.opinions import Opinions, panel_layout
from processtrace.layout.types import FLOOR, Clustered, Free, Layout, Places, Reports, Rows

__all__ = ["FLOOR", "Clustered", "Free", "Layout", "Opinions", "Places", "Reports", "Rows", "layout", "panel_layout"]
