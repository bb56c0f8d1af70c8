"""cleaner inside other tools, each in a module of its own that is imported only where the tool is installed."""
