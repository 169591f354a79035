//! Reading source files for the laws: what is code, what is test, which room it is in.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file, as the laws see it.
pub struct Source {
    /// Its path below `src`, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Its code outside tests; comments and the insides of strings are blanked out, so that
    /// lines stay where they are.
    pub code: String,
}

impl Source {
    /// A file of that path and text.
    pub fn new(path: &str, text: &str) -> Self {
        let code = without_tests(&blanked(text));
        Self { path: path.to_owned(), text: text.to_owned(), code }
    }

    /// The room that it is in: the first part of its path.
    pub fn room(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// The modules that it lies in, its own name last: `store/sled/mod.rs` → store, sled.
    fn module(&self) -> Vec<&str> {
        let path = self.path.strip_suffix(".rs").unwrap_or(&self.path);
        path.split('/').filter(|part| *part != "mod").collect()
    }

    /// Every path that begins in another place of the crate, from the crate's root, with
    /// its line: `use crate::{a::B, c}`, `super::d`, `crate::e::f()`.
    pub fn paths(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        for (at, _) in self.code.match_indices("::") {
            let head = word_before(&self.code, at);
            let start = at - head.len();
            let chained = self.code[..start].ends_with("::");
            if chained && head != "super" {
                continue;
            }
            let rest = &self.code[at + 2..];
            let prefix: Vec<&str> = match head {
                "crate" | "portaldesk" => Vec::new(),
                "super" if !rest.starts_with("super") => self.above(start),
                _ => continue,
            };
            let line = self.code[..at].matches('\n').count() + 1;
            for tail in expand(rest) {
                let whole = prefix.iter().copied().chain([tail.as_str()]);
                found.push((line, whole.collect::<Vec<_>>().join("::")));
            }
        }
        found
    }

    /// The module that a chain of `super::` ending in a `super` at `start` stands for.
    fn above(&self, start: usize) -> Vec<&str> {
        let mut steps = 1;
        let mut before = &self.code[..start];
        while let Some(rest) = before.strip_suffix("super::") {
            steps += 1;
            before = rest;
        }
        let module = self.module();
        module[..module.len().saturating_sub(steps)].to_vec()
    }
}

/// All sources below `src`, without the files that are for tests only.
pub fn all() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files.sort();
    let read = |file: &PathBuf| {
        let path = file.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        Source::new(&path, &fs::read_to_string(file).unwrap())
    };
    let sources: Vec<Source> = files.iter().map(read).collect();
    let tests: Vec<String> = sources.iter().flat_map(test_modules).collect();
    sources
        .into_iter()
        .filter(|it| {
            let path = it.path.strip_suffix(".rs").unwrap_or(&it.path);
            !tests.iter().any(|test| path == test || path.starts_with(&format!("{test}/")))
        })
        .collect()
}

/// Every file of the house, tests and benches too, with its number of lines.
pub fn lengths() -> Vec<(String, usize)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    ["src", "tests", "benches"].iter().for_each(|dir| walk(&root.join(dir), &mut files));
    files
        .iter()
        .map(|file| {
            let path = file.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            (path, fs::read_to_string(file).unwrap().lines().count())
        })
        .collect()
}

fn walk(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
}

/// The modules that a file declares for tests only, as paths below `src` without `.rs`.
fn test_modules(source: &Source) -> Vec<String> {
    let blanked = blanked(&source.text);
    let lines: Vec<&str> = blanked.lines().map(str::trim).collect();
    let mut module = source.module();
    if module == ["lib"] || module == ["main"] {
        module.clear();
    }
    let dir = module.join("/");
    let declared = lines.windows(2).filter(|pair| is_test_gate(pair[0])).filter_map(|pair| {
        let mod_at = pair[1].find("mod ")?;
        pair[1][mod_at + 4..].strip_suffix(';')
    });
    declared.map(|name| format!("{dir}/{name}").trim_start_matches('/').to_owned()).collect()
}

