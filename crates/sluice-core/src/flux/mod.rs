//! Flux custom resources as types.
