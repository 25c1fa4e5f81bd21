//! `plugin build`: from source to an admitted component, with whatever the plugin is written in.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::error::{Advice, Error};
use super::project::{BUILT, manifest_text};
use super::toolchain::{Toolchain, on_path};
use crate::app::{self, App};
use crate::domain::Manifest;
use crate::plugin::{encode_component, is_component};

/// A plugin that was built.
#[derive(Debug, Clone)]
pub struct Built {
    /// The component.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: usize,
    /// What the compiler said besides, such as warnings.
    pub remarks: String,
}

/// Builds the plugin in a folder and checks that it may run here. The component is then in
/// `build/plugin.wasm`.
///
/// # Errors
///
/// [`Error::NotAPlugin`], [`Error::NoLanguage`], [`Error::NoTool`]; [`Error::Compiler`] with all that
/// the compiler said; a wrong manifest; and everything for which a component is refused.
pub fn build(folder: &Path) -> Result<Built, app::Error> {
    let text = manifest_text(folder)?;
    Manifest::parse(&text).map_err(crate::plugin::Error::from)?;
    let out = folder.join(BUILT);
    fs_err::create_dir_all(folder.join("build")).map_err(app::Error::File)?;
    let remarks = if folder.join("Cargo.toml").is_file() {
        rust(folder, &out)?
    } else if folder.join("package.json").is_file() {
        javascript(folder)?
    } else if folder.join("pyproject.toml").is_file() {
        python(folder)?
    } else {
        return Err(Error::NoLanguage(folder.to_owned()).into());
    };
    if !out.is_file() {
        return Err(Error::NothingBuilt(folder.to_owned()).into());
    }
    let component = fs_err::read(&out).map_err(app::Error::File)?;
    App::engine()?.admit(&component)?;
    Ok(Built { path: out, bytes: component.len(), remarks })
}

/// Compiles with cargo, and makes a component of what comes out.
fn rust(folder: &Path, out: &Path) -> Result<String, app::Error> {
    let toolchain = Toolchain::find(folder)?;
    let output = run(folder, toolchain.cargo(folder))?;
    let module = module_of(&String::from_utf8_lossy(&output.stdout))
        .ok_or_else(|| Error::NothingBuilt(folder.to_owned()))?;
    let code = fs_err::read(module).map_err(app::Error::File)?;
    let component = if is_component(&code) { code } else { encode_component(&code)? };
    fs_err::write(out, component).map_err(app::Error::File)?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok(if said.contains("warning:") { said } else { String::new() })
}

/// The module that cargo says it wrote last: dependencies come before what depends on them.
fn module_of(messages: &str) -> Option<PathBuf> {
    let mut files = messages.lines().rev().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let files = message.get("filenames")?.as_array()?.clone();
        files.iter().find_map(|file| {
            let file = PathBuf::from(file.as_str()?);
            file.extension().is_some_and(|end| end == "wasm").then_some(file)
        })
    });
    files.next()
}

/// The script `build` of `package.json` writes the component.
fn javascript(folder: &Path) -> Result<String, app::Error> {
    let missing = |tool, advice| Error::NoTool { tool, language: "JavaScript", advice };
    let npm = on_path("npm").ok_or_else(|| missing("Node.js", Advice::Node))?;
    if !folder.join("node_modules/@bytecodealliance/componentize-js").is_dir() {
        return Err(missing("`@bytecodealliance/componentize-js`", Advice::NodeModules).into());
    }
    let mut command = Command::new(npm);
    command.current_dir(folder).args(["run", "--silent", "build"]);
    run(folder, command)?;
    Ok(String::new())
}

/// componentize-py makes the component of what `[tool.tridem]` in `pyproject.toml` names.
fn python(folder: &Path) -> Result<String, app::Error> {
    let own = folder.join(".venv/bin/componentize-py");
    let own = fs_err::canonicalize(&own).ok();
    let tool = own.or_else(|| on_path("componentize-py")).ok_or(Error::NoTool {
        tool: "`componentize-py`",
        language: "Python",
        advice: Advice::Python,
    })?;
    let text = fs_err::read_to_string(folder.join("pyproject.toml")).map_err(app::Error::File)?;
    let project: toml::Table = toml::from_str(&text).unwrap_or_default();
    let named = |key: &str| {
        let tridem = project.get("tool")?.get("tridem")?;
        Some(tridem.get(key)?.as_str()?.to_owned())
    };
    let (Some(world), Some(module)) = (named("world"), named("module")) else {
        return Err(Error::NoLanguage(folder.to_owned()).into());
    };
    let mut command = Command::new(tool);
    command.current_dir(folder).args(["--wit-path", ".tridem/wit/1.0", "--world", &world]).args([
        "componentize",
        "--stub-wasi",
        &module,
        "--output",
        BUILT,
    ]);
    run(folder, command)?;
    Ok(String::new())
}

/// Runs a compiler. Where it fails, all that it said is told.
fn run(folder: &Path, mut command: Command) -> Result<Output, Error> {
    let tool = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|source| Error::Start { tool, source })?;
    if output.status.success() {
        return Ok(output);
    }
    let mut said = String::from_utf8_lossy(&output.stderr).into_owned();
    if said.trim().is_empty() {
        said = String::from_utf8_lossy(&output.stdout).into_owned();
    }
    Err(Error::Compiler { folder: folder.to_owned(), output: said })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_is_the_last_one_that_cargo_names() {
        let messages = "{\"reason\":\"compiler-artifact\",\"filenames\":[\"/t/libsdk.rlib\"]}\n\
                        no json\n\
                        {\"reason\":\"compiler-artifact\",\"filenames\":[\"/t/a.wasm\"]}\n\
                        {\"reason\":\"compiler-artifact\",\"filenames\":[\"/t/b.rlib\",\"/t/b.wasm\"]}\n\
                        {\"reason\":\"build-finished\",\"success\":true}\n";
        assert_eq!(module_of(messages), Some(PathBuf::from("/t/b.wasm")));
        assert_eq!(module_of("{\"filenames\":[\"/t/b.rlib\"]}"), None);
    }

    #[test]
    fn a_folder_that_tells_no_language_is_told_of_all_three() {
        let dir = tempfile::tempdir().unwrap();
        let error = build(dir.path()).unwrap_err();
        assert!(error.to_string().contains("there is no `plugin.toml`"), "{error}");
        let manifest =
            include_str!("templates/rust/metrics/plugin.toml").replace("@ID@", "org.example.x");
        fs_err::write(dir.path().join("plugin.toml"), manifest).unwrap();
        let error = build(dir.path()).unwrap_err();
        let hint = error.hint(crate::domain::Lang::En).unwrap();
        for word in ["Cargo.toml", "package.json", "pyproject.toml"] {
            assert!(hint.contains(word), "{hint}");
        }
    }
}
