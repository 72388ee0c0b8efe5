# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# Sphinx configuration: only what Debian's python3-sphinx brings along, no
# network, and nothing in the output that depends on when or where it is made.

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.abspath("ext"))

project = "Cloister"
author = "The Cloister authors"
copyright = author

extensions = ["fwtables", "kerneldoc"]
exclude_patterns = ["examples", "ext"]
primary_domain = "c"
highlight_language = "none"

html_theme = "alabaster"
html_theme_options = {
    "description": "Firmware for virtual machines",
    "show_powered_by": False,
    "page_width": "1080px",
}
html_sidebars = {"**": ["about.html", "navigation.html", "searchbox.html"]}
html_copy_source = False
html_show_sourcelink = False
html_last_updated_fmt = None
