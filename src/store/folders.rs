//! Where pykata keeps its files: the one place that asks the environment for it.

use std::env;
use std::path::{Path, PathBuf};

use etcetera::base_strategy::{BaseStrategy, Xdg};

/// The folders, or why there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// Journals and drafts: `$XDG_DATA_HOME/pykata`.
    pub data: Result<PathBuf, NoFolder>,
    /// Settings: `$XDG_CONFIG_HOME/pykata`.
    pub config: Result<PathBuf, NoFolder>,
    /// What can be made again: `$XDG_CACHE_HOME/pykata`.
    pub cache: Result<PathBuf, NoFolder>,
}

/// Why a folder is not to be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoFolder {
    /// Nobody says where the home folder is.
    #[error("no home folder is known: HOME is not set")]
    NoHome,
    /// The home folder is not there, and it is not pykata's to create.
    #[error("the home folder {} does not exist", .0.display())]
    HomeMissing(PathBuf),
}

impl Folders {
    /// The folders of the XDG base directory specification.
    #[must_use]
    pub fn from_env() -> Self {
        let home = Xdg::new().map(|xdg| xdg.home_dir().to_owned()).ok();
        let folder = |variable, below_home: &str| {
            choose(env::var_os(variable).map(PathBuf::from), home.as_deref(), below_home)
        };
        Self {
            data: folder("XDG_DATA_HOME", ".local/share"),
            config: folder("XDG_CONFIG_HOME", ".config"),
            cache: folder("XDG_CACHE_HOME", ".cache"),
        }
    }

    /// Everything below one folder: `data`, `config` and `cache` in it.
    #[must_use]
    pub fn below(root: &Path) -> Self {
        let below = |name| Ok(root.join(name));
        Self { data: below("data"), config: below("config"), cache: below("cache") }
    }
}

/// The specification ignores relative paths.
fn choose(
    named: Option<PathBuf>,
    home: Option<&Path>,
    below_home: &str,
) -> Result<PathBuf, NoFolder> {
    if let Some(named) = named.filter(|path| path.is_absolute()) {
        return Ok(named.join("pykata"));
    }
    let home = home.filter(|home| home.is_absolute()).ok_or(NoFolder::NoHome)?;
    if home.is_dir() {
        Ok(home.join(below_home).join("pykata"))
    } else {
        Err(NoFolder::HomeMissing(home.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(named: Option<&str>, home: Option<&str>) -> Result<PathBuf, NoFolder> {
        choose(named.map(PathBuf::from), home.map(Path::new), ".local/share")
    }

    #[test]
    fn a_named_folder_comes_before_the_home_folder() {
        assert_eq!(chosen(Some("/named"), Some("/")), Ok("/named/pykata".into()));
        assert_eq!(chosen(Some("/named"), None), Ok("/named/pykata".into()));
    }

    #[test]
    fn a_relative_or_empty_name_is_passed_over() {
        assert_eq!(chosen(Some("named"), Some("/")), Ok("/.local/share/pykata".into()));
        assert_eq!(chosen(Some(""), Some("/")), Ok("/.local/share/pykata".into()));
    }

    #[test]
    fn a_home_folder_that_is_missing_is_named() {
        let missing = chosen(None, Some("/nonexistent/home")).unwrap_err();
        assert_eq!(missing.to_string(), "the home folder /nonexistent/home does not exist");
        assert_eq!(chosen(None, None), Err(NoFolder::NoHome));
    }
}
