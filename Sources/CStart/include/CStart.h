// Nothing to call: linking the module is all it takes.
