//! CPython, started from our own location and from nothing in the environment.
#![expect(unsafe_code, reason = "an interpreter is configured through Python's C interface")]

use std::env;
use std::ffi::{CStr, CString, OsStr, OsString, c_char};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use pykata::protocol::{PYTHON_PREFIX, PYTHON_SHORT, PYTHON_VERSION};
use pyo3::ffi;

/// Where the standard library is: bundled beside this program, or where it stood when this was built.
pub(crate) fn home() -> PathBuf {
    let beside = env::current_exe().ok().and_then(|exe| Some(exe.parent()?.parent()?.to_owned()));
    let library = |root: &PathBuf| root.join("lib").join(format!("python{PYTHON_SHORT}/os.py"));
    beside.filter(|root| library(root).exists()).unwrap_or_else(|| PathBuf::from(PYTHON_PREFIX))
}

/// The version of the library that the loader found, as `3.11.7`.
pub(crate) fn version() -> String {
    // SAFETY: gives a text that lives for ever, before and after initialisation.
    let text = unsafe { CStr::from_ptr(ffi::Py_GetVersion()) }.to_string_lossy();
    text.split(' ').next().unwrap_or_default().trim_end_matches('+').to_owned()
}

/// Starts the interpreter for programs: as `python3` in the zygote's locale, but deaf to `PYTHON*` variables, without
/// `site`, and with a fixed hash seed. `executable` is what children of a program start as `sys.executable`. On success the
/// caller's thread holds the interpreter's lock no longer.
pub(crate) fn start(executable: &Path, hash_seed: u32) -> Result<(), String> {
    check_version()?;
    let mut before = MaybeUninit::<ffi::PyPreConfig>::uninit();
    // SAFETY: each configuration is initialised by the call made for it before it is read, and texts are copied.
    unsafe {
        ffi::PyPreConfig_InitPythonConfig(before.as_mut_ptr());
        (*before.as_mut_ptr()).use_environment = 0;
        (*before.as_mut_ptr()).parse_argv = 0;
        check(ffi::Py_PreInitialize(before.as_ptr()))?;
        let mut config = MaybeUninit::<ffi::PyConfig>::uninit();
        ffi::PyConfig_InitPythonConfig(config.as_mut_ptr());
        let config = config.assume_init_mut();
        config.use_environment = 0;
        config.user_site_directory = 0;
        config.write_bytecode = 0;
        config.site_import = 0;
        config.parse_argv = 0;
        config.use_hash_seed = 1;
        config.hash_seed = hash_seed.into();
        let set = set_path(config, |c| &raw mut c.home, &home())
            .and_then(|()| set_path(config, |c| &raw mut c.executable, executable))
            .and_then(|()| set_path(config, |c| &raw mut c.program_name, executable))
            .and_then(|()| check(ffi::Py_InitializeFromConfig(config)));
        ffi::PyConfig_Clear(config);
        set?;
        ffi::PyEval_SaveThread();
    }
    Ok(())
}

/// Is a plain `python3` with the given arguments: what `sys.executable` starts.
pub(crate) fn act_as_python(arguments: &[OsString]) -> ExitCode {
    // SAFETY: as in `start`; the argument pointers outlive the calls.
    let status = unsafe { run_main(arguments) };
    u8::try_from(status & 0xff).map_or(ExitCode::FAILURE, ExitCode::from)
}

unsafe fn run_main(arguments: &[OsString]) -> i32 {
    let texts: Vec<CString> =
        arguments.iter().filter_map(|a| CString::new(a.as_bytes()).ok()).collect();
    let pointers: Vec<*const c_char> = texts.iter().map(|text| text.as_ptr()).collect();
    let count = isize::try_from(pointers.len()).unwrap_or(0);
    let mut config = MaybeUninit::<ffi::PyConfig>::uninit();
    // SAFETY: the configuration is initialised first; the pointers live to the end of this function; after a good
    // initialisation the main program may run.
    unsafe {
        ffi::PyConfig_InitPythonConfig(config.as_mut_ptr());
        let config = config.assume_init_mut();
        let ready =
            check(ffi::PyConfig_SetBytesArgv(config, count, pointers.as_ptr().cast_mut().cast()))
                .and_then(|()| set_path(config, |c| &raw mut c.home, &home()))
                .and_then(|()| {
                    let first = arguments.first().map_or(OsStr::new(""), |first| first.as_os_str());
                    set_path(config, |c| &raw mut c.executable, Path::new(first))
                })
                .and_then(|()| check(ffi::Py_InitializeFromConfig(config)));
        ffi::PyConfig_Clear(config);
        match ready {
            Ok(()) => ffi::Py_RunMain(),
            Err(_) => 1,
        }
    }
}

fn check_version() -> Result<(), String> {
    let found = version();
    if found == PYTHON_VERSION {
        return Ok(());
    }
    Err(format!(
        "pykata was built with Python {PYTHON_VERSION}, and the libpython that was found here is {found}"
    ))
}

/// Sets one text of a configuration to a path.
///
/// # Safety
/// The configuration must be initialised, and `place` must give one of its own fields.
unsafe fn set_path(
    config: &mut ffi::PyConfig,
    place: impl FnOnce(&mut ffi::PyConfig) -> *mut *mut libc::wchar_t,
    path: &Path,
) -> Result<(), String> {
    let text = CString::new(path.as_os_str().as_bytes())
        .map_err(|_| "a path that holds a NUL byte".to_owned())?;
    let place = place(config);
    // SAFETY: promised by the caller; the text is copied.
    check(unsafe { ffi::PyConfig_SetBytesString(config, place, text.as_ptr()) })
}

fn check(status: ffi::PyStatus) -> Result<(), String> {
    // SAFETY: looks at the status alone; its message, where there is one, lives for ever.
    unsafe {
        if ffi::PyStatus_Exception(status) == 0 {
            return Ok(());
        }
        if status.err_msg.is_null() {
            return Err("Python did not start".to_owned());
        }
        Err(format!("Python did not start: {}", CStr::from_ptr(status.err_msg).to_string_lossy()))
    }
}
