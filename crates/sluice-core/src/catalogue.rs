//! The union of what many files of one source say.
