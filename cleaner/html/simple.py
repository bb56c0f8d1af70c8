"""A decision without a model: what the centre of the page holds. Only for builds that carry no weights."""

from __future__ import annotations

import numpy as np

from cleaner.html.names import COLUMN


def simple_keep(features: np.ndarray) -> np.ndarray:
    """bool a line: inside the element where most prose is, not mostly links, in no zone of page furniture."""

    def column(name: str) -> np.ndarray:
        return features[:, COLUMN[name]]

    inside = (column("top_inside") > 0) & (column("link_density") < 0.5)
    for name in ("in_nav", "in_aside", "in_footer", "in_form", "in_button", "in_hidden"):
        inside &= column(name) == 0
    for name in ("class_comment", "class_related", "class_share", "class_signup"):
        inside &= column(name) > 3
    return inside