fn is_test_gate(line: &str) -> bool {
    line.starts_with("#[cfg(") && line.contains("test") && !line.contains("not(")
}

/// The text with comments and the insides of strings and characters turned into spaces.
fn blanked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = opaque(rest, out.chars().last());
        let (taken, left) = rest.split_at(length.unwrap_or(first.len_utf8()));
        match length {
            Some(_) => out.extend(taken.chars().map(|c| if c == '\n' { c } else { ' ' })),
            None => out.push_str(taken),
        }
        rest = left;
    }
    out
}

/// How many bytes at the beginning are a comment or a literal; `None` for code.
fn opaque(rest: &str, before: Option<char>) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(rest.find("*/").map_or(rest.len(), |at| at + 2));
    }
    if rest.starts_with('"') {
        return Some(string_end(rest));
    }
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if !in_word && (rest.starts_with("r\"") || rest.starts_with("r#")) {
        let hashes = rest[1..].bytes().take_while(|b| *b == b'#').count();
        if rest[1 + hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let body = 2 + hashes;
            return Some(rest[body..].find(&end).map_or(rest.len(), |at| body + at + end.len()));
        }
    }
    if rest.starts_with('\'') { char_end(rest) } else { None }
}

fn string_end(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a character literal; `None` for a lifetime.
fn char_end(rest: &str) -> Option<usize> {
    let mut chars = rest.char_indices().skip(1);
    let (_, first) = chars.next()?;
    if first == '\\' {
        return rest[3..].find('\'').map(|at| at + 4);
    }
    let (at, second) = chars.next()?;
    (second == '\'').then_some(at + 1)
}

/// Blanks out `#[cfg(test)]` items that have a body in braces.
fn without_tests(code: &str) -> String {
    let mut out = code.to_owned();
    let mut from = 0;
    while let Some(at) = out[from..].find("#[cfg(").map(|at| at + from) {
        from = at + 1;
        let line = out[at..].lines().next().unwrap_or_default();
        if !is_test_gate(line) {
            continue;
        }
        let end = item_end(&out, at + line.len());
        let gone: String = out[at..end].chars().map(|c| if c == '\n' { c } else { ' ' }).collect();
        out.replace_range(at..end, &gone);
    }
    out
}

/// Where the item that begins at `from` ends: at its `;`, or at the end of its braces.
fn item_end(code: &str, from: usize) -> usize {
    let mut depth = 0usize;
    for (at, c) in code[from..].char_indices() {
        match c {
            ';' if depth == 0 => return from + at + 1,
            '{' => depth += 1,
            '}' if depth <= 1 => return from + at + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

fn word_before(code: &str, end: usize) -> &str {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let start = code[..end]
        .rfind(|c| !word(c))
        .map_or(0, |at| at + code[at..].chars().next().map_or(1, char::len_utf8));
    &code[start..end]
}

/// The paths that a use tree or an expression names, groups taken apart.
fn expand(rest: &str) -> Vec<String> {
    let rest = rest.trim_start();
    if let Some(group) = rest.strip_prefix('{') {
        return members(group).iter().flat_map(|member| expand(member)).collect();
    }
    let plain = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
    let (path, after) = rest.split_at(plain.unwrap_or(rest.len()));
    match path.strip_suffix("::") {
        Some(prefix) if after.starts_with('{') => {
            expand(after).into_iter().map(|tail| format!("{prefix}::{tail}")).collect()
        }
        Some(prefix) => vec![prefix.to_owned()],
        None => vec![path.to_owned()],
    }
}

/// The members of a group whose opening brace is gone, up to its closing one.
fn members(group: &str) -> Vec<String> {
    let mut depth = 0usize;
    let mut all = vec![String::new()];
    for c in group.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => {
                all.push(String::new());
                continue;
            }
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if let Some(last) = all.last_mut() {
            last.push(c);
        }
    }
    all.retain(|member| !member.trim().is_empty());
    all
}
