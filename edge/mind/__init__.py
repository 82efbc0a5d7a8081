"""Pure decisions: values in, values out. No clock, no thread, no driver, no file."""
