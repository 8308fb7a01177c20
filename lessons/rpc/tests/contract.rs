//! The page shows the contract that the service is made from.

/// Lines without comments, and without what every such file begins with.
fn bare(proto: &str) -> Vec<&str> {
    let lines = proto.lines().map(str::trim_end);
    lines
        .filter(|line| !line.is_empty() && !line.trim_start().starts_with("//"))
        .filter(|line| !line.starts_with("syntax ") && !line.starts_with("package "))
        .collect()
}

#[test]
fn the_page_shows_the_whole_contract() {
    let page = include_str!("../lesson.md");
    let start = page.find("service Account {").expect("the page shows a contract");
    let (shown, _) = page[start..].split_once("```").expect("the block ends");
    assert_eq!(bare(shown), bare(include_str!("../account.proto")));
}
