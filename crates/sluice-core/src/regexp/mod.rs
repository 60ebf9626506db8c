//! Regular expressions in the syntax of Go, which is RE2.
