//! What a machine may lack.

use stage::{Error, missing};

/// Why there is no namespace for this process.
pub fn namespaces(why: impl std::fmt::Display) -> Error {
    missing(
        format!("no network namespace can be made here ({why})"),
        "allow user namespaces: sysctl user.max_user_namespaces, \
         kernel.unprivileged_userns_clone, or the container's seccomp profile",
    )
}
