"""What all HTTP doors share: who calls, errors in one shape, bodies in JSON or MessagePack."""
