//! Reading the JSON that this crate has written.

use nojson::{RawJson, RawJsonValue};

/// Reads one object with `read`; `None` for anything else.
pub(crate) fn object<T>(text: &str, read: impl FnOnce(Object<'_, '_>) -> Option<T>) -> Option<T> {
    let json = RawJson::parse(text).ok()?;
    json.value().kind().is_object().then(|| read(Object(json.value())))?
}

/// An object whose members may be missing.
#[derive(Clone, Copy)]
pub(crate) struct Object<'text, 'raw>(RawJsonValue<'text, 'raw>);

impl<'text, 'raw> Object<'text, 'raw> {
    fn member(self, key: &str) -> Option<RawJsonValue<'text, 'raw>> {
        self.0
            .to_object()
            .ok()?
            .find(|(name, _)| name.to_unquoted_string_str().is_ok_and(|n| n == key))
            .map(|(_, value)| value)
    }

    pub(crate) fn text(self, key: &str) -> Option<String> {
        Some(self.member(key)?.to_unquoted_string_str().ok()?.into_owned())
    }

    pub(crate) fn number(self, key: &str) -> Option<u64> {
        self.member(key)?.try_into().ok()
    }

    pub(crate) fn flag(self, key: &str) -> bool {
        self.member(key).is_some_and(|value| value.as_raw_str() == "true")
    }
}
