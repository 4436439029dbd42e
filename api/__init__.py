"""The doors: settings, wiring, HTTP routes, command line, pages."""
