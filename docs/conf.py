"""How Sphinx makes the site out of the pages in this folder: `sphinx-build -W docs build/site`.

The pages are Markdown and are read on a code host as well, so links are relative links to files, headings are linked
as a code host names them, and a formula stands in a `math` block.
"""

from __future__ import annotations

from importlib.metadata import version as version_of
from typing import TYPE_CHECKING

from docutils import nodes
from docutils.utils.math import latex2mathml

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

project = "buildsim"
author = "The buildsim developers"
release = version = version_of("buildsim")

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_static"]

# --- Markdown ------------------------------------------------------------------------------------

myst_enable_extensions = ["dollarmath"]
myst_fence_as_directive = ["math"]
myst_heading_anchors = 4  # links to headings, down to this level, as on a code host

# --- Python --------------------------------------------------------------------------------------

default_role = "py:obj"  # a name in single backticks is linked where there is one
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True

# --- HTML ----------------------------------------------------------------------------------------

html_theme = "furo"
html_title = f"buildsim {version}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
html_math_renderer = "mathml"


def setup(app: Sphinx) -> None:
    """Formulas become MathML, which a browser shows without a script or a network, unlike Sphinx's own choice."""
    app.add_html_math_renderer("mathml", (inline_formula, None), (formula, None))


def inline_formula(self: HTML5Translator, node: nodes.math) -> None:
    """Write `$...$`."""
    self.body.append(latex2mathml.tex2mathml(node.astext()))
    raise nodes.SkipNode


def formula(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a `math` block."""
    self.body.append(f'<div class="math">{latex2mathml.tex2mathml(node.astext(), as_block=True)}</div>\n')
    raise nodes.SkipNode
