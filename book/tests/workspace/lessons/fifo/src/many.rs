//! Three programs write into one name.

pub const SCENE: Scene = Scene::of_roles(
    "many",
    "many writers, one reader, and words too long for one line of a narrow picture",
    &[("reader", reader), ("ann", writer), ("bob", writer), ("charlie", writer)],
);
