//! Semantic versions (sprig `semver.go`), with Masterminds' grammar by [`crate::version`] and [`crate::policy`].

use std::rc::Rc;

use crate::policy::Constraint;
use crate::template::call::{Function, Param, fixed};
use crate::template::data::Object;
use crate::template::fault::Fault;
use crate::template::semantic::GoVersion;
use crate::template::value::Value;
use crate::version::Version;

use Param::Text;

/// The table.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("semver", &[Text], |call| Ok(Value::Object(Object::Version(Rc::new(GoVersion::parse(call.text(0))?))))),
    fixed("semverCompare", &[Text, Text], |call| {
        let constraint = Constraint::parse(call.text(0)).map_err(|wrong| Fault::new(wrong.to_string()))?;
        let version = Version::coerce(call.text(1)).map_err(|wrong| Fault::new(wrong.to_string()))?;
        Ok(constraint.admits(&version).into())
    }),
];
