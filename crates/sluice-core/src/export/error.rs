//! Why nothing can be exported.

use crate::diagnosis::FixError;
use crate::image::ImageNameError;
use crate::key::ObjectKey;

/// Why a workload cannot be brought under a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// No file has such a workload with an image.
    #[error("no workload `{name}` with an image is in these files")]
    NoWorkload {
        /// What was asked for.
        name: String,
        /// Names that come close.
        nearest: Vec<String>,
    },
    /// The workload does not run the image that was asked for.
    #[error("{workload} does not run that image")]
    NoImage {
        /// The workload.
        workload: String,
    },
    /// It runs several images, or stands in several files.
    #[error("{workload} runs several images: {}", images.join(", "))]
    SeveralImages {
        /// The workload.
        workload: String,
        /// `file: image` each.
        images: Vec<String>,
    },
    /// The image's name is not one.
    #[error("`{image}` is no image: {cause}")]
    BadImage {
        /// As it is written.
        image: String,
        /// Why not.
        cause: ImageNameError,
    },
    /// The tag that stands there says nothing about which ones should come.
    #[error("`{value}` has no version to make a range from")]
    NoRange {
        /// The value.
        value: String,
    },
    /// Nobody says where Flux is to fetch from.
    #[error("it is not known where Flux is to fetch this repository from")]
    NoAddress,
    /// There is a policy of that name, and a range of its own was asked for.
    #[error("ImagePolicy {policy} is there already")]
    Taken {
        /// The policy.
        policy: ObjectKey,
    },
    /// A file of that name is there, and is something else.
    #[error("{path} is there already")]
    FileExists {
        /// The file.
        path: String,
    },
    /// The file of the workload cannot be read any more.
    #[error("{path} cannot be read")]
    Gone {
        /// The file.
        path: String,
    },
    /// No marker can stand there.
    #[error("no marker can be added in {path}: {cause}")]
    NotMarkable {
        /// The file.
        path: String,
        /// Why not.
        cause: FixError,
    },
}

impl ExportError {
    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            Self::NoWorkload { nearest, .. } if !nearest.is_empty() => {
                format!("did you mean {}?", nearest.join(" or "))
            }
            Self::NoWorkload { .. } => {
                "name a Deployment, StatefulSet, DaemonSet, CronJob or Job of these files".to_owned()
            }
            Self::NoImage { .. } | Self::SeveralImages { .. } => "say which: --image REPOSITORY".to_owned(),
            Self::BadImage { .. } => "mend the image in the manifest first".to_owned(),
            Self::NoRange { .. } => "say which versions are wanted: --range '1.x'".to_owned(),
            Self::NoAddress => "say it: --url ssh://git@HOST/TEAM/REPOSITORY.git".to_owned(),
            Self::Taken { .. } | Self::FileExists { .. } => {
                "give the new resources another name: --name NAME".to_owned()
            }
            Self::Gone { .. } => "look again".to_owned(),
            Self::NotMarkable { .. } => "write the image on a line of its own as `image: NAME:TAG`".to_owned(),
        }
    }
}
