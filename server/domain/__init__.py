"""Pure rules of the trade: no await, no I/O, standard library and msgspec structs only."""
