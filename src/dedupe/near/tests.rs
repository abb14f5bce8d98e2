//! Near duplicates as readers meet them.
