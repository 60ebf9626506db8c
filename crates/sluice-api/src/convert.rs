//! From the domain's values to views: pure functions.
