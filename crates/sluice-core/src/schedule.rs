//! When a thing runs next.
