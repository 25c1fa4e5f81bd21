//! Tests from outside: the register, files that are sent, and what stays somebody else's.
