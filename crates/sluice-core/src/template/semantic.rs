//! `*semver.Version` of Masterminds/semver, as the function `semver` returns it: fields as methods.

use std::fmt;

use super::call::Param;
use super::data::Object;
use super::fault::Fault;
use super::value::{Value, Width};
use crate::version::Version;

/// A version and how it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct GoVersion {
    original: String,
    major: u64,
    minor: u64,
    patch: u64,
    prerelease: String,
    metadata: String,
}

impl GoVersion {
    /// `semver.NewVersion`.
    ///
    /// # Errors
    /// When the text is no version, not even a shortened one.
    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        let version = Version::coerce(text).map_err(|wrong| Fault::new(wrong.to_string()))?;
        Ok(Self {
            original: text.to_owned(),
            major: version.major,
            minor: version.minor,
            patch: version.patch,
            prerelease: version.prerelease.to_owned(),
            metadata: version.metadata.to_owned(),
        })
    }

    fn borrowed(&self) -> Version<'_> {
        Version {
            major: self.major,
            minor: self.minor,
            patch: self.patch,
            prerelease: &self.prerelease,
            metadata: &self.metadata,
        }
    }

    /// The parameters of a method. The library's own type is checked in [`GoVersion::call`].
    pub(crate) fn method_params(name: &str) -> Option<&'static [Param]> {
        match name {
            "String" | "Original" | "Major" | "Minor" | "Patch" | "Prerelease" | "Metadata" | "IncMajor"
            | "IncMinor" | "IncPatch" => Some(&[]),
            "Compare" | "Equal" | "LessThan" | "LessThanEqual" | "GreaterThan" | "GreaterThanEqual" => {
                Some(&[Param::Any])
            }
            "SetPrerelease" | "SetMetadata" => Some(&[Param::Text]),
            _ => None,
        }
    }

    /// Calls a method.
    ///
    /// # Errors
    /// For an argument that is no version, or text that no version can carry.
    pub(crate) fn call(&self, name: &str, args: &[Value]) -> Result<Value, Fault> {
        let number = |value: u64| Value::Int(Width::Uint64, value.into());
        Ok(match name {
            "Original" => self.original.as_str().into(),
            "Major" => number(self.major),
            "Minor" => number(self.minor),
            "Patch" => number(self.patch),
            "Prerelease" => self.prerelease.as_str().into(),
            "Metadata" => self.metadata.as_str().into(),
            "IncMajor" => self.next(above(self.major, "major")?, 0, 0),
            "IncMinor" => self.next(self.major, above(self.minor, "minor")?, 0),
            // A prerelease is before its release, so the next patch of it is that release.
            "IncPatch" if !self.prerelease.is_empty() => self.next(self.major, self.minor, self.patch),
            "IncPatch" => self.next(self.major, self.minor, above(self.patch, "patch")?),
            "SetPrerelease" | "SetMetadata" => self.with_part(name == "SetPrerelease", args)?,
            "Compare" | "Equal" | "LessThan" | "LessThanEqual" | "GreaterThan" | "GreaterThanEqual" => {
                self.compared(name, args)?
            }
            _ => self.to_string().into(),
        })
    }

    /// The library's own fields, which only `fmt` shows.
    pub(crate) fn fields(&self) -> [(&'static str, Value); 6] {
        let number = |value: u64| Value::Int(Width::Uint64, value.into());
        [
            ("major", number(self.major)),
            ("minor", number(self.minor)),
            ("patch", number(self.patch)),
            ("pre", self.prerelease.as_str().into()),
            ("metadata", self.metadata.as_str().into()),
            ("original", self.original.as_str().into()),
        ]
    }

    fn prefix(&self) -> &'static str {
        if self.original.starts_with('v') { "v" } else { "" }
    }

    fn value(mut self, prefix: &str) -> Value {
        self.original = format!("{prefix}{self}");
        Value::Object(Object::Version(std::rc::Rc::new(self)))
    }

    fn next(&self, major: u64, minor: u64, patch: u64) -> Value {
        let none = String::new;
        Self { original: none(), major, minor, patch, prerelease: none(), metadata: none() }.value(self.prefix())
    }

    fn with_part(&self, is_prerelease: bool, args: &[Value]) -> Result<Value, Fault> {
        let Some(Value::Text(part)) = args.first() else { return Ok(Value::Nil) };
        let mut changed = self.clone();
        *(if is_prerelease { &mut changed.prerelease } else { &mut changed.metadata }) = part.to_string();
        let written = changed.to_string();
        Version::coerce(&written).map_err(|wrong| Fault::new(wrong.to_string()))?;
        Ok(changed.value(self.prefix()))
    }

    fn compared(&self, name: &str, args: &[Value]) -> Result<Value, Fault> {
        let Some(Value::Object(Object::Version(other))) = args.first() else {
            let got = args.first().map_or("nothing", Value::type_name);
            return Err(Fault::new(format!("wrong type for value; expected *semver.Version; got {got}")));
        };
        let order = self.borrowed().compare(&other.borrowed());
        Ok(match name {
            "Compare" => Value::int(order as i64),
            "Equal" => order.is_eq().into(),
            "LessThan" => order.is_lt().into(),
            "LessThanEqual" => order.is_le().into(),
            "GreaterThan" => order.is_gt().into(),
            _ => order.is_ge().into(),
        })
    }
}

/// The next number; Masterminds panics where there is none, of which the template engine makes an error.
fn above(number: u64, name: &str) -> Result<u64, Fault> {
    number.checked_add(1).ok_or_else(|| Fault::new(format!("the {name} number of the version can't grow any more")))
}

impl fmt::Display for GoVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}
