//! The examples of plugins are what the program itself writes, and rest on the same expectations.

use crate::support::{Workspace, root};

#[test]
fn the_plugins_in_javascript_and_python_are_what_the_program_writes() {
    let workspace = Workspace::empty();
    for (name, language) in [("javascript", "js"), ("python", "python")] {
        let made = workspace.path(name);
        let id = format!("org.example.visits-{name}");
        workspace
            .run(&[
                "plugin",
                "new",
                made.to_str().unwrap(),
                "--language",
                language,
                "--kind",
                "metrics",
                "--id",
                &id,
                "--title",
                "Home visits",
            ])
            .success();
        let kept = root().join("examples/plugins").join(name);
        let mut files = 0;
        for folder in [kept.clone(), kept.join("src")] {
            for entry in fs_err::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    let written = made.join(path.strip_prefix(&kept).unwrap());
                    let [here, there] =
                        [&path, &written].map(|path| fs_err::read_to_string(path).unwrap());
                    assert_eq!(here, there, "{}", path.display());
                    files += 1;
                }
            }
        }
        assert!(files >= 4, "{files} files of {name}");
        let fixture = root().join("examples/plugins/fixture");
        for end in ["toml", "golden.json"] {
            let file = format!("visits.{end}");
            let [here, there] = [fixture.join(&file), made.join("tests").join(&file)]
                .map(|path| fs_err::read_to_string(path).unwrap());
            assert_eq!(here, there, "{file} of {name}");
        }
    }
}
