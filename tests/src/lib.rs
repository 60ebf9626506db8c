//! The package of the tests that belong to no single crate: the architecture's arrows and the journeys.
