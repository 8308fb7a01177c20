//! What a lesson's Rust source says about its scenes.

use std::collections::HashMap;

use proc_macro2::Ident;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, ExprLit, ExprMethodCall, Lit, Token};

/// What a scene's source declares about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// The name it is called by on the command line.
    pub name: String,
    /// Its idea, in one line.
    pub idea: String,
    /// The processes that exist from the start.
    pub cast: Vec<String>,
    /// Whether those are unrelated executions.
    pub roles: bool,
    /// Whether it ends in all its processes waiting.
    pub hangs: bool,
    /// The names of its legal outcomes, if there is more than one.
    pub outcomes: Vec<String>,
}

/// The modules named in `stage::scenes![hello, own_end]`, in their order.
///
/// # Errors
///
/// The line, and why there is no such list.
pub fn scene_modules(main: &str) -> Result<Vec<String>, (usize, String)> {
    let file = parse(main)?;
    let mut list = SceneList::default();
    list.visit_file(&file);
    match list.found {
        Some((_, Ok(modules))) => Ok(modules),
        Some((line, Err(why))) => Err((line, why)),
        None => Err((1, "no `stage::scenes![..]`: list the scenes' modules in it".to_owned())),
    }
}

/// What `pub const SCENE: Scene = Scene::new(..)` says.
///
/// # Errors
///
/// The line, and what cannot be read there.
pub fn declared(source: &str) -> Result<Declared, (usize, String)> {
    let file = parse(source)?;
    let scene = file.items.iter().find_map(|item| match item {
        syn::Item::Const(item) if item.ident == "SCENE" => Some(item),
        _ => None,
    });
    let scene = scene.ok_or((1, "no `pub const SCENE: Scene`: a scene declares one".to_owned()))?;
    let mut declaration = Declaration::default();
    declaration.visit_expr(&scene.expr);
    if declaration.scene.name.is_empty() || declaration.scene.idea.is_empty() {
        let why = "name and idea of a scene must be string literals in `Scene::new(..)`";
        return Err((scene.span().start().line, why.to_owned()));
    }
    Ok(declaration.scene)
}

/// The names of the channels that the sources of a lesson call memory: `memory("board")`, where the
/// name may be a constant of any of them. A recording does not tell which of its channels these are.
pub fn memories(sources: &[String]) -> Vec<String> {
    let mut calls = MemoryCalls::default();
    for file in sources.iter().filter_map(|source| syn::parse_file(source).ok()) {
        calls.visit_file(&file);
    }
    let MemoryCalls { constants, mut names, named } = calls;
    names.extend(named.iter().filter_map(|name| constants.get(name).cloned()));
    names
}

#[derive(Default)]
struct MemoryCalls {
    constants: HashMap<String, String>,
    names: Vec<String>,
    named: Vec<String>,
}

impl<'ast> Visit<'ast> for MemoryCalls {
    fn visit_item_const(&mut self, node: &'ast syn::ItemConst) {
        if let Some(value) = text(&node.expr) {
            self.constants.insert(node.ident.to_string(), value);
        }
        visit::visit_item_const(self, node);
    }

    fn visit_expr_call(&mut self, node: &'ast ExprCall) {
        let last = |path: &syn::Path| path.segments.last().map(|last| last.ident.to_string());
        if let Expr::Path(function) = &*node.func
            && last(&function.path).is_some_and(|name| name == "memory")
        {
            match node.args.first() {
                Some(Expr::Path(name)) => self.named.extend(last(&name.path)),
                Some(other) => self.names.extend(text(other)),
                None => {}
            }
        }
        visit::visit_expr_call(self, node);
    }
}

fn parse(source: &str) -> Result<syn::File, (usize, String)> {
    syn::parse_file(source)
        .map_err(|error| (error.span().start().line, format!("cannot be parsed: {error}")))
}

#[derive(Default)]
struct SceneList {
    found: Option<(usize, Result<Vec<String>, String>)>,
}

impl<'ast> Visit<'ast> for SceneList {
    fn visit_macro(&mut self, node: &'ast syn::Macro) {
        if node.path.segments.last().is_some_and(|last| last.ident == "scenes") {
            let names = Punctuated::<Ident, Token![,]>::parse_terminated
                .parse2(node.tokens.clone())
                .map(|names| names.iter().map(Ident::to_string).collect())
                .map_err(|error| format!("`scenes!` takes module names: {error}"));
            self.found = Some((node.span().start().line, names));
        }
    }
}

#[derive(Default)]
struct Declaration {
    scene: Declared,
}

impl<'ast> Visit<'ast> for Declaration {
    fn visit_expr_call(&mut self, node: &'ast ExprCall) {
        let Expr::Path(function) = &*node.func else { return };
        let last = function.path.segments.last().map(|last| last.ident.to_string());
        self.scene.roles = match last.as_deref() {
            Some("new") => false,
            Some("of_roles") => true,
            _ => return,
        };
        let mut arguments = node.args.iter();
        self.scene.name = arguments.next().and_then(text).unwrap_or_default();
        self.scene.idea = arguments.next().and_then(text).unwrap_or_default();
        self.scene.cast = arguments.next().map(first_texts).unwrap_or_default();
    }

    fn visit_expr_method_call(&mut self, node: &'ast ExprMethodCall) {
        match node.method.to_string().as_str() {
            "hangs" => self.scene.hangs = true,
            "outcomes" => {
                self.scene.outcomes = node.args.first().map(first_texts).unwrap_or_default();
            }
            _ => {}
        }
        visit::visit_expr_method_call(self, node);
    }
}

fn text(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// The strings of `&["a", "b"]`, or the first ones of `&[("a", x), ("b", y)]`.
fn first_texts(expr: &Expr) -> Vec<String> {
    match expr {
        Expr::Reference(reference) => first_texts(&reference.expr),
        Expr::Array(array) => array.elems.iter().flat_map(first_texts).collect(),
        Expr::Tuple(tuple) => tuple.elems.first().and_then(text).into_iter().collect(),
        other => text(other).into_iter().collect(),
    }
}
