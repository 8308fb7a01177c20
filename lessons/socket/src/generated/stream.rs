//! How many bytes each receive of a stream gets.

use stage::Generator;

use crate::generated::received::make_stream;

pub const GENERATOR: Generator =
    Generator { name: "stream", idea: "what receives of a stream return", make: make_stream };
