//! How a call went, in a word.

/// `accepted`, or the name of the error.
pub fn outcome<T>(result: &nix::Result<T>) -> String {
    match result {
        Ok(_) => "accepted".to_owned(),
        Err(error) => format!("{error:?}"),
    }
}
