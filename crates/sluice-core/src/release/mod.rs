//! Plans, gates, holds and windows.
