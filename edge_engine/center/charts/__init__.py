"""Charts, drawn here as SVG: with a title, a description, no script and no style but classes of the style sheet."""
