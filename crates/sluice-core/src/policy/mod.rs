//! Image policies: which tag wins and why the others do not.
