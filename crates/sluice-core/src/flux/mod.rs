//! Flux's custom resources as types, read from YAML of v1beta1, v1beta2 and v1.

mod problem;
#[cfg(test)]
mod yaml;

pub use problem::{Kind, Problem, ResourceId};
