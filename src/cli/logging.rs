//! Logs go to standard error, so that standard output is only what was asked for.

use tracing_subscriber::EnvFilter;

/// `--log`, else the variable `DOISOAT_LOG`, else warnings.
pub fn begin(level: Option<&str>) {
    let wanted = level.map(str::to_owned).or_else(|| crate::workspace::environment("DOISOAT_LOG"));
    let filter = EnvFilter::try_new(wanted.as_deref().unwrap_or("error")).unwrap_or_else(|_| EnvFilter::new("error"));
    let _ =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).try_init();
}
