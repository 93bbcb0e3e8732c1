//! Logs go to standard error, so that standard output is only what was asked for.

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

#[cfg(feature = "otel")]
use super::traces::Traces;

/// Kept until the process ends: then what is left to be sent is sent.
#[must_use]
pub struct Logging {
    #[cfg(feature = "otel")]
    _traces: Option<Traces>,
}

/// `--log`, else the variable `DOISOAT_LOG`, else errors.
pub fn begin(level: Option<&str>) -> Logging {
    let wanted = level.map(str::to_owned).or_else(|| crate::workspace::environment("DOISOAT_LOG"));
    let filter = EnvFilter::try_new(wanted.as_deref().unwrap_or("error")).unwrap_or_else(|_| EnvFilter::new("error"));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false).with_filter(filter);
    let registry = tracing_subscriber::registry().with(lines);
    #[cfg(feature = "otel")]
    {
        let traces = Traces::begin();
        let spans = traces.as_ref().map(Traces::layer).map(|layer| layer.with_filter(EnvFilter::new("doisoat=info")));
        let _ = registry.with(spans).try_init();
        Logging { _traces: traces }
    }
    #[cfg(not(feature = "otel"))]
    {
        let _ = registry.try_init();
        Logging {}
    }
}
